/** Finds the original or the derivative that a delivery URL names. @module */

import { buffer } from 'node:stream/consumers'
import type { DeliveryUrl } from '@countersign/protocol/delivery'
import { MediaError } from '@countersign/protocol/errors'
import { isRestricted } from '../access/asset-visibility.js'
import type { RateLimit } from '../access/rate-limit.js'
import type { Asset } from '../catalog/asset.js'
import type { Services } from '../services.js'
import type { OpenBlob } from '../storage/blob-store.js'
import {
  authorizeAsset,
  authorizeDelivery,
  type DeliveryAccess,
  type Guesses,
} from './authorize-delivery.js'
import { deriveAsset } from './derive-asset.js'
import type { ByteCache } from './imaging/byte-cache.js'
import { IMAGE_MIME_TYPES } from './imaging/formats.js'
import { isMediaExtension, mediaTypeOf } from './media-types.js'
import { openOriginal } from './read-original.js'

/** Maximum size of an original that is cached in memory. Opening so small a file costs more than sending its bytes. */
const MAX_IN_MEMORY_BYTES = 256 * 1024

/** Caches, rate limits and request headers that {@link deliverAsset} needs. */
export interface DeliverOptions extends Guesses {
  /** Cache of small originals by blob id. Blobs never change. */
  readonly originals: ByteCache
  /** Rate limit on new derivatives, per client address. */
  readonly coldRenders: RateLimit
  /** Value of the `Accept` header, for `f_auto`. */
  readonly accept: string
}

/** A file that can be delivered. Nothing is open yet. */
export interface Delivery {
  readonly mimeType: string
  /** False if browsers must save the file instead of showing it. */
  readonly isInline: boolean
  /** File name of a download. */
  readonly fileName: string
  readonly bytes: number
  /** Strong entity tag, in quotes. */
  readonly etag: string
  /** Time of the last change in Unix milliseconds, in whole seconds. */
  readonly lastModifiedMs: number
  /** Response headers stored with the asset, by name. */
  readonly headers: Readonly<Record<string, string>>
  /** True if shared caches may store the file. */
  readonly isPublic: boolean
  /** True if the URL names the asset's newest version, so its bytes never change. */
  readonly isCurrentVersion: boolean
  /** True if the `Accept` header chose the format. */
  readonly isNegotiated: boolean
  /** Opens the bytes. */
  open(): Promise<DeliveryContent>
}

/** Bytes in memory, or an open blob to stream from. */
export type DeliveryContent = Buffer | OpenBlob

/**
 * Finds the asset of a delivery URL, and its derivative if the URL has a transformation. Makes a derivative that does not exist yet.
 *
 * @throws MediaError CLOUD_UNKNOWN, DELIVERY_DENIED, ASSET_NOT_FOUND, TRANSFORMATION_INVALID, TRANSFORMATION_REFUSED,
 * ASSET_TOO_LARGE, IMAGE_INVALID, or RATE_LIMITED if too many derivations wait or the client address has made too many.
 */
export async function deliverAsset(
  services: Services,
  url: DeliveryUrl,
  options: DeliverOptions,
): Promise<Delivery> {
  if (!services.keys.hasCloud(url.cloudName)) {
    throw new MediaError('CLOUD_UNKNOWN', { message: `Unknown cloud_name ${url.cloudName}` })
  }
  const access = authorizeDelivery(services.keys, url, options)
  const target = withWholeName(url)
  const asset = await readAsset(services, target)
  authorizeAsset(asset, access, services.now())
  return isOriginal(target, asset)
    ? deliverOriginal(services, { target, asset, ...options })
    : deliverDerivative(services, { target, asset, access, ...options })
}

/** Returns the URL with its extension joined to the public id, unless it is a media format. In `photo.v2`, `v2` is not a format. */
function withWholeName(url: DeliveryUrl): DeliveryUrl {
  const { extension, resourceType, publicId } = url
  if (extension === undefined || resourceType === 'raw') return url
  if (isMediaExtension(resourceType, extension)) return url
  const { extension: _, ...rest } = url
  return { ...rest, publicId: `${publicId}.${extension}` }
}

async function readAsset({ catalog }: Services, target: DeliveryUrl): Promise<Asset> {
  const { cloudName: cloud, resourceType, deliveryType, publicId } = target
  const asset = await catalog.readAsset({ cloud, resourceType, deliveryType, publicId })
  if (asset) return asset
  throw new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${publicId}` })
}

function isOriginal({ transformation, extension }: DeliveryUrl, asset: Asset): boolean {
  if (transformation !== '') return false
  return extension === undefined || toFormat(extension) === toFormat(asset.format ?? '')
}

function toFormat(extension: string): string {
  if (extension === 'jpeg' || extension === 'jpe') return 'jpg'
  return extension === 'tif' ? 'tiff' : extension
}

interface Found {
  readonly target: DeliveryUrl
  readonly asset: Asset
}

function deliverOriginal(services: Services, found: Found & DeliverOptions): Delivery {
  const { asset } = found
  return {
    ...mediaTypeOf(asset),
    ...describe(services, found),
    fileName: fileNameOf(asset, asset.format),
    bytes: asset.bytes,
    etag: `"${asset.etag}"`,
    isNegotiated: false,
    open: () => openContent(services, found),
  }
}

async function openContent(
  services: Services,
  { asset, originals }: Found & DeliverOptions,
): Promise<DeliveryContent> {
  const { blobId } = asset
  const hot = originals.get(blobId)
  if (hot) return hot
  const blob = await openOriginal(services, asset)
  if (blob.bytes > MAX_IN_MEMORY_BYTES) return blob
  const bytes = await buffer(blob.stream())
  originals.set(blobId, bytes)
  return bytes
}

async function deliverDerivative(
  services: Services,
  found: Found & DeliverOptions & { readonly access: DeliveryAccess },
): Promise<Delivery> {
  const { target, asset, access, accept, address, coldRenders } = found
  if (asset.resourceType !== 'image') {
    throw new MediaError('TRANSFORMATION_INVALID', {
      message: `Transforming ${asset.resourceType} is not supported`,
    })
  }
  const { transformation, extension } = target
  const request = {
    asset,
    transformation,
    ...(extension === undefined ? {} : { format: toFormat(extension) }),
    accept,
    isSigned: access.isSigned,
    admit: () => coldRenders.take(address),
  }
  const derivative = await deriveAsset(services, request)
  return {
    ...describe(services, found),
    mimeType: IMAGE_MIME_TYPES[derivative.format],
    isInline: true,
    fileName: fileNameOf(asset, derivative.format),
    bytes: derivative.bytes,
    etag: derivative.etag,
    isNegotiated: derivative.isNegotiated,
    open: derivative.open,
  }
}

function describe(
  services: Services,
  { target, asset }: Found,
): Pick<Delivery, 'headers' | 'isPublic' | 'isCurrentVersion' | 'lastModifiedMs'> {
  // A version can run ahead of the clock after quick overwrites; a date in the future is not allowed (RFC 9110 8.8.2.1).
  const modifiedSeconds = Math.min(asset.version, Math.floor(services.now() / 1000))
  return {
    headers: asset.extra.headers ?? {},
    isPublic: !isRestricted(asset),
    isCurrentVersion: target.version === String(asset.version),
    lastModifiedMs: modifiedSeconds * 1000,
  }
}

function fileNameOf({ publicId, resourceType }: Asset, format: string | null): string {
  return resourceType === 'raw' || !format ? publicId : `${publicId}.${format}`
}
