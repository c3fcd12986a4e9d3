/** EXIF, IPTC and XMP of a picture, as text. @module */

import type { Tags } from '../catalog/file-properties.js'
/** A picture's tags by where they stand. */
export interface ImageTags {
  readonly exif: Tags
  /** IPTC and XMP, IPTC first. */
  readonly other: Tags
}

/** Tags of one picture, all together. */
const MAX_TAGS = 500
const MAX_NAME_CHARACTERS = 100
/** Characters of one value; more is cut off. */
const MAX_VALUE_CHARACTERS = 2000
/** Offsets within the file, pictures within the picture, and makers' own bytes say nothing to anybody. */
const LEFT_OUT: readonly string[] = [
  '_raw',
  'about',
  'ExifIFDPointer',
  'GPSInfoIFDPointer',
  'InteroperabilityIFDPointer',
  'MakerNote',
  'Thumbnail',
]

/** Read a picture's tags; none where it has none. */
export async function readImageTags(bytes: Buffer): Promise<ImageTags> {
  const { default: ExifReader } = await import('exifreader')
  try {
    const { exif, iptc, xmp } = ExifReader.load(bytes, { expanded: true })
    return { exif: toTags([exif]), other: toTags([iptc, xmp]) }
  } catch (error) {
    if (error instanceof ExifReader.errors.MetadataMissingError) return { exif: {}, other: {} }
    throw error
  }
}

function toTags(groups: readonly unknown[]): Tags {
  const tags = new Map<string, string>()
  for (const group of groups) {
    for (const [name, tag] of Object.entries(Object(group))) {
      const key = name.replaceAll(/[^\w:.-]/g, '').slice(0, MAX_NAME_CHARACTERS)
      const text = textOf(tag)
      if (key === '' || text === '' || LEFT_OUT.includes(key) || tags.has(key)) continue
      if (tags.size < MAX_TAGS) tags.set(key, text)
    }
  }
  return Object.fromEntries(tags)
}

function textOf(tag: unknown): string {
  const { description } = Object(tag)
  if (typeof description !== 'string' && typeof description !== 'number') return ''
  // NUL and its like end texts in old cameras; JSON and databases take them badly.
  return String(description)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_VALUE_CHARACTERS)
}
