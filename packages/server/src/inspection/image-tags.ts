/** Reads the EXIF, IPTC and XMP tags of an image as text. @module */

import * as v from 'valibot'
import type { Tags } from '../catalog/file-properties.js'

/** Tags of an image, by source. */
export interface ImageTags {
  readonly exif: Tags
  /** IPTC and XMP tags. If both have a name, the IPTC tag counts. */
  readonly other: Tags
}

/** Maximum tags of each source of one image. */
const MAX_TAGS = 500
const MAX_NAME_CHARACTERS = 100
/** Maximum characters of one value. Longer values are truncated. */
const MAX_VALUE_CHARACTERS = 2000
/** Names of tags that are left out: file offsets, embedded thumbnails and proprietary data. */
const LEFT_OUT: readonly string[] = [
  '_raw',
  'about',
  'ExifIFDPointer',
  'GPSInfoIFDPointer',
  'InteroperabilityIFDPointer',
  'MakerNote',
  'Thumbnail',
]

/** Reads the tags of an image. Returns empty lists for an image without tags. */
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

const groupSchema = v.fallback(v.record(v.string(), v.unknown()), {})
const tagSchema = v.fallback(v.object({ description: v.union([v.string(), v.number()]) }), {
  description: '',
})

function toTags(groups: readonly unknown[]): Tags {
  const tags = new Map<string, string>()
  for (const group of groups) {
    for (const [name, tag] of Object.entries(v.parse(groupSchema, group))) {
      const key = name.replaceAll(/[^\w:.-]/g, '').slice(0, MAX_NAME_CHARACTERS)
      const text = textOf(tag)
      if (key === '' || text === '' || LEFT_OUT.includes(key) || tags.has(key)) continue
      if (tags.size < MAX_TAGS) tags.set(key, text)
    }
  }
  return Object.fromEntries(tags)
}

function textOf(tag: unknown): string {
  const { description } = v.parse(tagSchema, tag)
  // Old cameras end texts with control characters such as NUL, which databases refuse.
  return String(description)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_VALUE_CHARACTERS)
}
