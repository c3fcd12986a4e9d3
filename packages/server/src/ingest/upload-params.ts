/** The upload's parameters: from wire text to values, each checked, whatever we do not do yet refused by name. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type Limits, parseLimits } from '@countersign/protocol/limits'
import { type Action, PARAMS, paramOf } from '@countersign/protocol/params'
import type { DeliveryType } from '../catalog/catalog.js'

/** One upload's parameters. Absent members were not sent. */
export interface UploadParams {
  readonly publicId?: string
  readonly folder?: string
  readonly assetFolder?: string
  readonly displayName?: string
  readonly publicIdPrefix?: string
  readonly filenameOverride?: string
  readonly useFilename: boolean
  readonly uniqueFilename: boolean
  readonly useFilenameAsDisplayName: boolean
  readonly useAssetFolderAsPublicIdPrefix: boolean
  readonly discardOriginalFilename: boolean
  readonly tags: readonly string[]
  readonly context: Readonly<Record<string, string>>
  readonly deliveryType: DeliveryType
  readonly overwrite?: boolean
  readonly allowedFormats?: readonly string[]
  readonly customCoordinates?: string
  readonly faceCoordinates?: string
  readonly nonce?: string
  readonly limits?: Limits
  readonly claims?: string
}

/** Where values come from: fields of a request, or settings of a preset as text. */
export type ParamReader = (name: string) => string | undefined

const MAX_TAGS = 1000
const MAX_TAG_LENGTH = 255
const MAX_CONTEXT_BYTES = 8192

/**
 * Refuse what was sent and is not done: storing without it would be a lie.
 * @throws MediaError PARAM_INVALID naming the parameter.
 */
export function assertSupported(action: Action, names: readonly string[], read: ParamReader): void {
  for (const name of names) {
    const spec = paramOf(action, name)
    const value = read(name)
    if (
      !spec ||
      value === undefined ||
      spec.support === 'supported' ||
      spec.support === 'ignored'
    ) {
      continue
    }
    // `colors=0` asks for nothing; the SDKs send it.
    if (spec.type === 'boolean' && !toBoolean(name, value)) continue
    throw new MediaError('PARAM_INVALID', {
      message: `${name} is not supported`,
      details: { param: name },
    })
  }
}

/**
 * Read the parameters.
 * @throws MediaError PARAM_INVALID naming the parameter and what it must be.
 */
export function readUploadParams(read: ParamReader): UploadParams {
  const params: Record<string, unknown> = {
    useFilename: flag(read, 'use_filename', false),
    uniqueFilename: flag(read, 'unique_filename', true),
    useFilenameAsDisplayName: flag(read, 'use_filename_as_display_name', false),
    useAssetFolderAsPublicIdPrefix: flag(read, 'use_asset_folder_as_public_id_prefix', false),
    discardOriginalFilename: flag(read, 'discard_original_filename', false),
    tags: parseTags(read('tags')),
    context: parseContext(read('context')),
    deliveryType: parseDeliveryType(read('type')),
    publicId: read('public_id'),
    folder: read('folder'),
    assetFolder: read('asset_folder'),
    displayName: parseDisplayName(read('display_name')),
    publicIdPrefix: read('public_id_prefix'),
    filenameOverride: read('filename_override'),
    overwrite: optionalFlag(read, 'overwrite'),
    allowedFormats: splitList(read('allowed_formats')),
    customCoordinates: parseCoordinates('custom_coordinates', read('custom_coordinates')),
    faceCoordinates: parseCoordinates('face_coordinates', read('face_coordinates')),
    nonce: parseNonce(read('nonce')),
    limits: parseSignedLimits(read('limits')),
    claims: read('claims'),
  }
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  ) as unknown as UploadParams
}

/** Text of a preset's setting, in the form in which a request would send it. */
export function settingText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([key, text]) => `${key}=${escapePair(String(text))}`)
      .join('|')
  }
  return String(value)
}

/** `k=v|k2=v2`, with `\` before a literal `=` or `|`. */
export function parseContext(text: string | undefined): Record<string, string> {
  if (text === undefined) return {}
  if (Buffer.byteLength(text) > MAX_CONTEXT_BYTES) {
    throw invalid('context', `must be at most ${MAX_CONTEXT_BYTES} bytes`)
  }
  const pairs = splitUnescaped(text, '|').map((pair) => {
    const [key = '', ...value] = splitUnescaped(pair, '=')
    if (!key || value.length === 0)
      throw invalid('context', 'must be key=value pairs joined with |')
    return [unescapePair(key), unescapePair(value.join('='))] as const
  })
  return Object.fromEntries(pairs)
}

/** A list that is sent as text: split at commas, trimmed, blanks dropped. */
export function splitList(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

function parseTags(text: string | undefined): readonly string[] {
  const tags = [...new Set(splitList(text) ?? [])]
  if (tags.length > MAX_TAGS)
    throw invalid('tags', `must be at most ${MAX_TAGS}, received ${tags.length}`)
  if (tags.some((tag) => tag.length > MAX_TAG_LENGTH)) {
    throw invalid('tags', `must be at most ${MAX_TAG_LENGTH} characters each`)
  }
  return tags
}

function parseDeliveryType(text: string | undefined): DeliveryType {
  if (text === undefined) return 'upload'
  if (text === 'upload' || text === 'private' || text === 'authenticated') return text
  throw invalid('type', `must be upload, private or authenticated, received ${text.slice(0, 64)}`)
}

function parseDisplayName(text: string | undefined): string | undefined {
  if (text?.includes('/')) {
    throw new MediaError('PARAM_INVALID', { message: 'Display name cannot contain slashes' })
  }
  return text
}

function parseCoordinates(name: string, text: string | undefined): string | undefined {
  if (text !== undefined && !/^\d+,\d+,\d+,\d+(\|\d+,\d+,\d+,\d+)*$/.test(text)) {
    throw invalid(name, 'must be x,y,width,height in pixels')
  }
  return text
}

function parseNonce(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[0-9a-f]{32}$/.test(text))
    throw invalid('nonce', 'must be 32 lower-case hex')
  return text
}

function parseSignedLimits(text: string | undefined): Limits | undefined {
  if (text === undefined) return undefined
  const parsed = parseLimits(text)
  if (!parsed.ok) throw new MediaError('PARAM_INVALID', { message: parsed.reason })
  return parsed.limits
}

function flag(read: ParamReader, name: string, fallback: boolean): boolean {
  return optionalFlag(read, name) ?? fallback
}

function optionalFlag(read: ParamReader, name: string): boolean | undefined {
  const text = read(name)
  return text === undefined ? undefined : toBoolean(name, text)
}

function toBoolean(name: string, text: string): boolean {
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false') return false
  throw invalid(name, `must be true or false, received ${text.slice(0, 32)}`)
}

function invalid(name: string, reason: string): MediaError {
  const label = PARAMS.has(name) ? name : 'parameter'
  return new MediaError('PARAM_INVALID', {
    message: `${label} ${reason}`,
    details: { param: name },
  })
}

function splitUnescaped(text: string, separator: string): string[] {
  const parts = ['']
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\\' && index + 1 < text.length) {
      parts[parts.length - 1] += character + text.charAt(++index)
    } else if (character === separator) {
      parts.push('')
    } else {
      parts[parts.length - 1] += character
    }
  }
  return parts
}

function escapePair(text: string): string {
  return text.replace(/[=|]/g, (character) => `\\${character}`)
}

function unescapePair(text: string): string {
  return text.replace(/\\([=|\\])/g, '$1')
}
