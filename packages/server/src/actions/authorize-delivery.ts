/** Who may see what: signatures in delivery URLs. @module */

import { type DeliveryUrl, verifyDelivery } from '@countersign/protocol/delivery'
import { MediaError } from '@countersign/protocol/errors'
import type { KeyRing } from '../access/key-ring.js'

/** How a delivery was authorised. */
export interface DeliveryAccess {
  /** Whether the URL carries a signature that is right. */
  readonly isSigned: boolean
}

/**
 * Check a delivery URL's signature, before anything is looked up, so that a denied request learns nothing.
 * Authenticated assets need one always, private ones for the original; one that is there must be right.
 *
 * @throws MediaError DELIVERY_DENIED
 */
export function authorizeDelivery(keys: KeyRing, url: DeliveryUrl): DeliveryAccess {
  const { signature, signedPath: path, deliveryType, transformation, cloudName } = url
  if (signature === undefined) {
    const isOriginal = transformation === ''
    if (deliveryType === 'authenticated' || (deliveryType === 'private' && isOriginal))
      throw denied()
    return { isSigned: false }
  }
  const secrets = keys.withScope(cloudName, 'deliver').map((key) => key.secret)
  if (!verifyDelivery({ signature, path, secrets }).ok) throw denied()
  return { isSigned: true }
}

function denied(): MediaError {
  return new MediaError('DELIVERY_DENIED', { message: 'deny or ACL failure' })
}
