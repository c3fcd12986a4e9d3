/** Wraps a route: adds a request id, converts errors to responses, and writes the log and the audit. @module */

import { MediaError, wireCode } from '@countersign/protocol/errors'
import { type Answer, readAnswer, toResponse } from './answer.js'
import { type CallStamp, errorAnswer, errorStatus } from './error-answer.js'
import type { Logger } from './logger.js'
import { randomHex } from './random-hex.js'

/** Handler of one method of a route, from a standard `Request` to a standard `Response`. */
export type RouteHandler = (request: Request, context?: unknown) => Promise<Response>

/** One entry of the audit. It contains no secret, no signature and no parameter value. */
export interface AuditEvent {
  /** `signed`, `completed`, `completion_refused`, or the error code in lower case. */
  readonly outcome: string
  /** Name of the preset that signed the upload; only present if the outcome is `signed`. */
  readonly preset?: string
  /** Id of the request, 32 hex digits; an error response contains it as `request_id`. */
  readonly requestId: string
}

/** Counts failed requests by address. Successful requests are neither counted nor refused. */
export interface FailureLimit {
  /** Counts one failed request. @returns The error to respond with: `error`, or RATE_LIMITED if the address has failed too often. */
  count(request: Request, error: unknown): Promise<unknown>
}

/** Request that a route handles, with its id and time. */
export interface Call {
  readonly request: Request
  readonly context: unknown
  readonly stamp: CallStamp
}

/** Options of {@link answerCall}. */
export interface CallOptions {
  readonly logger: Logger
  /** Returns the current time in milliseconds. */
  readonly now: () => number
  readonly audit: (event: AuditEvent) => void
  readonly failures?: FailureLimit
}

/** Converts a route to a handler that responds to errors as JSON. Logs the whole error of a response with status 500. */
export function answerCall(
  route: (call: Call) => Promise<Answer>,
  options: CallOptions,
): RouteHandler {
  const { logger, failures } = options
  const answerer: Answerer = async (request, context) => {
    const stamp = { requestId: randomHex(16), nowSeconds: Math.floor(options.now() / 1000) }
    try {
      return await route({ request, context, stamp })
    } catch (thrown) {
      const status = errorStatus(thrown)
      const isFailure = status < 500 && status !== 429
      const error = isFailure && failures ? await failures.count(request, thrown) : thrown
      if (status >= 500) {
        const reason =
          error instanceof MediaError ? `${error.code}: ${error.message}` : 'unexpected error'
        logger.error(`[countersign] request ${stamp.requestId} failed: ${reason}`, error)
      }
      const outcome = error instanceof MediaError ? wireCode(error.code) : 'internal'
      options.audit({ outcome, requestId: stamp.requestId })
      return errorAnswer(error, stamp)
    }
  }
  const handler: RouteHandler = async (request, context) =>
    toResponse(await answerer(request, context))
  ANSWERERS.set(handler, answerer)
  return handler
}

/** Calls a handler and returns its answer. Creates no `Response` if {@link answerCall} created the handler, for speed. */
export async function answerOf(route: RouteHandler, request: Request): Promise<Answer> {
  const answerer = ANSWERERS.get(route)
  return answerer ? answerer(request, undefined) : readAnswer(await route(request))
}

type Answerer = (request: Request, context: unknown) => Promise<Answer>

const ANSWERERS = new WeakMap<RouteHandler, Answerer>()
