/** What an answer of the signing endpoint means when it is not a signature. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { afterColon, createFailure, type FailureDetails } from './failure.js'

/** An answer of the endpoint and the request line that it belongs to. */
export interface EndpointAnswer {
  readonly response: Response
  /** `undefined` where it was not a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined
  /** `GET <address>` or `POST <address>`. */
  readonly request: string
}

/** There was no answer at all. */
export function unreachableFailure(request: string, cause: unknown): MediaError {
  const origin = globalThis.location?.origin ?? 'this origin'
  return createFailure(
    'SIGNING_UNREACHABLE',
    'endpoint_unreachable',
    { origin },
    { cause, request, status: 0, isTransient: true, isRetryable: true, isConfiguration: true },
  )
}

/** What is wrong with the answer to `GET`, if it is not just another kind of route. */
export function discoveryFailure(answer: EndpointAnswer): MediaError | undefined {
  const { response, body } = answer
  if (response.redirected && !body) return redirectFailure(answer)
  const isRefusal = [401, 403, 429].includes(response.status)
  return isRefusal && errorOf(body)?.code ? refusalFailure(answer) : undefined
}

/** What is wrong with the answer to `POST`; `undefined` where it carries a signature. */
export function signingFailure(answer: EndpointAnswer): MediaError | undefined {
  const { response, body } = answer
  const { status } = response
  if (response.redirected && !body) return redirectFailure(answer)
  if (response.ok && body) {
    return body.signature ? undefined : statusFailure(answer, 'endpoint_unsigned')
  }
  if (response.ok) return statusFailure(answer, 'endpoint_page')
  if (status === 404 || status === 405) return statusFailure(answer, 'endpoint_status')
  if (status >= 500) return statusFailure(answer, 'endpoint_failed', { isTransient: true })
  return refusalFailure(answer)
}

function redirectFailure(answer: EndpointAnswer): MediaError {
  return createFailure('UNAUTHORIZED', 'endpoint_redirected', {}, detailsOf(answer))
}

function statusFailure(
  answer: EndpointAnswer,
  sentence: 'endpoint_unsigned' | 'endpoint_page' | 'endpoint_status' | 'endpoint_failed',
  more: FailureDetails = {},
): MediaError {
  const details = { ...detailsOf(answer), isConfiguration: true, ...more }
  return createFailure('SIGNING_UNREACHABLE', sentence, { status: details.answer }, details)
}

function refusalFailure(answer: EndpointAnswer): MediaError {
  const { status } = answer.response
  const details = detailsOf(answer)
  if (status === 401) return createFailure('UNAUTHORIZED', 'session_ended', {}, details)
  if (status === 429) {
    return createFailure('RATE_LIMITED', 'too_many_stopped', {}, { ...details, isTransient: true })
  }
  const message = afterColon(errorOf(answer.body)?.message ?? details.answer)
  return createFailure(
    'PARAMS_REFUSED',
    'not_allowed',
    { message },
    { ...details, isRetryable: false },
  )
}

function detailsOf({ response, request }: EndpointAnswer): FailureDetails & { answer: string } {
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    request,
    answer: `${response.status} ${response.statusText}`.trim(),
    isRetryable: true,
  }
}

/** `{error: {code, message}}`, or a tutorial's `{error: 'text'}`. */
function errorOf(
  body: EndpointAnswer['body'],
): { readonly code: string | undefined; readonly message: string | undefined } | undefined {
  const error = body?.error
  if (typeof error === 'string') return { code: undefined, message: error }
  if (typeof error !== 'object' || error === null) return undefined
  const { code, message } = error as Readonly<Record<string, unknown>>
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : undefined,
  }
}
