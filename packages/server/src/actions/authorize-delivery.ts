/** Authorizes a delivery: the signature in its URL, then what the asset says about who may see it. @module */

import { type DeliveryUrl, verifyDelivery } from '@countersign/protocol/delivery'
import { MediaError } from '@countersign/protocol/errors'
import { needsSignature, type Viewer, visibilityOf } from '../access/asset-visibility.js'
import type { KeyRing } from '../access/key-ring.js'
import type { RateLimit } from '../access/rate-limit.js'
import type { Asset } from '../catalog/asset.js'

/** How a delivery was authorized. */
export type DeliveryAccess = Viewer

/** Who asks, and the count of wrong guesses. */
export interface Guesses {
  readonly address: string
  /** Counts wrong signatures that are short enough to be guessed. */
  readonly signatureFailures: RateLimit
}

/** The SDKs' default: 48 bits. */
const SHORT_SIGNATURE_CHARACTERS = 8

/**
 * Checks a delivery URL's signature, before anything is looked up, so that a denied request learns nothing.
 * Authenticated assets need a signature always, private assets for the original; a signature that is present must be right.
 *
 * @throws MediaError DELIVERY_DENIED; RATE_LIMITED instead for a wrong short signature of an address that has sent too many. A right
 * signature always passes.
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
  if (!verifyDelivery({ signature, path, secrets }).ok) {
    // Counted only after the check: behind a shared address, one client's guesses must not refuse the others' right signatures.
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
