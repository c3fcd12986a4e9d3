/** Closes transfers that are idle or slower than the minimum rate. @module */

import type { IncomingMessage } from 'node:http'
import { LIMIT_SPECS, type ServerLimits } from '../limits.js'

/** Limits on the pace of a transfer. */
export type TransferLimits = Pick<
  ServerLimits,
  'maxIdleSeconds' | 'minBytesPerSecond' | 'graceSeconds' | 'maxUploadSeconds'
>

/** Options of {@link watchTransfer}. */
export interface WatchOptions {
  readonly limits: TransferLimits
  /** Called with the reason before the connection is closed. */
  readonly onCut: (reason: string) => void
  /** Called at every check: true if the bytes arrive at the minimum rate, if the server is behind, or if the body is complete. */
  readonly onFlow?: (isFlowing: boolean) => void
  /** @default 250 */
  readonly checkEveryMs?: number
}

// Short, because a request that sends no bytes keeps its upload slot until the first check.
const CHECK_EVERY_MS = 250

/**
 * Watches a request's body, and closes the connection if the body is too slow.
 * @returns A function that stops watching.
 */
export function watchTransfer(request: IncomingMessage, options: WatchOptions): () => void {
  const { limits, onCut, onFlow = () => {}, checkEveryMs = CHECK_EVERY_MS } = options
  const { socket } = request
  const startedAt = Date.now()
  let lastBytes = socket.bytesRead
  let lastAt = startedAt
  // The rate is measured per window, so a fast start does not allow a trickle afterwards.
  let windowAt = startedAt
  let windowBytes = lastBytes
  let checkedAt = startedAt
  let checkedBytes = lastBytes
  const timer = setInterval(() => {
    if (request.complete) return onFlow(true)
    const now = Date.now()
    if (socket.bytesRead !== lastBytes) {
      lastBytes = socket.bytesRead
      lastAt = now
    }
    // Bytes that wait for the disk are not the client's fault. `isPaused` cannot show this: iteration always pauses the request.
    const isServerBehind = request.readableLength > 0
    // The client is not idle while the server has bytes left to read.
    if (isServerBehind) lastAt = now
    const rate = ((socket.bytesRead - checkedBytes) * 1000) / (now - checkedAt)
    onFlow(isServerBehind || rate >= limits.minBytesPerSecond)
    checkedAt = now
    checkedBytes = socket.bytesRead
    const reason = reasonToCut(
      {
        elapsedSeconds: (now - startedAt) / 1000,
        idleSeconds: (now - lastAt) / 1000,
        windowSeconds: (now - windowAt) / 1000,
        windowBytes: lastBytes - windowBytes,
        isServerBehind,
      },
      limits,
    )
    if (isServerBehind || now - windowAt > limits.graceSeconds * 1000) {
      windowAt = now
      windowBytes = lastBytes
    }
    if (reason === null) return
    clearInterval(timer)
    onCut(reason)
    request.destroy()
  }, checkEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Progress of a transfer. */
export interface TransferState {
  readonly elapsedSeconds: number
  /** Seconds since the last byte. */
  readonly idleSeconds: number
  /** Seconds since the current window began. */
  readonly windowSeconds: number
  /** Bytes of the current window. */
  readonly windowBytes: number
  /** Returns true if received bytes wait for the server to read them. */
  readonly isServerBehind: boolean
}

/** Returns why a transfer must be ended, with the limit; `null` if it may continue. */
export function reasonToCut(state: TransferState, limits: TransferLimits): string | null {
  const { elapsedSeconds, idleSeconds, windowSeconds, windowBytes, isServerBehind } = state
  if (elapsedSeconds > limits.maxUploadSeconds) {
    return `the upload took more than ${limits.maxUploadSeconds} s (${LIMIT_SPECS.maxUploadSeconds.variable})`
  }
  if (isServerBehind) return null
  if (idleSeconds > limits.maxIdleSeconds) {
    return `no byte for more than ${limits.maxIdleSeconds} s (${LIMIT_SPECS.maxIdleSeconds.variable})`
  }
  const isSlow = windowBytes / windowSeconds < limits.minBytesPerSecond
  return windowSeconds > limits.graceSeconds && isSlow
    ? `fewer than ${limits.minBytesPerSecond} bytes a second over ${limits.graceSeconds} s`
    : null
}
