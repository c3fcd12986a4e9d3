/** Authorizes a delivery: the signature in its URL, then what the asset says about who may see it. @module */

import { type DeliveryUrl, verifyDelivery } from '@countersign/protocol/delivery'
import { MediaError } from '@countersign/protocol/errors'
import { needsSignature, type Viewer, visibilityOf } from '../access/asset-visibility.js'
import type { KeyRing } from '../access/key-ring.js'
import type { RateLimit } from '../access/rate-limit.js'
import type { Asset } from '../catalog/asset.js'

/** How a delivery was authorized. */
export type DeliveryAccess = Viewer

/** Who asks, and how often they may guess. */
export interface Guesses {
  readonly address: string
  /** Wrong signatures that are short enough to be guessed. */
  readonly signatureFailures: RateLimit
}

/** The SDKs' default: 48 bits. */
const SHORT_SIGNATURE_CHARACTERS = 8

/**
 * Check a delivery URL's signature, before anything is looked up, so that a denied request learns nothing.
 * Authenticated assets need one always, private ones for the original; one that is there must be right.
 *
 * @throws MediaError DELIVERY_DENIED; RATE_LIMITED where an address has sent too many wrong short signatures.
 */
export function authorizeDelivery(
  keys: KeyRing,
  url: DeliveryUrl,
  { address, signatureFailures }: Guesses,
): DeliveryAccess {
  const { signature, signedPath: path, deliveryType, transformation, cloudName } = url
  if (signature === undefined) {
    if (needsSignature(deliveryType, { isOriginal: transformation === '' })) throw denied()
    return { isSigned: false }
  }
  const secrets = keys.withScope(cloudName, 'deliver').map((key) => key.secret)
  const isShort = signature.length === SHORT_SIGNATURE_CHARACTERS
  // Before the signature is looked at: else the guess that is right would still pass.
  if (isShort) signatureFailures.assert(address)
  if (!verifyDelivery({ signature, path, secrets }).ok) {
    if (isShort) signatureFailures.take(address)
    throw denied()
  }
  return { isSigned: true }
}

/**
 * Checks what a found asset says about who may see it.
 *
 * @throws MediaError DELIVERY_DENIED; ASSET_NOT_FOUND for a rejected asset, as if it were not there.
 */
export function authorizeAsset(asset: Asset, viewer: DeliveryAccess, now: number): void {
  switch (visibilityOf(asset, viewer, now)) {
    case 'visible':
      return
    case 'denied':
      throw denied()
    case 'hidden':
      throw new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${asset.publicId}` })
  }
}

function denied(): MediaError {
  return new MediaError('DELIVERY_DENIED', { message: 'deny or ACL failure' })
}
