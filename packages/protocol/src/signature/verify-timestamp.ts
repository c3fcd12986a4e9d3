/** The window in which a signed request counts. @module */

import { parseSeconds } from '../wire-number.js'

/** How old a signature may be, in seconds. */
export const MAX_SIGNATURE_AGE_SECONDS = 3600
/** How far ahead of our clock a signature's timestamp may be, in seconds. */
export const MAX_CLOCK_AHEAD_SECONDS = 900

/** What {@link verifyTimestamp} looks at. */
export interface VerifyTimestampOptions {
  /** Received `timestamp` field: Unix seconds, possibly with a fraction or an exponent. */
  readonly timestamp: unknown
  /** Our clock, Unix seconds. */
  readonly nowSeconds: number
}

/** Result of {@link verifyTimestamp}: `PARAM_INVALID` is no timestamp at all, `SIGNATURE_EXPIRED` one outside the window. */
export type VerifiedTimestamp =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'SIGNATURE_EXPIRED' | 'PARAM_INVALID' }

/** Judge whether a timestamp is stale (over an hour) or too far ahead (over 15 minutes). Both limits themselves still pass. */
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
