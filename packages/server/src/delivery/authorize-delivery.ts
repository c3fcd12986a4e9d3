/** Authorizes a delivery: first the signature in the URL, then the access rules of the asset. @module */

import { type DeliveryUrl, verifyDelivery } from '@countersign/protocol/delivery'
import { MediaError } from '@countersign/protocol/errors'
import { needsSignature, type Viewer, visibilityOf } from '../access/asset-visibility.js'
import type { KeyRing } from '../access/key-ring.js'
import type { RateLimit } from '../access/rate-limit.js'
import type { Asset } from '../catalog/asset.js'

/** Whether a delivery request has a valid signature. */
export type DeliveryAccess = Viewer

/** Client address, and the rate limit on its wrong signatures. */
export interface Guesses {
  readonly address: string
  /** Counts wrong signatures that are short enough to guess. */
  readonly signatureFailures: RateLimit
}

/** Length of a signature that the SDKs create by default: 48 bits. */
const SHORT_SIGNATURE_CHARACTERS = 8

/**
 * Checks the signature of a delivery URL. Runs before any look-up, so that a denied request reveals nothing.
 * Authenticated assets always need a signature, private assets need one for the original. A signature that is present must be right.
 *
 * @throws MediaError DELIVERY_DENIED; RATE_LIMITED for a wrong short signature if the address has sent too many. A right signature
 * always passes.
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
    // Counted after the check, because clients behind one address share the limit. One client's guesses must not block right signatures.
    if (isShort) signatureFailures.take(address)
    throw denied()
  }
  return { isSigned: true }
}

/**
 * Checks the access rules and the moderation of a found asset.
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
