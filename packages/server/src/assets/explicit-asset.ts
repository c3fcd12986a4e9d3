/** The action `explicit`: edits a stored asset without a new upload. Sent values replace stored ones; the rest stays. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type ActionCall, requiredText } from '../access/authorize-action.js'
import type { Asset, AssetName } from '../catalog/asset.js'
import type { AssetEdit } from '../catalog/asset-edits.js'
import type { Key } from '../catalog/key.js'
import {
  deriveEager,
  type EagerBatch,
  type EagerOutcome,
  orderBatch,
} from '../delivery/derive-eager.js'
import { originalPath } from '../delivery/read-original.js'
import { readArrivedTags } from '../inspection/file-facts.js'
import { readEagerNotificationUrls } from '../notifications/notification-urls.js'
import { readAnnotations } from '../params/annotations.js'
import { type DerivedContent, readDerivedContent } from '../params/derived-content.js'
import { invalidParam, type ParamReader, parseBoolean } from '../params/param-values.js'
import { assertSupported, parseDeliveryType, parseDisplayName } from '../params/upload-params.js'
import { namesWithPreset, readNamedPreset, readWithPreset } from '../presets/apply-preset.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import { readMetadataEdit } from '../structured-metadata/read-metadata-edit.js'
import { editStored } from './edit-assets.js'
import { assertFolder, displayNameSuffixes } from './name-asset.js'

/** An asset, and the key that signs its answer. */
export interface AnsweredAsset {
  readonly asset: Asset
  readonly key: Key
  readonly algorithm: 'sha1' | 'sha256'
  /** Results of the eager transformations; absent if none were ordered. */
  readonly eager?: readonly EagerOutcome[]
}

/** The checked parameters of one `explicit` call. */
export interface ExplicitOrder {
  readonly name: AssetName
  readonly edit: AssetEdit
  readonly derived: DerivedContent
  /** URLs that receive a notification after `eager_async` transformations. */
  readonly eagerUrls: readonly string[]
  /** Reads a parameter of the request, or of the preset that the request names. */
  readonly read: ParamReader
}

/** The key that authorized the call, and the digest that signs the answer. */
export type ExplicitSigner = Pick<AnsweredAsset, 'key' | 'algorithm'>

/**
 * Reads and checks the parameters of an `explicit` call. Changes nothing.
 * @throws MediaError PARAM_MISSING; PARAM_INVALID with the name of the parameter.
 */
export async function readExplicit(
  services: Services,
  call: Pick<ActionCall, 'cloud' | 'resourceType' | 'fields'>,
): Promise<ExplicitOrder> {
  const publicId = requiredText(call.fields, 'public_id')
  const preset = await readNamedPreset(services, call.cloud, {
    name: call.fields.text('upload_preset'),
    isUnsigned: false,
  })
  const read = readWithPreset(call.fields, preset, {
    isUnsigned: false,
    limits: services.config,
  })
  assertSupported('explicit', namesWithPreset(call.fields, preset), { read })
  assertFileStays(read)
  const derived = readDerivedContent(read)
  const eagerUrls = readEagerNotificationUrls(services, call.cloud, read)
  const name = {
    cloud: call.cloud,
    resourceType: call.resourceType,
    deliveryType: parseDeliveryType(read('type')),
    publicId,
  }
  return { name, edit: await readEdit(services, name, read), derived, eagerUrls, read }
}

/**
 * Applies an `explicit` order to a stored asset, and makes its eager transformations.
 * @throws MediaError ASSET_NOT_FOUND; PARAM_INVALID if the asset would exceed a limit; RATE_LIMITED if too many files wait for a
 * read. After RATE_LIMITED the edit is already stored, and a retry is safe.
 */
export async function applyExplicit(
  services: Services,
  { name, edit, derived, eagerUrls: urls, read }: ExplicitOrder,
  { key, algorithm }: ExplicitSigner,
): Promise<AnsweredAsset> {
  const { publicId } = name
  const [asset] = await editStored(services, { ...name, publicIds: [publicId], edit, key, read })
  if (!asset) throw assetNotFound(publicId)
  const shown = await withMetadata(services, asset, derived)
  const eager = await deriveStored(services, asset, { derived, urls, keyId: key.id })
  return { asset: shown, key, algorithm, ...(eager ? { eager } : {}) }
}

/** Creates the error for a public id that does not exist. */
export function assetNotFound(publicId: string): MediaError {
  return new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${publicId}` })
}

async function deriveStored(
  services: Services,
  asset: Asset,
  { derived, ...order }: Pick<EagerBatch, 'keyId' | 'urls'> & { readonly derived: DerivedContent },
): Promise<readonly EagerOutcome[] | undefined> {
  const { eager: orders, eagerAsync } = derived
  if (!orders) return undefined
  return eagerAsync
    ? orderBatch(services, asset, { ...order, batchId: createId(), orders })
    : deriveEager(services, asset, orders)
}

// The answer contains the file's metadata, but the catalog does not store it, because the file can be read again.
async function withMetadata(
  services: Services,
  asset: Asset,
  derived: DerivedContent,
): Promise<Asset> {
  const { mediaMetadata, exif } = derived
  if (!mediaMetadata && !exif) return asset
  const { resourceType, extra } = asset
  const path = resourceType === 'image' ? await originalPath(services, asset) : ''
  const tags = await readArrivedTags(services, { path, resourceType }, derived)
  const file = {
    ...extra.file,
    ...tags,
    ...(mediaMetadata ? { showsContainer: true as const } : {}),
  }
  return { ...asset, extra: { ...extra, file } }
}

// These parameters take effect only when a file is uploaded.
function assertFileStays(read: ParamReader): void {
  const name = ['format', 'transformation'].find((param) => read(param) !== undefined)
  if (name) throw invalidParam(name, 'is not for explicit: the stored file stays as it is')
  const backup = read('backup')
  if (backup !== undefined && parseBoolean('backup', backup)) {
    throw invalidParam('backup', 'is not for explicit: send it when you upload the file')
  }
}

/**
 * Reads the edit that a request asks for. Tags and context replace the stored ones. Metadata changes field by field.
 * @throws MediaError PARAM_INVALID with the name of the parameter and its valid values.
 */
export async function readEdit(
  services: Services,
  name: AssetName,
  read: ParamReader,
): Promise<AssetEdit> {
  const annotations = readAnnotations(read, services.config)
  const { tags, context, extra } = annotations
  return {
    ...(tags ? { tags: { command: 'replace', tags } } : {}),
    ...(context ? { context: { command: 'replace', context } } : {}),
    extra,
    metadata: await readMetadataEdit(services, name, annotations),
    ...readPlacement(services, read),
  }
}

function readPlacement(
  { config }: Services,
  read: ParamReader,
): Pick<AssetEdit, 'assetFolder' | 'displayName' | 'displayNameSuffixes'> {
  // In the fixed folder mode, the public id decides the folder.
  if (config.folderMode === 'fixed') return {}
  const assetFolder = read('asset_folder')?.replace(/^\/+|\/+$/g, '')
  const displayName = parseDisplayName(read('display_name'))
  const isUnique = parseBoolean('unique_display_name', read('unique_display_name') ?? '0')
  if (assetFolder !== undefined) assertFolder(assetFolder, { isStrict: false })
  return {
    ...(assetFolder === undefined ? {} : { assetFolder }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(isUnique ? { displayNameSuffixes: displayNameSuffixes() } : {}),
  }
}
