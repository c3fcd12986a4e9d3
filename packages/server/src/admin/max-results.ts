/** Reads the page size of a list. @module */

import { MediaError } from '@countersign/protocol/errors'
import { parseWholeNumber } from '@countersign/protocol/params'

const MAX_RESULTS = { fallback: 10, most: 500 } as const

/**
 * Reads `max_results`.
 * @default 10
 * @throws MediaError PARAM_INVALID unless it is a whole number from 1 to 500.
 */
export function readMaxResults(text: string | undefined): number {
  if (text === undefined) return MAX_RESULTS.fallback
  const value = parseWholeNumber(text)
  if (value !== undefined && value >= 1 && value <= MAX_RESULTS.most) return value
  throw new MediaError('PARAM_INVALID', {
    message: `max_results must be a whole number from 1 to ${MAX_RESULTS.most}, received ${text.slice(0, 32)}`,
  })
}
