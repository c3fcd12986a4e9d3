/** When to try again, and waiting for it. @module */

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 5000
const LONGEST_ASKED_DELAY_MS = 30_000

/**
 * Milliseconds until the next try: what the server asked for, up to half a minute; else doubling with jitter, up to five seconds.
 *
 * @param attempt 1 after the first failure.
 * @param retryAfter `Retry-After` in seconds; its date form is not read.
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
 * Wait.
 *
 * @throws The signal's reason when it fires first.
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
