/** Who may see what: signatures in delivery URLs, and the rules of an asset. @module */

import { type DeliveryUrl, verifyDelivery } from '@countersign/protocol/delivery'
import { MediaError } from '@countersign/protocol/errors'
import type { KeyRing } from '../access/key-ring.js'
import type { RateLimit } from '../access/rate-limit.js'
import type { AccessRule, Asset, AssetExtra } from '../catalog/asset.js'

/** How a delivery was authorised. */
export interface DeliveryAccess {
  /** Whether the URL carries a signature that is right. */
  readonly isSigned: boolean
}

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
    const isOriginal = transformation === ''
    if (deliveryType === 'authenticated' || (deliveryType === 'private' && isOriginal))
      throw denied()
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

/** Whether only some may see an asset, so that no shared cache may keep it. */
export function isRestricted({ deliveryType, extra }: Asset): boolean {
  return deliveryType !== 'upload' || rulesOf(extra).length > 0
}

/**
 * Check what an asset says about who may see it, once it is found: one of its rules must pass, and nobody sees what was rejected.
 *
 * @throws MediaError DELIVERY_DENIED; ASSET_NOT_FOUND for a rejected asset, as if it were not there.
 */
export function authorizeAsset(
  { extra, publicId }: Asset,
  { isSigned }: DeliveryAccess,
  now: number,
): void {
  if (extra.moderation?.status === 'rejected') {
    throw new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${publicId}` })
  }
  const rules = rulesOf(extra)
  const isOpen = (rule: AccessRule): boolean =>
    rule.accessType === 'token' ? isSigned : isWithin(rule, now)
  if (rules.length > 0 && !rules.some(isOpen)) throw denied()
}

function rulesOf({ accessControl = [], accessMode }: AssetExtra): readonly AccessRule[] {
  return accessMode === undefined ? accessControl : [...accessControl, { accessType: 'token' }]
}

function isWithin({ start, end }: { start?: string; end?: string }, now: number): boolean {
  const hasBegun = start === undefined || Date.parse(start) <= now
  return hasBegun && (end === undefined || now < Date.parse(end))
}

function denied(): MediaError {
  return new MediaError('DELIVERY_DENIED', { message: 'deny or ACL failure' })
}
