/** Requests that the server accepts at once and carries out in a job. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import type { DeliveryType } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { WireObject } from '../http/wire-object.js'

/** A request that a job carries out, and the asset that the job makes or changes. */
export interface AcceptedJob {
  readonly status: 'pending'
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicId: string
  /** Identifies the job in its notifications: 32 hex digits. */
  readonly batchId: string
  readonly key: Key
}

/** Returns the answer to a request that a job carries out. */
export function acceptedJson(accepted: Omit<AcceptedJob, 'key'>): WireObject {
  return {
    status: accepted.status,
    resource_type: accepted.resourceType,
    type: accepted.deliveryType,
    public_id: accepted.publicId,
    batch_id: accepted.batchId,
  }
}
