/** What a staged file is: magic bytes first, and where a preset says so, declared type, name and a real decode besides. @module */

import { MediaError } from '@countersign/protocol/errors'
import { isAccepted, type ResourceType } from '@countersign/protocol/limits'
import type { EffectiveLimits } from '../access/effective-limits.js'
import type { DecoderPool } from '../imaging/decoder-pool.js'
import type { InspectedImage } from '../imaging/inspect.js'
import { assertSourceSize } from '../imaging/limits.js'
import { type ImageLimits, sourceLimitsOf } from '../limits.js'
import type { MediaProperties } from '../metadata/media-properties.js'
import { metadataReader } from '../metadata/metadata-reader.js'
import { readHeaderSize } from './header-size.js'
import type { IncomingFile } from './read-form.js'
import type { StagedUpload } from './stage-file.js'
import { decodeXml, readPrologue, readSvgSize, startsWithSvg } from './svg-root.js'

/** What the bytes turned out to be. */
export interface InspectedFile {
  readonly resourceType: ResourceType
  /** Lower-case extension; `null` for raw. */
  readonly format: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** Frames, where more than one; pages of a document, where it says how many. */
  readonly pages?: number
  /** Of a video or a sound. */
  readonly media?: MediaProperties
}

/** What is asked of the file. */
export interface Expectation {
  /** The path's resource type; `auto` lets the bytes decide. */
  readonly resourceType: ResourceType | 'auto'
  readonly limits: EffectiveLimits
  /** The operator's, of pictures. */
  readonly sourceLimits: ImageLimits
  /** Opens pictures. */
  readonly decoders: Pick<DecoderPool, 'inspect'>
  /** The request's own list of extensions. */
  readonly allowedFormats: readonly string[] | undefined
}

type Declared = Pick<IncomingFile, 'filename' | 'mimeType'>

interface Magic {
  readonly mimeType: string
  readonly extension: string
}

/** Extensions that say something about content; any other ending of a name is just a name. */
const MIME_BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries({
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    jpe: 'image/jpeg',
    jfif: 'image/jpeg',
    png: 'image/png',
    webp: 'image/webp',
    gif: 'image/gif',
    avif: 'image/avif',
    heic: 'image/heic',
    heif: 'image/heif',
    tif: 'image/tiff',
    tiff: 'image/tiff',
    bmp: 'image/bmp',
    svg: 'image/svg+xml',
    ico: 'image/vnd.microsoft.icon',
    mp4: 'video/mp4',
    m4v: 'video/x-m4v',
    mov: 'video/quicktime',
    webm: 'video/webm',
    mkv: 'video/matroska',
    ogv: 'video/ogg',
    avi: 'video/vnd.avi',
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    ogg: 'audio/ogg',
    m4a: 'audio/x-m4a',
    aac: 'audio/aac',
    flac: 'audio/flac',
    pdf: 'application/pdf',
    html: 'text/html',
    htm: 'text/html',
    js: 'text/javascript',
    txt: 'text/plain',
    json: 'application/json',
    xml: 'application/xml',
    zip: 'application/zip',
  }),
)

/** Picture types that the protocol counts as images although nothing here decodes them. */
const UNDECODED_IMAGES: readonly string[] = ['application/pdf', 'image/svg+xml']
const DECODED_IMAGES: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
]

/**
 * Decide what a staged file is, and whether it may be kept.
 * @throws MediaError FILE_EMPTY, IMAGE_INVALID, ASSET_TYPE_REFUSED, ASSET_TOO_LARGE, with the protocol's texts.
 * @throws MediaError RATE_LIMITED where it may be a video, and too many files wait to be read.
 */
export async function inspectFile(
  file: StagedUpload,
  declared: Declared,
  expected: Expectation,
): Promise<InspectedFile> {
  if (file.bytes === 0) throw new MediaError('FILE_EMPTY', { message: 'Empty file' })
  const { limits } = expected
  if (expected.resourceType === 'raw' && !limits.isContentChecked && !expected.allowedFormats) {
    return { resourceType: 'raw', format: null, widthPx: null, heightPx: null }
  }
  const magic = await readMagic(await readPrologue(file))
  const resourceType =
    expected.resourceType === 'auto' ? resourceTypeOf(magic, declared) : expected.resourceType
  limits.assertResourceType(resourceType)
  const inspected = await inspectAs(resourceType, { ...expected, file, magic })
  assertAllowedFormat(resourceType, inspected, { declared, allowed: expected.allowedFormats })
  if (limits.isContentChecked) assertContent(magic, declared, limits)
  return inspected
}

interface Inspection {
  readonly file: StagedUpload
  readonly magic: Magic | undefined
  readonly limits: EffectiveLimits
  readonly sourceLimits: ImageLimits
  readonly decoders: Expectation['decoders']
}

async function inspectAs(
  resourceType: ResourceType,
  inspection: Inspection,
): Promise<InspectedFile> {
  const { magic } = inspection
  if (resourceType === 'raw') {
    return { resourceType, format: null, widthPx: null, heightPx: null }
  }
  if (resourceType === 'video') {
    if (!magic || !/^(video|audio)\//.test(magic.mimeType)) {
      throw new MediaError('ASSET_TYPE_REFUSED', { message: 'Unsupported video format or file' })
    }
    const { properties, widthPx, heightPx } = await metadataReader.readMedia(inspection.file.path)
    return { resourceType, format: magic.extension, widthPx, heightPx, media: properties }
  }
  if (!magic || !isImage(magic))
    throw new MediaError('IMAGE_INVALID', { message: 'Invalid image file' })
  if (!DECODED_IMAGES.includes(magic.mimeType)) return inspectUndecoded(inspection, magic)
  const image = await readImage(inspection)
  const { format, widthPx, heightPx, pages } = image
  return { resourceType, format, widthPx, heightPx, ...(pages > 1 ? { pages } : {}) }
}

/** A picture that nothing here decodes: its header may still say how large it is. */
async function inspectUndecoded(
  { file, limits }: Inspection,
  { mimeType, extension: format }: Magic,
): Promise<InspectedFile> {
  const resourceType = 'image'
  if (UNDECODED_IMAGES.includes(mimeType)) {
    const isPdf = mimeType === 'application/pdf'
    const pages = isPdf ? await metadataReader.readPdfPages(file.path) : null
    const size = isPdf ? null : readSvgSize(decodeXml(await readPrologue(file)))
    const { widthPx, heightPx } = size ?? { widthPx: null, heightPx: null }
    const facts = { resourceType, format, widthPx, heightPx } as const
    return pages === null ? facts : { ...facts, pages }
  }
  const size =
    readHeaderSize(mimeType, file.head) ?? (await metadataReader.readPictureSize(file.path))
  if (!size) return { resourceType, format, widthPx: null, heightPx: null }
  await withOwner(limits.maxPixels, async () => {
    // No other limit applies: they protect the decoder.
    const unlimited = { maxSidePx: Infinity, maxAnimationPixels: Infinity }
    assertSourceSize(size, { maxPixels: limits.maxPixels?.value ?? Infinity, ...unlimited })
  })
  return { resourceType, format, ...size }
}

async function readImage(inspection: Inspection): Promise<InspectedImage> {
  const { file, limits, sourceLimits, decoders } = inspection
  const { maxPixels } = limits
  const { maxSourcePixels } = sourceLimits
  const isOfPreset = maxPixels !== undefined && maxPixels.value <= maxSourcePixels
  return withOwner(isOfPreset ? maxPixels : undefined, () =>
    decoders.inspect(file.path, {
      isDecoded: limits.isContentChecked,
      limits: {
        ...sourceLimitsOf(sourceLimits),
        maxPixels: Math.min(maxPixels?.value ?? maxSourcePixels, maxSourcePixels),
      },
    }),
  )
}

/** Runs a check, and adds to its refusal whose limit it was. */
async function withOwner<Result>(
  maxPixels: EffectiveLimits['maxPixels'],
  check: () => Promise<Result>,
): Promise<Result> {
  try {
    return await check()
  } catch (error) {
    if (!maxPixels || !(error instanceof MediaError) || error.code !== 'ASSET_TOO_LARGE')
      throw error
    throw new MediaError(error.code, {
      message: `${error.message}. The limit is of ${maxPixels.owner} (max_pixels)`,
      details: error.details,
      cause: error,
    })
  }
}

// Declared type, extension where the name has one, and magic must tell the same story, and it must be on every list.
function assertContent(
  magic: Magic | undefined,
  declared: Declared,
  limits: EffectiveLimits,
): void {
  const found = magic?.mimeType ?? declaredType(declared) ?? 'application/octet-stream'
  limits.assertAccepted(found)
  for (const [what, claimed] of [
    ['type', declaredType(declared)],
    ['name', MIME_BY_EXTENSION.get(extensionOf(declared.filename))],
  ] as const) {
    if (claimed === undefined || tellSameStory(claimed, found)) continue
    throw new MediaError('ASSET_TYPE_REFUSED', {
      message: `The file's ${what} says ${claimed}, its content is ${found}`,
      details: { declared: claimed, found },
    })
  }
}

function tellSameStory(claimed: string, found: string): boolean {
  if (claimed === found) return true
  // Containers go by many names: video/mp4 and video/quicktime, audio/mp4 and video/mp4.
  return isAccepted(['video/*', 'audio/*'], claimed) && isAccepted(['video/*', 'audio/*'], found)
}

function assertAllowedFormat(
  resourceType: ResourceType,
  inspected: InspectedFile,
  { declared, allowed }: { declared: Declared; allowed: readonly string[] | undefined },
): void {
  if (!allowed) return
  const format = inspected.format ?? extensionOf(declared.filename)
  const names = allowed.map((name) => (name === 'jpeg' ? 'jpg' : name.toLowerCase()))
  if (format && names.includes(format)) return
  const label = `${resourceType.charAt(0).toUpperCase()}${resourceType.slice(1)} file format`
  throw new MediaError('ASSET_TYPE_REFUSED', {
    message: format ? `${label} ${format} not allowed` : 'An unknown file format not allowed',
    details: { limit: 'allowed_formats', allowed: names },
  })
}

async function readMagic(head: Buffer): Promise<Magic | undefined> {
  // SVG has no magic bytes of its own: the root element stands in.
  if (startsWithSvg(decodeXml(head))) return { mimeType: 'image/svg+xml', extension: 'svg' }
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(head)
  const isKnown = found && found.mime !== 'application/xml'
  return isKnown ? { mimeType: found.mime, extension: found.ext } : undefined
}

function resourceTypeOf(magic: Magic | undefined, declared: Declared): ResourceType {
  const type = magic?.mimeType ?? MIME_BY_EXTENSION.get(extensionOf(declared.filename)) ?? ''
  if (magic && isImage(magic)) return 'image'
  return /^(video|audio)\//.test(type) ? 'video' : 'raw'
}

function isImage(magic: Magic): boolean {
  return magic.mimeType.startsWith('image/') || UNDECODED_IMAGES.includes(magic.mimeType)
}

function declaredType({ mimeType }: Declared): string | undefined {
  const type = mimeType.toLowerCase().split(';')[0]?.trim() ?? ''
  if (type === '' || type === 'application/octet-stream') return undefined
  return type === 'image/jpg' || type === 'image/pjpeg' ? 'image/jpeg' : type
}

/** The extension of a file name in lower case, `''` where there is none. */
export function extensionOf(filename: string | undefined): string {
  return /\.([A-Za-z0-9]{1,12})$/.exec(filename ?? '')?.[1]?.toLowerCase() ?? ''
}
