/**
 * Determines the type, size and properties of a staged file, and checks the file against the limits. The type comes from the first
 * bytes. If a limit lists accepted types, the declared type and the name are also checked, and images are decoded.
 * @module
 */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { extensionOf, MEDIA_TYPES } from '@countersign/protocol/media-types'
import type { EffectiveLimits } from '../access/effective-limits.js'
import type { MediaProperties } from '../catalog/file-properties.js'
import type { InspectedImage } from '../delivery/imaging/inspect.js'
import { sourceLimitsOf } from '../limits.js'
import { assertSourceSize } from '../picture-limits.js'
import type { Services } from '../services.js'
import type { StagedUpload } from '../storage/blob-store.js'
import { type Declared, type JudgedContent, judgeContent } from './content-claims.js'
import { type DetectedType, detectType } from './detect-type.js'
import { readHeaderSize } from './header-size.js'
import { decodeXml, readPrologue, readSvgSize } from './svg-root.js'

/** Type, size and properties of a file's content. */
export interface InspectedFile {
  readonly resourceType: ResourceType
  /** Lower-case extension; `null` for raw. */
  readonly format: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** Number of frames if there are several, or number of pages of a PDF if known. */
  readonly pages?: number
  /** Properties of a video or audio file. */
  readonly media?: MediaProperties
}

/** Services that an inspection needs. */
type InspectionServices = Pick<Services, 'config' | 'decoders' | 'metadataReader'>

/** Requirements of an upload on its file. */
export interface Expectation {
  /** Resource type of the path. With `auto`, the content decides. */
  readonly resourceType: ResourceType | 'auto'
  readonly limits: EffectiveLimits
  /** `allowed_formats` of the request: extensions. */
  readonly allowedFormats: readonly string[] | undefined
}

/** Types that the protocol counts as images although this server does not decode them. */
const UNDECODED_IMAGES: readonly string[] = ['application/pdf', 'image/svg+xml']
const DECODED_IMAGES: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
]

/**
 * Inspects a staged file, and refuses a file that its upload may not store.
 * @throws MediaError FILE_EMPTY, IMAGE_INVALID, ASSET_TYPE_REFUSED or ASSET_TOO_LARGE, with the protocol's texts.
 * @throws MediaError RATE_LIMITED if the file may be a video and too many files wait to be read.
 */
export async function inspectFile(
  services: InspectionServices,
  file: StagedUpload,
  declared: Declared,
  expected: Expectation,
): Promise<InspectedFile> {
  if (file.bytes === 0) throw new MediaError('FILE_EMPTY', { message: 'Empty file' })
  const { limits } = expected
  if (expected.resourceType === 'raw' && !limits.isContentChecked && !expected.allowedFormats) {
    return { resourceType: 'raw', format: null, widthPx: null, heightPx: null }
  }
  const detected = await detectType(await readPrologue(file))
  const resourceType =
    expected.resourceType === 'auto' ? resourceTypeOf(detected, declared) : expected.resourceType
  limits.assertResourceType(resourceType)
  const inspected = await inspectAs(resourceType, { services, limits, file, detected })
  assertAllowedFormat(resourceType, inspected, { declared, allowed: expected.allowedFormats })
  if (limits.isContentChecked) {
    assertContent(resourceType, await judgeContent(detected, declared, file.path), limits)
  }
  return inspected
}

interface Inspection {
  readonly services: InspectionServices
  readonly file: StagedUpload
  readonly detected: DetectedType
  readonly limits: EffectiveLimits
}

async function inspectAs(
  resourceType: ResourceType,
  inspection: Inspection,
): Promise<InspectedFile> {
  const { mimeType, extension } = inspection.detected
  if (resourceType === 'raw') {
    return { resourceType, format: null, widthPx: null, heightPx: null }
  }
  if (resourceType === 'video') {
    if (!isMedia(mimeType)) {
      throw new MediaError('ASSET_TYPE_REFUSED', { message: 'Unsupported video format or file' })
    }
    const { properties, widthPx, heightPx } = await inspection.services.metadataReader.readMedia(
      inspection.file.path,
    )
    return { resourceType, format: extension, widthPx, heightPx, media: properties }
  }
  if (!isImage(mimeType)) throw new MediaError('IMAGE_INVALID', { message: 'Invalid image file' })
  if (!DECODED_IMAGES.includes(mimeType)) {
    return inspectUndecoded(inspection, { mimeType, format: extension })
  }
  const image = await readImage(inspection)
  const { format, widthPx, heightPx, pages } = image
  return { resourceType, format, widthPx, heightPx, ...(pages > 1 ? { pages } : {}) }
}

/** Describes an image that this server does not decode. Reads its size from the header if possible. */
async function inspectUndecoded(
  { services: { metadataReader }, file, limits }: Inspection,
  { mimeType, format }: { readonly mimeType: string; readonly format: string },
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
    // The other limits protect the decoder, which is not used here.
    const unlimited = { maxSidePx: Infinity, maxAnimationPixels: Infinity }
    assertSourceSize(size, { maxPixels: limits.maxPixels?.value ?? Infinity, ...unlimited })
  })
  return { resourceType, format, ...size }
}

async function readImage(inspection: Inspection): Promise<InspectedImage> {
  const { file, limits } = inspection
  const { config, decoders } = inspection.services
  const { maxPixels } = limits
  const { maxSourcePixels } = config
  const isOfPreset = maxPixels !== undefined && maxPixels.value <= maxSourcePixels
  return withOwner(isOfPreset ? maxPixels : undefined, () =>
    decoders.inspect(file.path, {
      isDecoded: limits.isContentChecked,
      limits: {
        ...sourceLimitsOf(config),
        maxPixels: Math.min(maxPixels?.value ?? maxSourcePixels, maxSourcePixels),
      },
    }),
  )
}

/** Runs a check. If it fails, adds the owner of the limit to the error. */
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
      message: `${error.message}. The limit is set by ${maxPixels.owner} (max_pixels)`,
      details: error.details,
      cause: error,
    })
  }
}

/** Refuses content that no limit accepts, and content that contradicts its declared type or name. */
function assertContent(
  resourceType: ResourceType,
  { found, types, activeTypes, claims, contradiction }: JudgedContent,
  limits: EffectiveLimits,
): void {
  const sentAs = claims.map(({ type }) => type).filter((type) => type !== found)
  // A raw file keeps its name, so any true name may be accepted. Other files are stored under the detected type.
  const otherTypes = resourceType === 'raw' ? types : []
  limits.assertAccepted(found, { resourceType, otherTypes, sentAs })
  for (const type of activeTypes) limits.assertAccepted(type, { resourceType })
  if (!contradiction) return
  const { what, type } = contradiction
  throw new MediaError('ASSET_TYPE_REFUSED', {
    message: `The file's ${what} says ${type}, its content is ${found}. Send it under its own type and name`,
    details: { declared: type, found },
  })
}

function assertAllowedFormat(
  resourceType: ResourceType,
  inspected: InspectedFile,
  { declared, allowed }: { declared: Declared; allowed: readonly string[] | undefined },
): void {
  if (!allowed) return
  const format = inspected.format ?? extensionOf(declared.filename)
  const names = allowed.map((name) => (name === 'jpeg' ? 'jpg' : name.toLowerCase()))
  if (format && names.some((name) => isSameFormat(name, format))) return
  const label = `${resourceType.charAt(0).toUpperCase()}${resourceType.slice(1)} file format`
  throw new MediaError('ASSET_TYPE_REFUSED', {
    message: format ? `${label} ${format} not allowed` : 'An unknown file format not allowed',
    details: { limit: 'allowed_formats', allowed: names },
  })
}

// `tif` and `tiff`, `mpg` and `mpeg` are two spellings of one format.
function isSameFormat(name: string, format: string): boolean {
  const entry = MEDIA_TYPES.find(name)
  return name === format || (entry !== undefined && entry === MEDIA_TYPES.find(format))
}

function resourceTypeOf({ mimeType, isText }: DetectedType, declared: Declared): ResourceType {
  if (isImage(mimeType)) return 'image'
  const byName = MEDIA_TYPES.find(extensionOf(declared.filename))?.type
  return isMedia(mimeType ?? (isText ? undefined : byName)) ? 'video' : 'raw'
}

function isImage(mimeType: string | undefined): mimeType is string {
  return (
    mimeType !== undefined && (mimeType.startsWith('image/') || UNDECODED_IMAGES.includes(mimeType))
  )
}

function isMedia(mimeType: string | undefined): boolean {
  return mimeType !== undefined && /^(video|audio)\//.test(mimeType)
}
