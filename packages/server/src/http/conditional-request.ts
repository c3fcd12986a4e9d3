/** Evaluates conditional requests (RFC 9110 13). @module */

/** Validators of the current representation. */
export interface Validators {
  /** Strong entity tag, in quotes. */
  readonly etag: string
  /** Last modification in Unix milliseconds, rounded to whole seconds. */
  readonly lastModifiedMs: number
}

/** Request headers of a conditional request. */
export interface ConditionalHeaders {
  readonly 'if-none-match'?: string | undefined
  readonly 'if-modified-since'?: string | undefined
  readonly 'if-range'?: string | undefined
}

/** Returns true if the client's copy is current, so that the answer is 304 (RFC 9110 13.1.2, 13.1.3). */
export function isUnchanged(headers: ConditionalHeaders, current: Validators): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) {
    return tags.split(',').some((tag) => {
      const text = tag.trim()
      return text === '*' || text.replace(/^W\//, '') === current.etag
    })
  }
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return since >= current.lastModifiedMs
}

/** Returns true if `If-Range` matches, so that a range may be sent. A weak tag never matches (RFC 9110 13.1.5). */
export function isRangeCurrent(headers: ConditionalHeaders, current: Validators): boolean {
  const validator = headers['if-range']
  if (validator === undefined) return true
  return validator === current.etag || Date.parse(validator) === current.lastModifiedMs
}
