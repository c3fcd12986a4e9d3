/** Totals of the queue. @module */

import type { UploadItem } from '../../core/index.js'
import { isUnfinished, sentBytesOf } from '../../core/queue/upload-state.js'

/** Totals of the queue, in files and bytes. */
export interface Totals {
  readonly files: number
  /** Files that were refused and not sent. */
  readonly refused: number
  readonly done: number
  /** Failed or refused. */
  readonly failed: number
  readonly cancelled: number
  readonly active: number
  /** Files that wait for a person to start them. */
  readonly ready: number
  /** Files that a person paused. */
  readonly paused: number
  /** Failed files that can be retried. */
  readonly retryable: number
  readonly bytes: number
  readonly sentBytes: number
  /** Percent, 0 to 100. */
  readonly percent: number
}

/** Counts the files and bytes of a queue. */
export function totalsOf(items: readonly UploadItem[]): Totals {
  const count = (isCounted: (item: UploadItem) => boolean): number => items.filter(isCounted).length
  const sendable = items.filter(
    ({ state }) => state.status !== 'refused' && state.status !== 'cancelled',
  )
  const bytes = sum(sendable, (item) => item.bytes)
  const sentBytes = sum(sendable, (item) =>
    item.state.status === 'failed' ? item.bytes : sentBytesOf(item),
  )
  return {
    files: items.length,
    refused: count(({ state }) => state.status === 'refused'),
    done: count(({ state }) => state.status === 'done'),
    failed: count(({ state }) => state.status === 'failed' || state.status === 'refused'),
    cancelled: count(({ state }) => state.status === 'cancelled'),
    active: count(({ state }) => isUnfinished(state)),
    ready: count(({ state }) => state.status === 'ready'),
    paused: count(({ state }) => state.status === 'paused' && state.reason === 'person'),
    retryable: count(({ state }) => state.status === 'failed' && state.isRetryable),
    bytes,
    sentBytes,
    percent: bytes === 0 ? 0 : Math.floor((sentBytes / bytes) * 100),
  }
}

function sum(items: readonly UploadItem[], of: (item: UploadItem) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
