/** Calling the page's own functions: each must answer once, in time. Loaded apart: most pages have none. @module */

/** What a signing function may answer: the signature, or the endpoint's whole answer. */
export type SignatureAnswer =
  | string
  | null
  | undefined
  | Readonly<Record<string, unknown>>
  | readonly (string | Readonly<Record<string, unknown>>)[]

/** A page's signing function. It answers through `callback`, or by returning (a promise of) the answer. */
export type SignatureHook = (
  callback: (answer: SignatureAnswer, error?: unknown) => void,
  paramsToSign: Readonly<Record<string, string | number>>,
) => unknown

/** What `prepareUploadParams` may answer: parameters in camelCase, or `{ cancel: true }`. */
export type ParamAnswer =
  | Readonly<Record<string, unknown>>
  | readonly Readonly<Record<string, unknown>>[]

/** A page's last word over the parameters of one upload. */
export type ParamHook = (
  callback: (answer?: ParamAnswer | null) => void,
  params: Readonly<Record<string, string | number>>,
) => unknown

/** Seconds that a page's function has. */
export const HOOK_TIMEOUT_SECONDS = 60

/**
 * Ask a page's function that answers through a callback.
 *
 * @throws What it throws, rejects with or answers as an error; an Error when it says nothing in time; the signal's reason.
 */
export function answerOf(
  call: (callback: (answer: unknown, error?: unknown) => void) => unknown,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (answer: unknown, error?: unknown): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', leave)
      if (error) reject(error)
      else resolve(answer)
    }
    const leave = (): void => settle(undefined, signal.reason)
    const timer = setTimeout(
      () => settle(undefined, `the app’s function did not answer in ${HOOK_TIMEOUT_SECONDS} s.`),
      HOOK_TIMEOUT_SECONDS * 1000,
    )
    signal.addEventListener('abort', leave)
    try {
      // A promise that resolves to nothing only means that the function has run: the callback answers.
      Promise.resolve(call(settle)).then(
        (returned) => returned !== undefined && settle(returned),
        (cause: unknown) => settle(undefined, cause),
      )
    } catch (cause) {
      settle(undefined, cause)
    }
  })
}

/**
 * Ask the page's signing function.
 *
 * @returns An object with a `signature`.
 * @throws What {@link answerOf} throws, and a sentence when there is no signature.
 */
export async function askHook(
  hook: SignatureHook,
  paramsToSign: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await answerOf((callback) => hook(callback as never, { ...paramsToSign }), signal)
  const first: unknown = Array.isArray(answer) ? answer[0] : answer
  if (typeof first === 'string' && first !== '') return { signature: first }
  if (typeof first === 'object' && first !== null && 'signature' in first && first.signature) {
    return first as Readonly<Record<string, unknown>>
  }
  throw new Error('the app’s function gave no signature.')
}
