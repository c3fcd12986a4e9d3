/** The contract for sending requests, implemented over XHR and over fetch. @module */

/** One POST request. */
export interface TransportRequest {
  readonly url: string
  readonly body: FormData
  readonly headers: Readonly<Record<string, string>>
  /** Called with the bytes of the body that have left, and the size of the body. */
  readonly onProgress: (sentBytes: number, totalBytes: number) => void
  readonly signal: AbortSignal
}

/** The server's answer, with any status. */
export interface TransportReply {
  readonly status: number
  readonly text: string
  /** Value of `Retry-After`; `null` if the header is missing or hidden from the page. */
  readonly retryAfter: string | null
}

/**
 * Sends one request.
 *
 * @throws TypeError without an answer; the signal's reason if the signal aborts.
 */
export type UploadTransport = (request: TransportRequest) => Promise<TransportReply>

/** Creates a transport over fetch, for platforms without XHR. Reports progress only at the end. */
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
