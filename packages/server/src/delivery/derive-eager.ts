/** Makes the eager transformations of an asset, before the answer or as an outbox job. @module */

import { createHash } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import type { Asset } from '../catalog/asset.js'
import type { DerivedAsset } from '../catalog/new-upload.js'
import type { NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import { WORK_DELAYS_SECONDS } from '../jobs/job-attempts.js'
import type { Attempt, Lane } from '../jobs/lane.js'
import type { EagerOrder } from '../params/eager-orders.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import { tooManyDerivatives } from './derivative-policy.js'
import { deriveAsset } from './derive-asset.js'

/** Result of one eager transformation. */
export type EagerOutcome = EagerOrder &
  (
    | {
        readonly status: 'made'
        readonly widthPx: number
        readonly heightPx: number
        readonly bytes: number
        readonly encodedFormat: string
      }
    | { readonly status: 'processing'; readonly batchId: string }
    | { readonly status: 'failed'; readonly reason: string; readonly isFinal: boolean }
  )

/** Maximum seconds for all eager transformations of one request. The rest fail, and are made when a URL requests them. */
const MAX_SYNC_SECONDS = 60
/** Number of batches that are made at once. */
const CONCURRENT_BATCHES = 2
/** Error codes of server failures. Their reason is logged and not sent to the client. */
const UNTOLD: readonly string[] = ['STORAGE_UNAVAILABLE', 'INTERNAL']
/** Error codes that are not retried, because every attempt would fail. */
const FINAL: readonly string[] = ['TRANSFORMATION_INVALID', 'IMAGE_INVALID', 'ASSET_TOO_LARGE']

/** Returns the id of an upload's eager batch, 32 hex digits. A repeated answer contains the same id. */
export function uploadBatchId(versionId: string): string {
  return createHash('sha256').update(`eager:${versionId}`).digest('hex').slice(0, 32)
}

/** Returns the catalog rows of ordered transformations that are not made yet. */
export function orderedRows(
  orders: readonly EagerOrder[],
  assetFormat: string | null,
): readonly DerivedAsset[] {
  return orders.map(({ canonical, format }) => ({
    derivedId: createId(),
    transformation: canonical,
    format: format ?? assetFormat ?? '',
    widthPx: null,
    heightPx: null,
    bytes: null,
  }))
}

/** Eager transformations that an outbox job makes after the answer. */
export interface EagerBatch {
  /** Id of the batch, 32 hex digits. */
  readonly batchId: string
  readonly orders: readonly EagerOrder[]
  /** Id of the key that authorized the request. */
  readonly keyId: string
  /** Notification URLs for the result. */
  readonly urls: readonly string[]
}

/** Creates the outbox event that makes a batch. Its job enqueues an event of the topic `eager` when the batch is done. */
export function deriveEvent(batch: EagerBatch): NewEvent {
  return { eventId: createId(), topic: 'derive', payload: { ...batch } }
}

/** Orders a batch for a stored asset. Writes its rows and its event in one transaction; if that is refused, the whole batch fails. */
export async function orderBatch(
  services: Services,
  asset: Asset,
  batch: EagerBatch,
): Promise<readonly EagerOutcome[]> {
  const { cloud, assetId, versionId, publicId } = asset
  const ordered = await services.catalog.writeDerivatives({
    cloud,
    assetId,
    versionId,
    derivatives: orderedRows(batch.orders, asset.format),
    maxDerivatives: services.config.maxDerivedPerAsset,
    events: [deriveEvent(batch)],
    now: services.now(),
  })
  switch (ordered) {
    case 'written':
      return pendingOutcomes(batch)
    case 'replaced':
      return failAll(batch.orders, `Resource not found - ${publicId}`)
    case 'full':
      return failAll(batch.orders, tooManyDerivatives(services, asset).message)
  }
}

/** Returns the outcomes of a batch that waits for the outbox: all are `processing`. */
export function pendingOutcomes({
  batchId,
  orders,
}: Pick<EagerBatch, 'batchId' | 'orders'>): readonly EagerOutcome[] {
  return orders.map((order) => ({ ...order, status: 'processing', batchId }))
}

/**
 * Makes the eager transformations of a stored asset, one after the other. Continues after a failed transformation.
 * @returns One outcome per transformation, in the given order.
 */
export async function deriveEager(
  services: Services,
  asset: Asset,
  orders: readonly EagerOrder[],
): Promise<readonly EagerOutcome[]> {
  const deadline = performance.now() + MAX_SYNC_SECONDS * 1000
  const outcomes: EagerOutcome[] = []
  for (const order of orders) {
    outcomes.push(
      performance.now() < deadline ? await deriveOrder(services, asset, order) : tooLate(order),
    )
  }
  return outcomes
}

/** Creates the outbox lane of the topic `derive`. */
export function deriveLane(
  services: Services,
  options: { readonly delaysSeconds?: readonly number[] } = {},
): Lane {
  return {
    topics: ['derive'],
    concurrency: CONCURRENT_BATCHES,
    delaysSeconds: options.delaysSeconds ?? WORK_DELAYS_SECONDS,
    attempt: (event) => deriveBatch(services, event),
    onDead: (event, reason) => ({
      followUps: [eagerEvent(event, failAll(ordersOf(event), reason))],
    }),
  }
}

async function deriveBatch(services: Services, event: OutboxEvent): Promise<Attempt> {
  const { cloud, asset } = event
  if (!asset) return { outcome: 'finished' }
  const current = await services.catalog.readAssetById({ cloud, assetId: asset.assetId })
  if (current?.versionId !== asset.versionId) {
    const gone = failAll(ordersOf(event), `Resource not found - ${asset.publicId}`)
    return { outcome: 'finished', followUps: [eagerEvent(event, gone)] }
  }
  const outcomes = await deriveEager(services, current, ordersOf(event))
  const passing = outcomes.find((outcome) => outcome.status === 'failed' && !outcome.isFinal)
  if (passing?.status === 'failed') return { outcome: 'again', failure: passing.reason }
  return { outcome: 'finished', followUps: [eagerEvent(event, outcomes)] }
}

function ordersOf({ payload }: OutboxEvent): readonly EagerOrder[] {
  return payload.orders as readonly EagerOrder[]
}

function failAll(orders: readonly EagerOrder[], reason: string): readonly EagerOutcome[] {
  return orders.map((order) => ({ ...order, status: 'failed', reason, isFinal: true }))
}

function eagerEvent(event: OutboxEvent, outcomes: readonly EagerOutcome[]): NewEvent {
  const { orders: _orders, ...payload } = event.payload
  return { eventId: createId(), topic: 'eager', payload: { ...payload, outcomes } }
}

async function deriveOrder(
  services: Services,
  asset: Asset,
  order: EagerOrder,
): Promise<EagerOutcome> {
  try {
    if (asset.resourceType !== 'image') throw untransformable(asset)
    const { bytes, format, output } = await deriveAsset(services, {
      asset,
      transformation: order.transformation,
      format: order.format ?? asset.format ?? '',
      accept: '',
      isSigned: true,
      maxWaiting: Number.POSITIVE_INFINITY,
    })
    return { ...order, status: 'made', ...output, bytes, encodedFormat: format }
  } catch (error) {
    return failed(services, order, error)
  }
}

function failed(services: Services, order: EagerOrder, error: unknown): EagerOutcome {
  const isTold = error instanceof MediaError && !UNTOLD.includes(error.code)
  if (!isTold) services.log.error({ err: error }, 'an eager transformation failed')
  return {
    ...order,
    status: 'failed',
    reason: isTold ? error.message : 'General Error',
    isFinal: isTold && FINAL.includes(error.code),
  }
}

function tooLate(order: EagerOrder): EagerOutcome {
  const reason = `The eager transformations took longer than ${MAX_SYNC_SECONDS} seconds`
  return { ...order, status: 'failed', reason, isFinal: false }
}

function untransformable({ resourceType }: Asset): MediaError {
  return new MediaError('TRANSFORMATION_INVALID', {
    message: `Transforming ${resourceType} is not supported`,
  })
}
