/** What a client's validators say about its copy. @module */

/** What is delivered now. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string
  /** Unix milliseconds, whole seconds. */
  readonly lastModifiedMs: number
}

/** The request headers that matter. */
export interface ConditionalHeaders {
  readonly 'if-none-match'?: string | undefined
  readonly 'if-modified-since'?: string | undefined
  readonly 'if-range'?: string | undefined
}

/** Whether the client's copy is still right, so that 304 answers (RFC 9110 13.1.2, 13.1.3). */
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

/** Whether a `Range` still fits the client's other parts; a weak tag never does (RFC 9110 13.1.5). */
export function isRangeCurrent(headers: ConditionalHeaders, current: Validators): boolean {
  const validator = headers['if-range']
  if (validator === undefined) return true
  return validator === current.etag || Date.parse(validator) === current.lastModifiedMs
}
