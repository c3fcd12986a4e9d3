/** Reads the parameters that describe an asset, such as tags, context, metadata and coordinates. @module */

import { MediaError } from '@countersign/protocol/errors'
import { parseWholeNumber } from '@countersign/protocol/params'
import { parseTransformation } from '@countersign/protocol/transformation'
import type { Moderation } from '../catalog/asset.js'
import type { ExtraEdit } from '../catalog/asset-edits.js'
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from '../limits.js'
import { parseAccessControl, parseAccessMode } from './access-rules.js'
import { parseDeliveryHeaders } from './delivery-headers.js'
import {
  invalidParam,
  type ParamReader,
  parseBoolean,
  parsePairs,
  splitList,
} from './param-values.js'
import { parseRegions } from './regions.js'
import { parseMetadata, type SentMetadata } from './sent-metadata.js'

/** Annotations of one request. Absent members were not sent. */
export interface Annotations {
  readonly tags?: readonly string[]
  /** Custom context, key to text. */
  readonly context?: Readonly<Record<string, string>>
  /** Structured metadata, not yet checked against its fields. */
  readonly metadata?: SentMetadata
  /** True to remove stored metadata values that their fields no longer accept. */
  readonly clearInvalid: boolean
  /** Less common annotations. A member is absent if it was not sent, and `null` if the stored value is removed. */
  readonly extra: ExtraEdit
}

/** Limits on the size of annotations. */
export type AnnotationLimits = Pick<
  ServerLimits,
  'maxTags' | 'maxTagCharacters' | 'maxContextBytes' | 'maxMetadataBytes'
>

/**
 * Reads the annotations of a request.
 * @throws MediaError PARAM_INVALID with the name of the parameter and its valid values.
 */
export function readAnnotations(
  read: ParamReader,
  limits: AnnotationLimits = DEFAULT_SERVER_LIMITS,
): Annotations {
  const tags = read('tags')
  const context = read('context')
  const metadata = read('metadata')
  return {
    ...(tags === undefined ? {} : { tags: parseTags('tags', tags, limits) }),
    ...(context === undefined ? {} : { context: parseContext(context, limits) }),
    ...(metadata === undefined ? {} : { metadata: parseMetadata(metadata, limits) }),
    clearInvalid: parseBoolean('clear_invalid', read('clear_invalid') ?? '0'),
    extra: readExtra(read),
  }
}

/**
 * Parses a comma-separated list of tags, and drops duplicates.
 * @throws MediaError PARAM_INVALID for too many tags, or a tag that is too long.
 */
export function parseTags(
  name: string,
  text: string,
  { maxTags, maxTagCharacters }: AnnotationLimits = DEFAULT_SERVER_LIMITS,
): readonly string[] {
  const tags = [...new Set(splitList(text))]
  if (tags.length > maxTags) {
    throw invalidParam(name, `must be at most ${maxTags}, received ${tags.length}`)
  }
  if (tags.some((tag) => tag.length > maxTagCharacters)) {
    throw invalidParam(name, `must be at most ${maxTagCharacters} characters each`)
  }
  return tags
}

/**
 * Parses context from `k=v|k2=v2`.
 * @throws MediaError PARAM_INVALID for too many bytes, or for text in another form.
 */
export function parseContext(
  text: string,
  { maxContextBytes }: Pick<AnnotationLimits, 'maxContextBytes'> = DEFAULT_SERVER_LIMITS,
): Record<string, string> {
  if (Buffer.byteLength(text) > maxContextBytes) {
    throw invalidParam('context', `must be at most ${maxContextBytes} bytes`)
  }
  return parsePairs('context', text)
}

const MAX_ECHO_CHARACTERS = 64

type ExtraReader = {
  readonly [Member in Exclude<keyof ExtraEdit, 'file'>]-?: (
    read: ParamReader,
  ) => ExtraEdit[Member] | undefined
}

const EXTRA_READERS: ExtraReader = {
  customCoordinates: (read) => parseCoordinates('custom_coordinates', read('custom_coordinates')),
  faceCoordinates: (read) => parseCoordinates('face_coordinates', read('face_coordinates')),
  regions: (read) => parseRegions(read('regions')),
  accessControl: (read) => parseAccessControl(read('access_control')),
  accessMode: (read) => parseAccessMode(read('access_mode')),
  headers: (read) => parseDeliveryHeaders(read('headers')),
  moderation: (read) => parseModeration(read('moderation')),
  qualityOverride: (read) => parseQuality(read('quality_override')),
}

function readExtra(read: ParamReader): ExtraEdit {
  const members = Object.entries(EXTRA_READERS).map(([member, readMember]) => [
    member,
    readMember(read),
  ])
  return Object.fromEntries(members.filter(([, value]) => value !== undefined))
}

function parseCoordinates(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const boxes = text.split('|').map((box) => box.split(',').map(parseWholeNumber))
  const isWhole = boxes.every(
    (box) => box.length === 4 && box.every((pixels) => pixels !== undefined && pixels >= 0),
  )
  if (isWhole) return boxes.join('|')
  throw invalidParam(
    name,
    `must be x,y,width,height in whole pixels, received ${text.slice(0, MAX_ECHO_CHARACTERS)}`,
  )
}

function parseModeration(text: string | undefined): Moderation | undefined {
  if (text === undefined) return undefined
  if (text === 'manual') return { kind: 'manual', status: 'pending' }
  throw new MediaError('PARAM_INVALID', {
    message: `Moderation ${text.slice(0, 64)} moderation is not valid`,
    details: { param: 'moderation' },
  })
}

function parseQuality(text: string | undefined): string | undefined {
  if (text === undefined || isQuality(text)) return text
  throw invalidParam('quality_override', 'must be 1 to 100, or auto with best, good, eco or low')
}

function isQuality(text: string): boolean {
  try {
    const [component, ...others] = parseTransformation(`q_${text}`).components
    return component !== undefined && others.length === 0 && Object.keys(component).length === 1
  } catch {
    return false
  }
}
