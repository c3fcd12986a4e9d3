/** Creates `uploadSignature` functions that request signatures from an endpoint. @module */

/** Callback that receives a signature, or `null` and the error. */
export type SignatureCallback = (signature: string | null, error?: unknown) => void

/**
 * Creates an `uploadSignature` function that posts `{"paramsToSign"}` to an endpoint and passes the `signature` of the response to its
 * callback.
 *
 * @param options.fetch Function that sends the request, for example with additional headers.
 * @returns A function that throws if the endpoint or `fetch` is missing. For any other error, it calls the callback with `null` and the error.
 */
export function generateSignatureCallback(options: {
  readonly signatureEndpoint: string | URL | Request | undefined
  readonly fetch: typeof fetch | undefined
}): (callback: SignatureCallback, paramsToSign: object) => void {
  const { signatureEndpoint, fetch: fetcher } = options
  return (callback, paramsToSign) => {
    if (signatureEndpoint === undefined) {
      throw new Error('Failed to generate signature: signatureEndpoint is undefined.')
    }
    if (fetcher === undefined) throw new Error('Failed to generate signature: fetch is undefined.')
    askForSignature(fetcher, { signatureEndpoint, paramsToSign }).then(
      (signature) => callback(signature),
      (error: unknown) => callback(null, error),
    )
  }
}

async function askForSignature(
  fetcher: typeof fetch,
  request: { readonly signatureEndpoint: string | URL | Request; readonly paramsToSign: object },
): Promise<string> {
  const response = await fetcher(request.signatureEndpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ paramsToSign: request.paramsToSign }),
  })
  const answer = (await response.json()) as SigningAnswer | null
  if (typeof answer?.signature === 'string') return answer.signature
  throw new Error(
    answer?.error?.message ??
      `The signing endpoint answered ${response.status} without a signature.`,
  )
}

interface SigningAnswer {
  readonly signature?: unknown
  readonly error?: { readonly message?: string }
}
