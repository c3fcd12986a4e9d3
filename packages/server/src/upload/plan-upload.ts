/** Plans an authenticated upload: reads its parameters and combines the limits of its presets. @module */

import { createHash } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import { PARAMS, UNSIGNED_UPLOAD_PARAMS } from '@countersign/protocol/params'
import { recognizedParams, stringToSign } from '@countersign/protocol/signature'
import type { Access } from '../access/authenticate-request.js'
import {
  DEFAULT_LIMITS,
  type EffectiveLimits,
  type LimitLayer,
  narrowLimits,
} from '../access/effective-limits.js'
import { hasCeiling } from '../access/scopes.js'
import type { Key, Preset } from '../catalog/key.js'
import type { NewUpload, NonceClaim } from '../catalog/new-upload.js'
import type { Fields } from '../http/form/fields.js'
import {
  assertMayNotify,
  readEagerNotificationUrls,
  readNotificationUrls,
} from '../notifications/notification-urls.js'
import { assertSupported, readUploadParams, type UploadParams } from '../params/upload-params.js'
import {
  namesWithPreset,
  readNamedPreset,
  readPresetOrDefault,
  readWithPreset,
} from '../presets/apply-preset.js'
import type { Services } from '../services.js'
import { checkMetadata, defaultMetadata } from '../structured-metadata/validate-metadata.js'

/** Everything that decides how an authenticated upload is stored. */
export interface UploadPlan {
  /** Key that signs the answer. */
  readonly key: Key
  readonly algorithm: 'sha1' | 'sha256'
  /** Owner of a chunk session: the API key, or `preset:<name>`. */
  readonly owner: string
  readonly params: UploadParams
  /** Notification URLs of the request and its preset, without the operator's own targets. */
  readonly notificationUrls: readonly string[]
  /** Notification URLs for derivatives that `eager_async` makes. */
  readonly eagerNotificationUrls: readonly string[]
  readonly limits: EffectiveLimits
  /** Structured metadata, validated against the cloud's fields. */
  readonly metadata: NonNullable<NewUpload['metadata']>
  /** True if an existing asset is replaced. */
  readonly overwrite: boolean
  /** True if names must follow the stricter rules for browser keys. */
  readonly isStrict: boolean
  /** True if the uploader may not manage assets. The answer then shows only the public fields of an asset that already existed. */
  readonly isStranger: boolean
  readonly nonce: NonceClaim | undefined
  /** Texts of the recognized parameters, by name. */
  readonly bag: Readonly<Record<string, string>>
}

/**
 * Plans an authenticated upload.
 * @throws MediaError PRESET_UNKNOWN, PRESET_REFUSED, PARAM_INVALID, with the protocol's texts.
 */
export async function planUpload(
  services: Services,
  request: {
    readonly cloud: string
    readonly resourceType: string
    readonly fields: Fields
    readonly access: Access
  },
): Promise<UploadPlan> {
  const { cloud, fields, access } = request
  const isUnsigned = access.mode === 'unsigned'
  if (isUnsigned) assertUnsignedParams(fields)
  const key = isUnsigned ? answeringKey(services, cloud) : access.key
  const named = await readNamedPreset(services, cloud, {
    name: fields.text('upload_preset'),
    isUnsigned,
  })
  const ceiling = isUnsigned || !hasCeiling(key) ? undefined : await readCeiling(services, key)

  const read = readWithPreset(fields, named, { isUnsigned, limits: services.config })
  assertSupported('upload', namesWithPreset(fields, named), { read })
  if (!isUnsigned) assertMayNotify(key, (name) => fields.text(name))
  const params = readUploadParams(read, services.config)
  const isStrict = isUnsigned || ceiling !== undefined
  assertClientPublicId(fields, [ceiling, named])

  const limits = narrowLimits(
    await layersOf(services, { cloud, key, ceiling, named, params, isUnsigned }),
  )
  const defined = await services.catalog.listMetadataFields({ cloud })
  const bag = recognizedParams('upload', fields.params())
  const algorithm = isUnsigned ? 'sha1' : access.algorithm
  return {
    key,
    algorithm,
    owner: isUnsigned ? `preset:${access.presetName}` : key.id,
    params,
    notificationUrls: readNotificationUrls(services, cloud, { read }),
    eagerNotificationUrls: readEagerNotificationUrls(services, cloud, read),
    limits,
    metadata: {
      values: checkMetadata(defined, params.metadata ?? {}),
      defaults: defaultMetadata(defined),
    },
    overwrite: !isUnsigned && limits.overwrite && (params.overwrite ?? true),
    isStrict,
    isStranger: isUnsigned || !key.scopes.includes('manage'),
    nonce: params.nonce
      ? {
          nonce: params.nonce,
          bagDigest: digestBag(request.resourceType, bag),
          ...(params.userTag === undefined ? {} : { userTag: params.userTag }),
          signer: { keyId: key.id, algorithm },
        }
      : undefined,
    bag,
  }
}

/** Returns the key that answers unsigned uploads: the cloud's first key with the scope `manage`, else its first with `upload`. */
function answeringKey(services: Services, cloud: string): Key {
  const key =
    services.keys.withScope(cloud, 'manage')[0] ?? services.keys.withScope(cloud, 'upload')[0]
  if (!key) throw new MediaError('API_KEY_UNKNOWN', { message: 'Unknown API key ' })
  return key
}

async function readCeiling(services: Services, key: Key): Promise<Preset> {
  const name = key.preset ?? 'default'
  const preset = await readPresetOrDefault(services, key.cloud, name)
  if (preset) return preset
  services.log.error({ keyId: key.id, preset: name }, 'the preset of a key does not exist')
  throw new MediaError('PRESET_UNKNOWN', {
    message: `Upload preset not found: API key ${key.id} is bound to the preset ${name}`,
  })
}

interface Layering {
  readonly cloud: string
  readonly key: Key
  readonly ceiling: Preset | undefined
  readonly named: Preset | undefined
  readonly params: UploadParams
  readonly isUnsigned: boolean
}

async function layersOf(services: Services, layering: Layering): Promise<readonly LimitLayer[]> {
  const { ceiling, named, params, key, isUnsigned } = layering
  const layers: LimitLayer[] = []
  if (ceiling) {
    const owner = `the preset ${ceiling.name} of API key ${key.id}`
    // A ceiling inherits what it does not set from `default`, so a preset about sizes does not allow raw files.
    layers.push({ owner, limits: { ...DEFAULT_LIMITS, ...ceiling.limits } })
  }
  if (named?.limits) {
    const limits = isUnsigned ? { ...DEFAULT_LIMITS, ...named.limits } : named.limits
    layers.push({ owner: `the preset ${named.name}`, limits })
  } else if (named && isUnsigned) {
    const fallback = await readPresetOrDefault(services, layering.cloud, 'default')
    layers.push({ owner: 'the preset default', limits: { ...DEFAULT_LIMITS, ...fallback?.limits } })
  }
  if (params.limits) layers.push({ owner: 'the signed limits', limits: params.limits })
  return layers
}

function assertClientPublicId(fields: Fields, presets: readonly (Preset | undefined)[]): void {
  const preset = presets.find((candidate) => candidate?.disallowPublicId)
  if (!preset || fields.text('public_id') === undefined) return
  throw new MediaError('PRESET_REFUSED', {
    message: `public_id is not allowed by the preset ${preset.name} (disallow_public_id)`,
    details: { param: 'public_id', preset: preset.name },
  })
}

/** Fields that an unsigned request may also have. The server ignores them. */
const IGNORED_UNSIGNED: readonly string[] = [
  'file',
  'api_key',
  'timestamp',
  'signature',
  'cloud_name',
  'resource_type',
]

function assertUnsignedParams(fields: Fields): void {
  const refused = fields
    .names()
    .find(
      (name) =>
        PARAMS.has(name) && ![...UNSIGNED_UPLOAD_PARAMS, ...IGNORED_UNSIGNED].includes(name),
    )
  if (refused === undefined) return
  const label = refused.charAt(0).toUpperCase() + refused.slice(1).replaceAll('_', ' ')
  throw new MediaError('PARAM_INVALID', {
    message: `${label} parameter is not allowed when using unsigned upload. Only ${UNSIGNED_UPLOAD_PARAMS.join(', ')} upload parameters are allowed.`,
    details: { param: refused },
  })
}

/**
 * Returns a digest that is equal for all requests for the same upload.
 * @param without Names that may differ, besides the `timestamp`.
 * @returns SHA-256, hex.
 */
export function digestBag(
  resourceType: string,
  bag: Readonly<Record<string, string>>,
  without: readonly string[] = [],
): string {
  const ignored = ['timestamp', 'nonce', ...without]
  const pairs = Object.entries(bag).filter(([name]) => !ignored.includes(name))
  // The signature does not cover the resource type, but another type is another upload.
  return createHash('sha256')
    .update(`${resourceType}\n${stringToSign(Object.fromEntries(pairs))}`)
    .digest('hex')
}
