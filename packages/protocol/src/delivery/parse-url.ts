/** Parses delivery paths. @module */

import { MediaError } from '../errors.js'
import type { ResourceType } from '../limits.js'
import { isTransformationSegment } from '../transformation/parameters.js'
import { invalidComponent } from '../transformation/parse.js'

/** Delivery types that the media server supports. */
export type DeliveryType = 'authenticated' | 'private' | 'upload'

/** A parsed delivery path. */
export interface DeliveryUrl {
  readonly cloudName: string
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  /** Signature from the `s--…--` segment: 8 or 32 characters. Absent if the path is not signed. */
  readonly signature?: string
  /**
   * Transformation components joined with `/`, percent-decoded once. Empty if the path has none.
   */
  readonly transformation: string
  /** Digits of the version segment `v<digits>`, without the `v`. */
  readonly version?: string
  /** Public id, percent-decoded once. The public id of a raw asset includes the extension. */
  readonly publicId: string
  /** Requested format: the extension in lower case. Set for images and videos only. */
  readonly extension?: string
  /**
   * Text that a signature covers: transformation, public id and extension, still percent-encoded.
   */
  readonly signedPath: string
}

const RESOURCE_TYPES: readonly ResourceType[] = ['image', 'video', 'raw']
const DELIVERY_TYPES: readonly DeliveryType[] = ['authenticated', 'private', 'upload']

// A signature may contain dashes, so its end is found by its exact length.
const SIGNATURE = /^s--([A-Za-z0-9_-]{8}|[A-Za-z0-9_-]{32})--$/

/**
 * Parses a delivery path:
 * `/<cloud>/<resource_type>/<type>[/s--<sig>--][/<transformation>…][/v<digits>]/<public_id>[.<ext>]`.
 *
 * @param rawPath Path as received, still percent-encoded. `//` counts as `/`; a query is dropped.
 * @returns `undefined` if the path is not a delivery path.
 * @throws MediaError PUBLIC_ID_INVALID for dot segments, control characters and escapes that are
 * not UTF-8; TRANSFORMATION_INVALID if a segment before the version is not a transformation.
 */
export function parseDeliveryUrl(rawPath: string): DeliveryUrl | undefined {
  const path = (rawPath.split('?', 1)[0] ?? '').replace(/\/{2,}/g, '/')
  const [, cloudName = '', resource, type, ...rest] = path.split('/')
  const resourceType = RESOURCE_TYPES.find((known) => known === resource)
  const deliveryType = DELIVERY_TYPES.find((known) => known === type)
  if (!/^[A-Za-z0-9_-]+$/.test(cloudName) || !resourceType || !deliveryType) return undefined

  const signature = rest.length > 1 ? SIGNATURE.exec(rest[0] ?? '')?.[1] : undefined
  const segments = signature === undefined ? rest : rest.slice(1)
  if (segments.length === 0 || segments.at(-1) === '') return undefined
  const { transformation, version, name } = splitSegments(segments)
  return {
    cloudName,
    resourceType,
    deliveryType,
    ...(signature === undefined ? {} : { signature }),
    transformation: transformation.map(decode).join('/'),
    ...(version === undefined ? {} : { version: version.slice(1) }),
    ...toPublicId(name.join('/'), resourceType),
    signedPath: [...transformation, ...name].join('/'),
  }
}

interface SplitSegments {
  readonly transformation: readonly string[]
  readonly version: string | undefined
  readonly name: readonly string[]
}

/**
 * Splits segments into transformation, version and name. The last segment always belongs to the
 * name. A version segment, if present, ends the transformation.
 */
function splitSegments(segments: readonly string[]): SplitSegments {
  const folders = segments.slice(0, -1)
  const at = folders.findIndex((segment) => /^v\d+$/.test(segment))
  if (at !== -1) {
    const transformation = folders.slice(0, at)
    const stranger = transformation.map(decode).find((segment) => !isTransformationSegment(segment))
    if (stranger !== undefined) throw invalidComponent(stranger)
    return { transformation, version: folders[at], name: segments.slice(at + 1) }
  }
  const end = folders.findIndex((segment) => !isTransformationSegment(decode(segment)))
  const border = end === -1 ? folders.length : end
  return {
    transformation: folders.slice(0, border),
    version: undefined,
    name: segments.slice(border),
  }
}

function toPublicId(
  raw: string,
  resourceType: ResourceType,
): { publicId: string; extension?: string } {
  const name = decode(raw)
  // The decoded name is checked, because `%2e%2e` would otherwise pass. The name is decoded only
  // once, so `%252e` stays an ordinary name.
  if (/\p{Cc}/u.test(name)) throw invalidId('holds a control character')
  const [, stem, extension] = /^(.*[^/])\.([A-Za-z0-9]{1,10})$/s.exec(name) ?? []
  const publicId = resourceType === 'raw' || stem === undefined ? name : stem
  if (hasDotSegment(name) || hasDotSegment(publicId)) {
    throw invalidId('holds a "." or ".." segment')
  }
  const isNamed = publicId !== name && extension !== undefined
  return { publicId, ...(isNamed ? { extension: extension.toLowerCase() } : {}) }
}

function hasDotSegment(publicId: string): boolean {
  return publicId.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new MediaError('PUBLIC_ID_INVALID', {
      message: 'The path holds a percent escape that is not UTF-8',
      cause,
    })
  }
}

function invalidId(reason: string): MediaError {
  return new MediaError('PUBLIC_ID_INVALID', { message: `The public id ${reason}` })
}
