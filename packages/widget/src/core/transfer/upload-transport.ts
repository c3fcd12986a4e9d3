/** How bytes leave: a contract that XHR and fetch fulfil. @module */

/** One POST. */
export interface TransportRequest {
  readonly url: string
  readonly body: FormData
  readonly headers: Readonly<Record<string, string>>
  /** Bytes of the whole body that have left, and the body's size. */
  readonly onProgress: (sentBytes: number, totalBytes: number) => void
  readonly signal: AbortSignal
}

/** Its answer, whatever the status. */
export interface TransportReply {
  readonly status: number
  readonly text: string
  /** Header value, `null` where absent or hidden from pages. */
  readonly retryAfter: string | null
}

/**
 * Send one request.
 *
 * @throws TypeError when there was no answer; DOMException AbortError when the signal fired.
 */
export type UploadTransport = (request: TransportRequest) => Promise<TransportReply>

/** A transport over fetch, for places without XHR; reports progress only at the end. */
export function createFetchTransport(fetcher: typeof fetch = globalThis.fetch): UploadTransport {
  return async ({ url, body, headers, onProgress, signal }) => {
    const response = await fetcher(url, { method: 'POST', body, headers, signal })
    onProgress(1, 1)
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get('retry-after'),
    }
  }
}
