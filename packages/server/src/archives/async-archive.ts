/** Runs `generate_archive` with `async`: answers a checked request, and writes the archive as an outbox job. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { WireParams } from '@countersign/protocol/params'
import type { ActionCall } from '../access/authorize-action.js'
import { actingFor, actorOf } from '../audit/audited-catalog.js'
import type { DeliveryType } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import type { NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import { fieldsOf } from '../http/form/fields.js'
import type { PathType } from '../http/resource-type-path.js'
import { PASSING, requestParams, WORK_DELAYS_SECONDS } from '../jobs/job-attempts.js'
import type { Attempt, Lane } from '../jobs/lane.js'
import { notificationEvents } from '../notifications/notification-events.js'
import { parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import { selectArchive } from './select-assets.js'
import { describeArchive, storeArchive } from './store-archive.js'
import type { ArchiveFormat } from './write-archive.js'

/** Answer to a request for an archive that an outbox job writes. */
export interface AcceptedArchive {
  readonly mode: 'later'
  readonly status: 'pending'
  readonly resourceType: 'raw'
  readonly deliveryType: DeliveryType
  readonly publicId: string
  /** Id of the archive in its notifications, 32 hex digits. */
  readonly batchId: string
}

/** A requested archive. */
interface ArchiveOrder {
  readonly format: ArchiveFormat
  /** Public id with the extension of the format. */
  readonly publicId: string
  readonly key: Pick<Key, 'id'>
  readonly urls: readonly string[]
}

/** Payload of the outbox job, as JSON. */
interface ArchiveWork extends Omit<ArchiveOrder, 'key'> {
  readonly batchId: string
  readonly resourceType: PathType
  readonly params: WireParams
  readonly keyId: string
  /** Id of the request that was answered. Jobs that older versions stored have none. */
  readonly requestId?: string
}

/** Error codes that are retried. A full disk is one of them, because space may become free. */
const PASSING_FOR_ARCHIVES: readonly string[] = [...PASSING, 'STORAGE_FULL']

/**
 * Enqueues the job that writes an archive. The answer already contains the final public id.
 * @throws MediaError PARAM_INVALID if a parameter of the new asset is invalid.
 */
export async function archiveLater(
  services: Services,
  call: ActionCall<PathType>,
  { key, ...order }: ArchiveOrder,
): Promise<AcceptedArchive> {
  const { cloud, resourceType, fields } = call
  const { publicId } = order
  describeArchive(services, call, publicId)
  const batchId = createId()
  const work: ArchiveWork = {
    ...order,
    batchId,
    resourceType,
    params: requestParams(fields),
    keyId: key.id,
    requestId: services.trail.requestId,
  }
  await services.catalog.acceptWork({
    cloud,
    event: { eventId: createId(), topic: 'archive', payload: { ...work } },
    now: services.now(),
  })
  const deliveryType = parseDeliveryType(fields.text('type'))
  const known = { mode: 'later', status: 'pending', resourceType: 'raw' } as const
  return { ...known, deliveryType, publicId, batchId }
}

/** Creates the outbox lane of the topic `archive`. */
export function archiveLane(
  services: Services,
  options: { readonly delaysSeconds?: readonly number[] } = {},
): Lane {
  return {
    topics: ['archive'],
    concurrency: 1,
    delaysSeconds: options.delaysSeconds ?? WORK_DELAYS_SECONDS,
    attempt: (event) => makeArchive(services, event),
    onDead: (event) => {
      const work = workOf(event)
      recordFailure(workServices(services, event.cloud, work), work, 'INTERNAL')
      return { followUps: failureEvents(services, work, 'General Error') }
    },
  }
}

async function makeArchive(all: Services, event: OutboxEvent): Promise<Attempt> {
  const work = workOf(event)
  const services = workServices(all, event.cloud, work)
  const { format, publicId, urls, batchId, resourceType, keyId } = work
  const call = {
    cloud: event.cloud,
    resourceType,
    fields: fieldsOf(work.params),
    authorization: undefined,
  }
  try {
    if (!services.keys.find(keyId)) {
      throw new MediaError('API_KEY_UNKNOWN', { message: `Unknown API key ${keyId}` })
    }
    const selection = await selectArchive(services, call)
    const later = { claim: event.claim, batchId }
    const key = { id: keyId }
    await storeArchive(services, call, { format, publicId, selection, key, urls, later })
    return { outcome: 'committed' }
  } catch (error) {
    if (!(error instanceof MediaError) || PASSING_FOR_ARCHIVES.includes(error.code)) throw error
    recordFailure(services, work, error.code)
    return { outcome: 'finished', followUps: failureEvents(services, work, error.message) }
  }
}

/** Returns services that record changes in the name of the key that requested the archive. */
function workServices(services: Services, tenant: string, work: ArchiveWork): Services {
  const { keyId, requestId = '' } = work
  const actor = actorOf({ keyId })
  return actingFor(services, { actor, action: 'generate_archive', tenant, requestId })
}

function recordFailure({ trail }: Services, { publicId }: ArchiveWork, code: string): void {
  trail.record({ action: 'generate_archive', outcome: 'failed', target: publicId, code })
}

function workOf({ payload }: OutboxEvent): ArchiveWork {
  return payload as unknown as ArchiveWork
}

function failureEvents(
  services: Services,
  { keyId, urls, publicId, batchId }: ArchiveWork,
  message: string,
): readonly NewEvent[] {
  const body = {
    public_id: publicId,
    resource_type: 'raw',
    batch_id: batchId,
    error: { message },
  }
  return notificationEvents(services, { type: 'error', keyId, urls, body })
}
