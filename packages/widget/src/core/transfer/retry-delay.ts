/** Computes retry delays, and waits. @module */

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 5000
const LONGEST_ASKED_DELAY_MS = 30_000

/**
 * Returns the milliseconds until the next try. Uses the server's `Retry-After`, up to 30 seconds. Without it, the delay doubles with
 * jitter, up to 5 seconds.
 *
 * @param attempt 1 after the first failure.
 * @param retryAfter `Retry-After` in seconds. Its date form is ignored.
 */
export function retryDelayMs(
  attempt: number,
  retryAfter: string | null,
  random: () => number,
): number {
  const askedMs = Number(retryAfter ?? Number.NaN) * 1000
  if (askedMs >= 0) return Math.min(askedMs, LONGEST_ASKED_DELAY_MS)
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS)
  return Math.round(delayMs * (0.5 + random() / 2))
}

/**
 * Waits.
 *
 * @throws The signal's reason if the signal aborts.
 */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', onAbort, { once: true })
  })
}
