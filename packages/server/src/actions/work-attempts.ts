/** How work that was answered before it is done is tried again. @module */

/** Seconds between attempts: a failing store or a crowd may pass. */
export const WORK_DELAYS_SECONDS: readonly number[] = [10, 60, 300, 1800, 7200]

/** Failures that may pass; every other refusal is the last word. */
export const PASSING: readonly string[] = ['STORAGE_UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL']
