/** `uploadSignature` as a function that asks an endpoint. @module */

/** What a generated signature function calls back. */
export type SignatureCallback = (signature: string | null, error?: unknown) => void

/**
 * Make an `uploadSignature` function that posts `{"paramsToSign"}` to an endpoint and calls back its `signature`.
 *
 * @param options.fetch Used for the request, for example one that adds headers.
 * @returns A function that throws when the endpoint or `fetch` is missing, and calls back `null` with the reason of any other failure.
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
