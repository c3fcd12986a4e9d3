/** Stores asynchronous jobs and retries them. @module */

import type { WireParams } from '@countersign/protocol/params'
import type { Fields } from '../http/form/fields.js'

/** Seconds before each retry: five attempts. */
export const WORK_DELAYS_SECONDS: readonly number[] = [10, 60, 300, 1800]

/** Error codes of failures worth a retry. Any other refusal is final. */
export const PASSING: readonly string[] = ['STORAGE_UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL']

/** Names of parameters that carry credentials. Jobs do not store them. */
const CREDENTIALS: readonly string[] = ['signature', 'api_key', 'timestamp']

/** Returns a request's parameters as JSON values, without credentials. */
export function requestParams(fields: Fields): WireParams {
  const params = Object.entries(fields.params()).filter(([name]) => !CREDENTIALS.includes(name))
  return Object.fromEntries(params)
}
