/**
 * Upload limits of a preset: types, wire names, and the checks that widget, endpoint and server
 * share. @module
 */

import { MEDIA_TYPES } from './media-types/index.js'

/** Resource types of the protocol. Audio has the type `video`. */
export type ResourceType = 'image' | 'video' | 'raw'
/** Source of an upload's bytes: a file in the request, a data URI or a remote URL. */
export type Source = 'file' | 'data' | 'url'

/** Limits of one upload. An absent member sets no limit. */
export interface Limits {
  /** Accepted MIME types, such as `image/png` or `image/*`. */
  readonly accept?: readonly string[]
  /** Maximum file size in bytes. */
  readonly maxBytes?: number
  /** Maximum image size in pixels (width times height). */
  readonly maxPixels?: number
  /** Accepted resource types. */
  readonly resourceTypes?: readonly ResourceType[]
  /** Accepted sources of the bytes. */
  readonly sources?: readonly Source[]
  /** True if an upload may replace an asset with the same public id. */
  readonly overwrite?: boolean
}

/**
 * {@link Limits} under their wire names, as in the signed `limits` field and in the endpoint's
 * answer to `GET`.
 */
export interface WireLimits {
  accept?: string[]
  max_bytes?: number
  max_pixels?: number
  resource_types?: ResourceType[]
  sources?: Source[]
  overwrite?: boolean
}

/** Image types that every current browser can show. A default upload key accepts these types. */
export const BROWSER_IMAGES: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
]

/**
 * Default and maximum size, in bytes, of the JSON that an app may answer to an upload's
 * notification. Endpoint and server share both.
 */
export const RESULT_BYTES: { readonly fallback: number; readonly max: number } = {
  fallback: 4096,
  max: 65_536,
}

const RESOURCE_TYPES: readonly string[] = ['image', 'video', 'raw']
const SOURCES: readonly string[] = ['file', 'data', 'url']

/** Converts limits to their wire names. Absent members stay absent. */
export function toWireLimits(limits: Limits): WireLimits {
  const wire: WireLimits = {}
  if (limits.accept) wire.accept = [...limits.accept]
  if (limits.maxBytes !== undefined) wire.max_bytes = limits.maxBytes
  if (limits.maxPixels !== undefined) wire.max_pixels = limits.maxPixels
  if (limits.overwrite !== undefined) wire.overwrite = limits.overwrite
  if (limits.resourceTypes) wire.resource_types = [...limits.resourceTypes]
  if (limits.sources) wire.sources = [...limits.sources]
  return wire
}

/**
 * Serializes limits as the canonical JSON of the signed `limits` field: members sorted by code
 * unit, no blanks.
 * @returns JSON text, for example `{"accept":["image/*"],"max_bytes":5000000}`.
 */
export function serializeLimits(limits: Limits): string {
  const wire = toWireLimits(limits) as Record<string, unknown>
  return JSON.stringify(
    Object.fromEntries(
      Object.keys(wire)
        .sort()
        .map((name) => [name, wire[name]]),
    ),
  )
}

/** Result of {@link parseLimits}: the limits, or the first fault found. */
export type ParsedLimits =
  | { readonly ok: true; readonly limits: Limits }
  | { readonly ok: false; readonly reason: string }

/**
 * Parses limits from their wire form: an object, or the JSON text of the signed field.
 *
 * An unknown member is an error, because an unknown limit would not be enforced.
 */
export function parseLimits(wire: unknown): ParsedLimits {
  let value = wire
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value)
    } catch {
      return { ok: false, reason: 'limits is not JSON' }
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, reason: 'limits is not an object' }
  const limits: { -readonly [K in keyof Limits]: Limits[K] } = {}
  for (const [name, member] of Object.entries(value)) {
    const reason = readMember(limits, name, member)
    if (reason) return { ok: false, reason }
  }
  return { ok: true, limits }
}

function readMember(
  limits: { -readonly [K in keyof Limits]: Limits[K] },
  name: string,
  member: unknown,
): string | undefined {
  switch (name) {
    case 'accept':
      if (
        !isTextList(member) ||
        !member.every((type) => /^[a-z0-9.+-]+\/(\*|[a-z0-9.+-]+)$/.test(type))
      )
        return 'limits.accept must list MIME types such as image/png or image/*'
      limits.accept = member
      return
    case 'max_bytes':
    case 'max_pixels':
      if (!Number.isSafeInteger(member) || (member as number) < 1)
        return `limits.${name} must be a positive whole number`
      limits[name === 'max_bytes' ? 'maxBytes' : 'maxPixels'] = member as number
      return
    case 'resource_types':
      if (!isTextList(member) || !member.every((type) => RESOURCE_TYPES.includes(type)))
        return 'limits.resource_types must list image, video or raw'
      limits.resourceTypes = member as ResourceType[]
      return
    case 'sources':
      if (!isTextList(member) || !member.every((source) => SOURCES.includes(source)))
        return 'limits.sources must list file, data or url'
      limits.sources = member as Source[]
      return
    case 'overwrite':
      if (typeof member !== 'boolean') return 'limits.overwrite must be true or false'
      limits.overwrite = member
      return
    default:
      return `limits.${name.slice(0, 64)} is not a limit`
  }
}

function isTextList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 64 &&
    value.every((item) => typeof item === 'string')
  )
}

/**
 * Returns true if a MIME type is on an accept list. Aliases in the table of media types match each other.
 * `image/*` covers every image but SVG, which can hold scripts: list SVG by name.
 */
export function isAccepted(accept: readonly string[], mimeType: string): boolean {
  return MEDIA_TYPES.isAccepted(accept, mimeType)
}
