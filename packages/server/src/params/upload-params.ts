/** Parses and checks the parameters of an upload, and refuses parameters that this server does not support. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type Limits, parseLimits } from '@countersign/protocol/limits'
import { type Action, type ParamSpec, paramOf } from '@countersign/protocol/params'
import type { DeliveryType } from '../catalog/asset.js'
import { DEFAULT_SERVER_LIMITS } from '../limits.js'
import { type Api, refuseAddOnValue } from './add-on-values.js'
import { type AnnotationLimits, type Annotations, readAnnotations } from './annotations.js'
import { type DerivedContent, readDerivedContent } from './derived-content.js'
import {
  invalidParam,
  type ParamReader,
  parseBoolean,
  serializePairs,
  splitList,
} from './param-values.js'

/** Parameters of one upload. Absent members were not sent. */
export interface UploadParams extends Annotations, DerivedContent {
  readonly publicId?: string
  readonly folder?: string
  readonly assetFolder?: string
  readonly displayName?: string
  readonly publicIdPrefix?: string
  readonly filenameOverride?: string
  readonly useFilename: boolean
  readonly uniqueFilename: boolean
  readonly useFilenameAsDisplayName: boolean
  readonly uniqueDisplayName: boolean
  readonly useAssetFolderAsPublicIdPrefix: boolean
  readonly discardOriginalFilename: boolean
  readonly deliveryType: DeliveryType
  readonly overwrite?: boolean
  /** True to keep this version, and the version that it replaces, as a backup when it is replaced. @default false */
  readonly backup: boolean
  readonly returnDeleteToken: boolean
  readonly allowedFormats?: readonly string[]
  readonly nonce?: string
  readonly limits?: Limits
  readonly claims?: string
  /** Tag of the uploading user, 16 hex digits. */
  readonly userTag?: string
}

/**
 * Refuses parameters that this server does not support, because an upload without their effect would mislead the client.
 * @param api The API of the call, which decides the wording of refusals. @default upload
 * @throws MediaError PARAM_INVALID with the name of the parameter.
 */
export function assertSupported(
  action: Action,
  names: readonly string[],
  { read, api = 'upload' }: { readonly read: ParamReader; readonly api?: Api },
): void {
  for (const name of names) {
    const spec = paramOf(action, name)
    const value = read(name)
    if (!spec || value === undefined || isDone(action, spec)) continue
    // SDKs send flags such as `colors=0`, which request nothing.
    if (spec.type === 'boolean' && !parseBoolean(name, value)) continue
    throw new MediaError('PARAM_INVALID', {
      message: refuseAddOnValue(name, { api, read }) ?? `${name} is not supported`,
      details: { param: name },
    })
  }
}

// `async` is one row of the table for five actions, and two of them do not support it.
function isDone(action: Action, { name, support }: ParamSpec): boolean {
  if (name === 'async' && (action === 'sprite' || action === 'multi')) return false
  return support === 'supported' || support === 'ignored'
}

/**
 * Reads the parameters of an upload.
 * @throws MediaError PARAM_INVALID with the name of the parameter and its valid values.
 */
export function readUploadParams(
  read: ParamReader,
  limits: AnnotationLimits = DEFAULT_SERVER_LIMITS,
): UploadParams {
  const params: Record<string, unknown> = {
    useFilename: flag(read, 'use_filename', false),
    uniqueFilename: flag(read, 'unique_filename', true),
    uniqueDisplayName: flag(read, 'unique_display_name', false),
    useFilenameAsDisplayName: flag(read, 'use_filename_as_display_name', false),
    useAssetFolderAsPublicIdPrefix: flag(read, 'use_asset_folder_as_public_id_prefix', false),
    returnDeleteToken: flag(read, 'return_delete_token', false),
    backup: flag(read, 'backup', false),
    discardOriginalFilename: flag(read, 'discard_original_filename', false),
    ...readAnnotations(read, limits),
    ...readDerivedContent(read),
    deliveryType: parseDeliveryType(read('type')),
    publicId: read('public_id'),
    folder: read('folder'),
    assetFolder: read('asset_folder'),
    displayName: parseDisplayName(read('display_name')),
    publicIdPrefix: read('public_id_prefix'),
    filenameOverride: read('filename_override'),
    overwrite: optionalFlag(read, 'overwrite'),
    allowedFormats: parseFormats(read('allowed_formats')),
    nonce: parseNonce(read('nonce')),
    limits: parseSignedLimits(read('limits')),
    claims: read('claims'),
    userTag: parseUserTag(read('user_tag')),
  }
  return Object.fromEntries(
    Object.entries(params).filter(([, value]) => value !== undefined),
  ) as unknown as UploadParams
}

/** Returns a preset's setting as the text that a request would send; `undefined` for an empty setting. */
export function settingText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (name === 'metadata' || paramOf('upload', name)?.type === 'json') return JSON.stringify(value)
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object') return serializePairs(value)
  return String(value)
}

function parseFormats(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : splitList(text)
}

/**
 * Parses the delivery type. Returns `upload` if none was sent.
 * @throws MediaError PARAM_INVALID for any value except `upload`, `private` and `authenticated`.
 */
export function parseDeliveryType(text: string | undefined): DeliveryType {
  if (text === undefined) return 'upload'
  if (text === 'upload' || text === 'private' || text === 'authenticated') return text
  throw invalidParam(
    'type',
    `must be upload, private or authenticated, received ${text.slice(0, 64)}`,
  )
}

/**
 * Checks a display name and returns it unchanged.
 * @throws MediaError PARAM_INVALID `Display name cannot contain slashes`
 */
export function parseDisplayName(text: string | undefined): string | undefined {
  if (text?.includes('/')) {
    throw new MediaError('PARAM_INVALID', { message: 'Display name cannot contain slashes' })
  }
  return text
}

function parseNonce(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[0-9a-f]{32}$/.test(text))
    throw invalidParam('nonce', 'must be 32 lower-case hex')
  return text
}

function parseUserTag(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[0-9a-f]{16}$/.test(text))
    throw invalidParam('user_tag', 'must be 16 lower-case hex digits')
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
  return text === undefined ? undefined : parseBoolean(name, text)
}
