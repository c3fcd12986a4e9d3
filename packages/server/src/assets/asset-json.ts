/** Converts assets to the protocol's JSON answers. @module */

import { signDelivery } from '@countersign/protocol/delivery'
import { signResponse } from '@countersign/protocol/signature'
import type { AccessRule, Asset, Moderation } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { DerivedAsset } from '../catalog/new-upload.js'
import type { EagerOutcome } from '../delivery/derive-eager.js'
import { isImageFormat } from '../delivery/imaging/formats.js'
import type { Fields } from '../http/form/fields.js'
import type { WireObject } from '../http/wire-object.js'
import { isTrue } from '../params/param-values.js'
import type { Services } from '../services.js'
import { mediaJson } from './media-json.js'

/** Returns the JSON answer to an upload, with a signature made with the key's secret. */
export function uploadJson(
  services: Services,
  asset: Asset,
  signer: { readonly key: Key; readonly algorithm: 'sha1' | 'sha256' },
): WireObject {
  const { publicId, version } = asset
  const { file = {} } = asset.extra
  const signature = signResponse({
    publicId,
    version,
    secret: signer.key.secret,
    algorithm: signer.algorithm,
  })
  return {
    asset_id: asset.assetId,
    public_id: publicId,
    version,
    version_id: asset.versionId,
    signature,
    ...geometry(asset),
    resource_type: asset.resourceType,
    created_at: isoSeconds(asset.createdAt),
    tags: asset.tags,
    ...pages(asset),
    bytes: asset.bytes,
    type: asset.deliveryType,
    etag: asset.etag,
    placeholder: false,
    ...urls(services, asset),
    ...mediaJson(asset),
    ...placement(services, asset),
    ...annotations(asset),
    ...(asset.originalFilename === null ? {} : { original_filename: asset.originalFilename }),
    ...(file.originalExtension ? { original_extension: file.originalExtension } : {}),
    ...(file.imageTags ? { image_metadata: file.imageTags } : {}),
    ...(file.exifTags ? { exif: file.exifTags } : {}),
    api_key: signer.key.id,
  }
}

/** Returns one JSON entry per eager transformation: its derivative, its failure, or that it is still processing. */
export function eagerJson(
  services: Services,
  asset: Asset,
  outcomes: readonly EagerOutcome[],
): readonly WireObject[] {
  return outcomes.map((outcome) => {
    const { transformation, format } = outcome
    // The transformation as requested, including its format.
    const text = [transformation, format].filter(Boolean).join('/')
    if (outcome.status === 'failed') {
      return { transformation: text, status: 'failed', reason: outcome.reason }
    }
    const links = urlsOf(services, derivedPath(services, asset, outcome))
    if (outcome.status === 'processing') {
      return { transformation: text, status: 'processing', batch_id: outcome.batchId, ...links }
    }
    const { widthPx: width, heightPx: height, bytes, encodedFormat } = outcome
    return { transformation: text, width, height, bytes, format: encodedFormat, ...links }
  })
}

/** Returns the JSON entry of an asset in an Admin API list. */
export function resourceJson(services: Services, asset: Asset): WireObject {
  return {
    asset_id: asset.assetId,
    public_id: asset.publicId,
    ...geometry(asset),
    version: asset.version,
    resource_type: asset.resourceType,
    type: asset.deliveryType,
    created_at: isoSeconds(asset.createdAt),
    bytes: asset.bytes,
    ...placement(services, asset),
    access_mode: asset.extra.accessMode ?? 'public',
    ...urls(services, asset),
  }
}

/** Returns the JSON answer of `rename`. Contains `context` and `metadata` only if the request asks for them. */
export function renamedJson(
  services: Services,
  asset: Asset,
  asked: Pick<Fields, 'text'>,
): WireObject {
  const isAsked = (name: string): boolean => isTrue(asked.text(name))
  const { context, metadata, ...rest } = annotations(asset)
  return {
    ...resourceJson(services, asset),
    tags: asset.tags,
    ...rest,
    ...(isAsked('context') && context ? { context } : {}),
    ...(isAsked('metadata') && metadata ? { metadata } : {}),
  }
}

/** Returns the JSON answer of the Admin API for one asset, with all details and derivatives. */
export function resourceDetailJson(
  services: Services,
  asset: Asset,
  derivatives: readonly DerivedAsset[],
): WireObject {
  return {
    ...resourceJson(services, asset),
    etag: asset.etag,
    ...sortedTags(asset),
    ...annotations(asset),
    ...(asset.originalFilename === null ? {} : { original_filename: asset.originalFilename }),
    last_updated: { updated_at: isoSeconds(asset.updatedAt) },
    derived: derivatives
      .filter(({ bytes }) => bytes !== null)
      .map((derived) => derivedJson(services, asset, derived)),
  }
}

/** Returns the tags of an asset for the Admin API, sorted by code unit. Leaves out `tags` if the asset has none. */
export function sortedTags({ tags }: Pick<Asset, 'tags'>): WireObject {
  return tags.length > 0 ? { tags: [...tags].sort() } : {}
}

function derivedJson(services: Services, asset: Asset, derived: DerivedAsset): WireObject {
  return {
    transformation: derived.transformation,
    format: derived.format,
    bytes: derived.bytes,
    id: derived.derivedId,
    ...urlsOf(services, derivedPath(services, asset, derived)),
  }
}

function geometry(asset: Asset): WireObject {
  return {
    ...(asset.format === null ? {} : { format: asset.format }),
    ...(asset.widthPx === null ? {} : { width: asset.widthPx, height: asset.heightPx }),
  }
}

function pages({ resourceType, format, extra }: Asset): WireObject {
  if (resourceType === 'raw') return {}
  if (resourceType === 'video') return { pages: 0 }
  const known = extra.file?.pages
  if (known !== undefined) return { pages: known }
  // This server does not decode other formats, and most of them may hold several pages.
  return isImageFormat(format ?? '') || format === 'bmp' ? { pages: 1 } : {}
}

function placement(services: Services, asset: Asset): WireObject {
  if (services.config.folderMode === 'fixed') return { folder: asset.assetFolder }
  return { asset_folder: asset.assetFolder, display_name: asset.displayName }
}

function annotations(asset: Asset): WireObject {
  const { context, extra } = asset
  const coordinates = {
    ...(extra.customCoordinates ? { custom: boxes(extra.customCoordinates) } : {}),
    ...(extra.faceCoordinates ? { faces: boxes(extra.faceCoordinates) } : {}),
  }
  return {
    ...(Object.keys(context).length > 0 ? { context: { custom: context } } : {}),
    ...(Object.keys(coordinates).length > 0 ? { coordinates } : {}),
    ...(extra.metadata ? { metadata: extra.metadata } : {}),
    ...(extra.regions ? { regions: extra.regions } : {}),
    ...(extra.accessControl ? { access_control: extra.accessControl.map(ruleJson) } : {}),
    ...(extra.accessMode ? { access_mode: extra.accessMode } : {}),
    ...(extra.moderation ? { moderation: [moderationJson(extra.moderation)] } : {}),
  }
}

function ruleJson({ accessType, ...window }: AccessRule): WireObject {
  return { access_type: accessType, ...window }
}

function moderationJson({ updatedAt, ...moderation }: Moderation): WireObject {
  return { ...moderation, ...(updatedAt === undefined ? {} : { updated_at: updatedAt }) }
}

function boxes(text: string): number[][] {
  return text.split('|').map((box) => box.split(',').map(Number))
}

/** Returns `url`, always http, and `secure_url`, with the scheme of the server's public URL. */
function urls(services: Services, asset: Asset): WireObject {
  return urlsOf(services, deliveryPath(services, asset))
}

function urlsOf(services: Services, path: string): WireObject {
  const base = services.publicUrl()
  return { url: `${base.replace(/^https:/, 'http:')}${path}`, secure_url: `${base}${path}` }
}

/** Returns the delivery path of an asset's original. The path is signed unless the delivery type is `upload`. */
export function deliveryPath(services: Services, asset: Asset): string {
  return derivedPath(services, asset, { transformation: '' })
}

function derivedPath(
  services: Services,
  asset: Asset,
  derived: { readonly transformation: string; readonly format?: string },
): string {
  const { cloud, resourceType, deliveryType, publicId, version } = asset
  const name = publicId.split('/').map(encodeURIComponent).join('/')
  const format = derived.format ?? asset.format
  const file = format === null ? name : `${name}.${format}`
  const steps = derived.transformation === '' ? '' : `${derived.transformation}/`
  const signature = signatureSegment(services, asset, `${steps}${file}`)
  return `/${cloud}/${resourceType}/${deliveryType}/${signature}${steps}v${version}/${file}`
}

function signatureSegment(services: Services, asset: Asset, file: string): string {
  if (asset.deliveryType === 'upload') return ''
  const key = services.keys.withScope(asset.cloud, 'deliver')[0]
  return key ? `s--${signDelivery({ path: file, secret: key.secret, isLong: true })}--/` : ''
}

function isoSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
