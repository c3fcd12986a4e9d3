/** Measures the upload speed and the time left. @module */

import { isKept, isUnfinished, sentBytesOf, type UploadItem } from './upload-state.js'

/** Progress of the whole queue. */
export interface QueueProgress {
  /** Total bytes of the unfinished and the uploaded files. */
  readonly bytes: number
  /** Bytes that have left the browser. */
  readonly sentBytes: number
  /** Speed over the last ten seconds; `undefined` in the first two seconds. */
  readonly bytesPerSecond: number | undefined
  /** Seconds until everything is sent; `undefined` while the speed is unknown. */
  readonly secondsLeft: number | undefined
}

/** Period that the speed is averaged over. */
const WINDOW_MS = 10_000
/** Earlier values are too inexact to show. */
const JUDGE_AFTER_MS = 2000

/** Measures the speed of one queue. */
export interface Speedometer {
  /** Records the bytes that have left so far. */
  note(items: readonly UploadItem[]): void
  /** Returns the progress of the queue. */
  read(items: readonly UploadItem[]): QueueProgress
  /** Forgets all records. Called when no upload is running. */
  reset(): void
}

/** Creates a speedometer. The speed is the average over the last ten seconds. */
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
