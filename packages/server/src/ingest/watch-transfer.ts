/** Slow and idle transfers: an honest slow line passes, a trickle that only holds a slot does not. @module */

import type { IncomingMessage } from 'node:http'

/** What a transfer must keep up (requirements, section 3). */
export interface TransferLimits {
  /** @default 30000 */
  readonly maxIdleMs?: number
  /** Average after the grace. @default 16384 */
  readonly minBytesPerSecond?: number
  /** @default 30000 */
  readonly graceMs?: number
  /** @default 3600000 */
  readonly maxMs?: number
}

const CHECK_EVERY_MS = 5000

/**
 * Watch a request's body and close the connection when it falls behind.
 * @returns What ends the watch.
 */
export function watchTransfer(request: IncomingMessage, limits: TransferLimits = {}): () => void {
  const {
    maxIdleMs = 30_000,
    minBytesPerSecond = 16_384,
    graceMs = 30_000,
    maxMs = 3_600_000,
  } = limits
  const { socket } = request
  const startedAt = Date.now()
  const startBytes = socket.bytesRead
  let lastBytes = startBytes
  let lastAt = startedAt
  const timer = setInterval(() => {
    if (request.complete) return
    const now = Date.now()
    if (socket.bytesRead !== lastBytes) {
      lastBytes = socket.bytesRead
      lastAt = now
    }
    const elapsed = now - startedAt
    const rate = ((lastBytes - startBytes) / elapsed) * 1000
    const isSlow = elapsed > graceMs && rate < minBytesPerSecond && !request.isPaused()
    if (now - lastAt > maxIdleMs || isSlow || elapsed > maxMs) request.destroy()
  }, CHECK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
