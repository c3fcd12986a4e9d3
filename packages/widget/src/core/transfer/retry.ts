/** Decides whether a failed request is sent again, and after how long. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { failureDetails } from '../failures/failure.js'
import type { Connection } from './connection.js'

/** Maximum temporary failures of one request before a person must retry. */
export const MAX_ATTEMPTS = 4
/** Maximum total wait for a server that does not answer, in milliseconds. A restart takes half a minute. */
export const MAX_WAIT_MS = 120_000

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

/** Why a request is not sent yet. */
export type RetryProgress =
  | { readonly phase: 'waiting'; readonly error: MediaError; readonly delayMs: number }
  | { readonly phase: 'offline' }

/** What a retry asks of its request. */
export interface RetryOptions {
  readonly connection: Connection
  readonly signal: AbortSignal
  readonly onProgress: (progress: RetryProgress) => void
  readonly wait: typeof wait
  readonly random: () => number
}

/** Failures of one part since the last success. */
export interface Failures {
  readonly count: number
  /** Number of failures that a running server answered. */
  readonly answered: number
  readonly waitedMs: number
}

/** The failures of a part that has not failed yet. */
export const NO_FAILURES: Failures = { count: 0, answered: 0, waitedMs: 0 }

/**
 * Waits before the next attempt. Returns the updated failures; reset if the browser was offline.
 *
 * @throws The error if it is not temporary, after {@link MAX_ATTEMPTS} answered failures, or after waiting {@link MAX_WAIT_MS}.
 */
export async function waitForRetry(
  error: MediaError,
  { count, answered, waitedMs }: Failures,
  { signal, onProgress, connection, wait, random }: RetryOptions,
): Promise<Failures> {
  const { isTransient, retryAfter = null, status = 0 } = failureDetails(error)
  if (!isTransient) throw error
  if (!connection.isOnline()) {
    onProgress({ phase: 'offline' })
    await connection.whenOnline(signal)
    return NO_FAILURES
  }
  // A proxy answers 502 to 504 while a server restarts.
  const isAway = status === 0 || (status > 501 && status < 505)
  const now = answered + (isAway ? 0 : 1)
  if (now >= MAX_ATTEMPTS || waitedMs >= MAX_WAIT_MS) throw error
  const delayMs = retryDelayMs(count + 1, retryAfter, random)
  onProgress({ phase: 'waiting', error, delayMs })
  await wait(delayMs, signal)
  return { count: count + 1, answered: now, waitedMs: waitedMs + delayMs }
}
