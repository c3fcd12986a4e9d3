/** Calls functions of the page, each of which must answer once and in time. A separate chunk, because most pages have none. @module */

/** Answers that a signing function may give: a signature, or the endpoint's whole answer. */
export type SignatureAnswer =
  | string
  | null
  | undefined
  | Readonly<Record<string, unknown>>
  | readonly (string | Readonly<Record<string, unknown>>)[]

/** A page's signing function. Answers through `callback`, or returns the answer or a promise of it. */
export type SignatureHook = (
  callback: (answer: SignatureAnswer, error?: unknown) => void,
  paramsToSign: Readonly<Record<string, string | number>>,
) => unknown

/** Answers that `prepareUploadParams` may give: parameters in camelCase, or `{ cancel: true }`. */
export type ParamAnswer =
  | Readonly<Record<string, unknown>>
  | readonly Readonly<Record<string, unknown>>[]

/** A page's function that may change the parameters of one upload. */
export type ParamHook = (
  callback: (answer?: ParamAnswer | null) => void,
  params: Readonly<Record<string, string | number>>,
) => unknown

/** Maximum time for a page's function to answer. */
export const HOOK_TIMEOUT_SECONDS = 60

/**
 * Calls a page's function that answers through a callback or a promise.
 *
 * @throws The error of the function, an Error if the function does not answer in time, or the signal's reason.
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
      // A promise of `undefined` is not an answer: the function still answers through the callback.
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
 * Calls the page's signing function.
 *
 * @returns An object with a `signature`.
 * @throws The errors of {@link answerOf}, and an Error if the answer has no signature.
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
