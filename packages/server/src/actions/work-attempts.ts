/** How work that was answered before it is done is kept and tried again. @module */

import type { WireParams } from '@countersign/protocol/params'
import type { Fields } from '../ingest/fields.js'

/** Seconds between attempts: a failing store or a crowd may pass. */
export const WORK_DELAYS_SECONDS: readonly number[] = [10, 60, 300, 1800, 7200]

/** Failures that may pass; every other refusal is the last word. */
export const PASSING: readonly string[] = ['STORAGE_UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL']

/** What shows authority is used up with the request. */
const CREDENTIALS: readonly string[] = ['signature', 'api_key', 'timestamp']

/** Returns a request's parameters without its credentials, as JSON can hold them. */
export function requestParams(fields: Fields): WireParams {
  const params = Object.entries(fields.params()).filter(([name]) => !CREDENTIALS.includes(name))
  return Object.fromEntries(params)
}
