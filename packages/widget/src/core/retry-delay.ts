/** When to try again, and waiting for it. @module */

const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 30_000

/**
 * Milliseconds until the next try: what the server asked for, else doubling with jitter.
 *
 * @param attempt 1 after the first failure.
 * @param retryAfter `Retry-After`: seconds or an HTTP date.
 */
export function retryDelayMs(
  attempt: number,
  retryAfter: string | null,
  { random, now }: { random: () => number; now: () => number },
): number {
  const asked = retryAfter === null ? Number.NaN : askedDelayMs(retryAfter, now)
  if (asked >= 0) return Math.min(asked, LONGEST_DELAY_MS)
  const delay = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS)
  return Math.round(delay * (0.5 + random() / 2))
}

function askedDelayMs(retryAfter: string, now: () => number): number {
  const seconds = Number(retryAfter)
  if (!Number.isNaN(seconds)) return seconds * 1000
  return Math.max(0, Date.parse(retryAfter) - now())
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
