/** What `eager` orders: made with the upload, or after its answer by the outbox. @module */

import { createHash } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import type { Asset } from '../catalog/asset.js'
import type { DerivedAsset } from '../catalog/new-upload.js'
import type { NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import { WORK_DELAYS_SECONDS } from '../jobs/job-attempts.js'
import type { Attempt, Lane } from '../jobs/outbox.js'
import type { EagerOrder } from '../params/eager-orders.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import { tooManyDerivatives } from './derivative-policy.js'
import { deriveAsset } from './derive-asset.js'

/** What became of one order. */
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

/** Seconds that one request's orders may take together; the rest fail, and are made when they are asked for. */
const MAX_SYNC_SECONDS = 60
/** Batches that are made at once. */
const CONCURRENT_BATCHES = 2
/** Failures of our own: their reason is in the log. */
const UNTOLD: readonly string[] = ['STORAGE_UNAVAILABLE', 'INTERNAL']
/** Failures that another attempt would only repeat. */
const FINAL: readonly string[] = ['TRANSFORMATION_INVALID', 'IMAGE_INVALID', 'ASSET_TOO_LARGE']

/** Names the batch that an upload orders: the same whenever it is answered again. 32 hex. */
export function uploadBatchId(versionId: string): string {
  return createHash('sha256').update(`eager:${versionId}`).digest('hex').slice(0, 32)
}

/** The rows of orders that are not made yet. */
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

/** A batch that is made after the answer. */
export interface EagerBatch {
  /** 32 hex. */
  readonly batchId: string
  readonly orders: readonly EagerOrder[]
  /** Of the request's key. */
  readonly keyId: string
  /** Whom the request wants to be told of it. */
  readonly urls: readonly string[]
}

/** The event that makes a batch; when it is done it owes one of the topic `eager`. */
export function deriveEvent(batch: EagerBatch): NewEvent {
  return { eventId: createId(), topic: 'derive', payload: { ...batch } }
}

/** Order a batch of an asset that is stored already: its rows and its event are written together, or the whole of it fails. */
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

/** The answer of a batch that waits for the outbox. */
export function pendingOutcomes({
  batchId,
  orders,
}: Pick<EagerBatch, 'batchId' | 'orders'>): readonly EagerOutcome[] {
  return orders.map((order) => ({ ...order, status: 'processing', batchId }))
}

/**
 * Make what was ordered of a stored asset, one after the other; a failing order fails alone.
 * @returns An outcome an order, in their order.
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

/** The lane of the topic `derive`. */
export function deriveLane(
  services: Services,
  options: { readonly delaysSeconds?: readonly number[] } = {},
): Lane {
  return {
    topics: ['derive'],
    concurrency: CONCURRENT_BATCHES,
    delaysSeconds: options.delaysSeconds ?? WORK_DELAYS_SECONDS,
    // A picture that takes the decoder down must not do so for ever.
    isCountedFirst: true,
    attempt: (event) => deriveBatch(services, event),
    giveUp: (event, reason) => [eagerEvent(event, failAll(ordersOf(event), reason))],
  }
}

async function deriveBatch(services: Services, event: OutboxEvent): Promise<Attempt> {
  const { cloud, asset } = event
  if (!asset) return { outcome: 'finished' }
  const current = await services.catalog.readAssetById({ cloud, assetId: asset.assetId })
  if (current?.versionId !== asset.versionId) {
    const gone = failAll(ordersOf(event), `Resource not found - ${asset.publicId}`)
    return { outcome: 'finished', owes: [eagerEvent(event, gone)] }
  }
  const outcomes = await deriveEager(services, current, ordersOf(event))
  const passing = outcomes.find((outcome) => outcome.status === 'failed' && !outcome.isFinal)
  if (passing?.status === 'failed') return { outcome: 'again', failure: passing.reason }
  return { outcome: 'finished', owes: [eagerEvent(event, outcomes)] }
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
