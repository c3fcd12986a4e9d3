/** Checks the timestamp of a signed request. @module */

import { parseSeconds } from '../wire-number.js'

/** Maximum age of a signature, in seconds. */
export const MAX_SIGNATURE_AGE_SECONDS = 3600
/** Maximum time by which a signature's timestamp may be ahead of the clock, in seconds. */
export const MAX_CLOCK_AHEAD_SECONDS = 900

/** Options of {@link verifyTimestamp}. */
export interface VerifyTimestampOptions {
  /** Received `timestamp` field: Unix seconds, possibly with a fraction or an exponent. */
  readonly timestamp: unknown
  /** Current time in Unix seconds. */
  readonly nowSeconds: number
}

/**
 * Result of {@link verifyTimestamp}: `PARAM_INVALID` if the value is not a timestamp,
 * `SIGNATURE_EXPIRED` if it is too old or too far ahead.
 */
export type VerifiedTimestamp =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_EXPIRED' | 'PARAM_INVALID' }

/**
 * Checks that a timestamp is at most an hour old and at most 15 minutes ahead. Both limits are
 * inclusive.
 */
export function verifyTimestamp(options: VerifyTimestampOptions): VerifiedTimestamp {
  const { timestamp } = options
  const text = typeof timestamp === 'number' ? String(timestamp) : timestamp
  const seconds = typeof text === 'string' ? parseSeconds(text) : undefined
  if (seconds === undefined) return { ok: false, code: 'PARAM_INVALID' }
  const ageSeconds = options.nowSeconds - seconds
  const isCurrent =
    ageSeconds <= MAX_SIGNATURE_AGE_SECONDS && ageSeconds >= -MAX_CLOCK_AHEAD_SECONDS
  return isCurrent ? { ok: true } : { ok: false, code: 'SIGNATURE_EXPIRED' }
}

/**
 * Reads the Unix seconds in a notification's header.
 * @returns `undefined` unless the value is a whole number of at most 15 digits, or those digits as text.
 */
export function toSeconds(timestamp: unknown): number | undefined {
  const text = typeof timestamp === 'number' ? String(timestamp) : timestamp
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
