/** The whole queue in numbers. @module */

import type { UploadItem } from '../../core/index.js'
import { isUnfinished, sentBytesOf } from '../../core/queue/upload-state.js'

/** Numbers that titles and bars show. */
export interface Totals {
  readonly files: number
  /** Never sent. */
  readonly refused: number
  readonly done: number
  /** Failed or refused. */
  readonly failed: number
  readonly cancelled: number
  readonly active: number
  /** Held back until a person sends them. */
  readonly ready: number
  /** Stopped by a person. */
  readonly paused: number
  readonly retryable: number
  readonly bytes: number
  readonly sentBytes: number
  /** 0 to 100. */
  readonly percent: number
}

/** Count a queue. */
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
