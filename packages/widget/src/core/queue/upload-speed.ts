/** How fast bytes leave, and how long the rest will take. @module */

import { isKept, isUnfinished, sentBytesOf, type UploadItem } from './upload-state.js'

/** The whole queue in bytes. */
export interface QueueProgress {
  readonly bytes: number
  readonly sentBytes: number
  /** Over the last seconds; `undefined` before there is something to judge by. */
  readonly bytesPerSecond: number | undefined
  /** Until everything has left; `undefined` before there is something to judge by. */
  readonly secondsLeft: number | undefined
}

/** What is judged by. */
const WINDOW_MS = 10_000
/** Before this, a speed is a guess. */
const JUDGE_AFTER_MS = 2000

/** Measures one queue. */
export interface Speedometer {
  /** Note where the queue stands. */
  note(items: readonly UploadItem[]): void
  read(items: readonly UploadItem[]): QueueProgress
  /** Forget what was: nothing runs. */
  reset(): void
}

/** Measure by the bytes of the last seconds. */
export function createSpeedometer(now: () => number): Speedometer {
  let notes: { readonly at: number; readonly sentBytes: number }[] = []
  return {
    note(items) {
      const at = now()
      const last = notes.at(-1)
      if (last && at - last.at < 100) return
      const recent = notes.filter((note) => at - note.at < WINDOW_MS)
      notes = [...recent, { at, sentBytes: totals(items).sentBytes }]
    },
    read(items) {
      const { bytes, sentBytes } = totals(items)
      const first = notes[0]
      const elapsedMs = first ? now() - first.at : 0
      const isKnown =
        first !== undefined && elapsedMs >= JUDGE_AFTER_MS && sentBytes > first.sentBytes
      const bytesPerSecond = isKnown
        ? ((sentBytes - first.sentBytes) * 1000) / elapsedMs
        : undefined
      return {
        bytes,
        sentBytes,
        bytesPerSecond,
        secondsLeft: bytesPerSecond && Math.ceil((bytes - sentBytes) / bytesPerSecond),
      }
    },
    reset() {
      notes = []
    },
  }
}

function totals(items: readonly UploadItem[]): Pick<QueueProgress, 'bytes' | 'sentBytes'> {
  let [bytes, sentBytes] = [0, 0]
  for (const item of items) {
    if (!isKept(item.state) || !(isUnfinished(item.state) || item.state.status === 'done')) continue
    bytes += item.bytes
    sentBytes += sentBytesOf(item)
  }
  return { bytes, sentBytes }
}
