/** Runs `explicit` at once. With `async`, checks and answers the request first, and runs it as an outbox job. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { WireParams } from '@countersign/protocol/params'
import { type ActionCall, authorizeAction } from '../access/authorize-action.js'
import { assertScope } from '../access/scopes.js'
import { actingFor, actorOf } from '../audit/audited-catalog.js'
import type { DeliveryType } from '../catalog/asset.js'
import type { NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import { fieldsOf } from '../http/form/fields.js'
import type { AcceptedJob } from '../jobs/accepted-job.js'
import { PASSING, requestParams, WORK_DELAYS_SECONDS } from '../jobs/job-attempts.js'
import type { Attempt, Lane } from '../jobs/lane.js'
import { notificationEvents } from '../notifications/notification-events.js'
import { readNotificationUrls } from '../notifications/notification-urls.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import {
  type AnsweredAsset,
  applyExplicit,
  assetNotFound,
  type ExplicitOrder,
  type ExplicitSigner,
  readExplicit,
} from './explicit-asset.js'

/** Answer of an `explicit` call with `async`. */
export type AcceptedExplicit = Omit<AcceptedJob, 'key'>

/** Turns the result of `explicit` into its JSON answer. */
export type PresentExplicit = (result: AnsweredAsset) => Readonly<Record<string, unknown>>

/** Payload of the outbox job, as JSON. */
interface ExplicitWork {
  readonly batchId: string
  readonly publicId: string
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly params: WireParams
  readonly keyId: string
  readonly algorithm: 'sha1' | 'sha256'
  readonly urls: readonly string[]
  /** Id of the request that was answered. Jobs that older versions stored have none. */
  readonly requestId?: string
}

/** Number of `explicit` jobs that run at once. Each may derive images. */
const CONCURRENT_EDITS = 2

/**
 * Changes a stored asset. With `async`, checks the request and enqueues a job for the change.
 * @throws MediaError of `authorizeAction`, `readExplicit` and `applyExplicit`. Throws ASSET_NOT_FOUND with `async` too.
 */
export async function explicitAsset(
  services: Services,
  call: ActionCall,
): Promise<AnsweredAsset | AcceptedExplicit> {
  const { key, algorithm } = authorizeAction(services, 'explicit', call)
  const signer = { key, algorithm }
  const order = await readExplicit(services, call)
  return order.derived.isAsync
    ? explicitLater(services, call, { ...order, ...signer })
    : applyExplicit(services, order, signer)
}

async function explicitLater(
  services: Services,
  { cloud, resourceType, fields }: ActionCall,
  { name, read, key, algorithm }: ExplicitOrder & ExplicitSigner,
): Promise<AcceptedExplicit> {
  const { publicId, deliveryType } = name
  const urls = readNotificationUrls(services, cloud, { read })
  if (!(await services.catalog.readAsset(name))) throw assetNotFound(publicId)
  const batchId = createId()
  const work: ExplicitWork = {
    ...{ batchId, publicId, resourceType, deliveryType, urls, algorithm },
    params: requestParams(fields),
    keyId: key.id,
    requestId: services.trail.requestId,
  }
  await services.catalog.acceptWork({
    cloud,
    event: { eventId: createId(), topic: 'explicit', payload: { ...work } },
    now: services.now(),
  })
  services.wakeOutbox()
  return { status: 'pending', resourceType, deliveryType, publicId, batchId }
}

/** Creates the outbox lane of the topic `explicit`. */
export function explicitLane(
  services: Services,
  options: { readonly present: PresentExplicit; readonly delaysSeconds?: readonly number[] },
): Lane {
  return {
    topics: ['explicit'],
    concurrency: CONCURRENT_EDITS,
    delaysSeconds: options.delaysSeconds ?? WORK_DELAYS_SECONDS,
    attempt: (event) => attemptExplicit(services, event, options.present),
    onDead: (event) => {
      const work = workOf(event)
      recordFailure(workServices(services, event.cloud, work), work, 'INTERNAL')
      return { followUps: failureEvents(services, work, 'General Error') }
    },
  }
}

async function attemptExplicit(
  all: Services,
  event: OutboxEvent,
  present: PresentExplicit,
): Promise<Attempt> {
  const work = workOf(event)
  const { batchId, keyId, algorithm, urls, resourceType, params } = work
  const services = workServices(all, event.cloud, work)
  try {
    const key = services.keys.find(keyId)
    if (!key) {
      throw new MediaError('API_KEY_UNKNOWN', { message: `Unknown API key ${keyId}` })
    }
    assertScope(key, 'explicit')
    const call = { cloud: event.cloud, resourceType, fields: fieldsOf(params) }
    const order = await readExplicit(services, call)
    const result = await applyExplicit(services, order, { key, algorithm })
    const body = { ...present(result), batch_id: batchId }
    const followUps = notificationEvents(services, { type: 'explicit', keyId, urls, body })
    return { outcome: 'finished', followUps }
  } catch (error) {
    if (!(error instanceof MediaError) || PASSING.includes(error.code)) throw error
    recordFailure(services, work, error.code)
    return { outcome: 'finished', followUps: failureEvents(services, work, error.message) }
  }
}

/** Returns services that record changes in the name of the key that requested the edit. */
function workServices(services: Services, tenant: string, work: ExplicitWork): Services {
  const { keyId, requestId = '' } = work
  return actingFor(services, { actor: actorOf({ keyId }), action: 'explicit', tenant, requestId })
}

function recordFailure({ trail }: Services, { publicId }: ExplicitWork, code: string): void {
  trail.record({ action: 'explicit', outcome: 'failed', target: publicId, code })
}

function workOf({ payload }: OutboxEvent): ExplicitWork {
  return payload as unknown as ExplicitWork
}

function failureEvents(
  services: Services,
  { keyId, urls, publicId, batchId, resourceType, deliveryType: type }: ExplicitWork,
  message: string,
): readonly NewEvent[] {
  const subject = { public_id: publicId, resource_type: resourceType, type, batch_id: batchId }
  const body = { ...subject, error: { message } }
  return notificationEvents(services, { type: 'error', keyId, urls, body })
}
