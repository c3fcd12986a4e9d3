/** One call of a route: a request id, one error mapping, one line for the log and the audit. @module */

import { MediaError, wireCode } from '@countersign/protocol/errors'
import { type Answer, readAnswer, toResponse } from './answer.js'
import { type CallStamp, errorAnswer, errorStatus } from './error-answer.js'
import type { Logger } from './logger.js'
import { randomHex } from './random-hex.js'

/** One method of a route: a standard handler, so that any framework can mount it. */
export type RouteHandler = (request: Request, context?: unknown) => Promise<Response>

/** One entry of the audit. It contains no secret, no signature and no parameter value. */
export interface AuditEvent {
  /** `signed`, or the error code in lower case. */
  readonly outcome: string
  /** The endpoint's preset, if one was found. */
  readonly preset?: string
  /** The `request_id` of the response. */
  readonly requestId: string
}

/** Counts failed requests by address. Requests that succeed are neither counted nor refused. */
export interface FailureLimit {
  /** Counts one failure. @returns The error to answer with: the failure, or RATE_LIMITED if the address has failed too often in this way. */
  count(request: Request, error: unknown): Promise<unknown>
}

/** What a route is called with. */
export interface Call {
  readonly request: Request
  readonly context: unknown
  readonly stamp: CallStamp
}

/** What surrounds every call. */
export interface CallOptions {
  readonly logger: Logger
  /** The time in milliseconds. */
  readonly now: () => number
  readonly audit: (event: AuditEvent) => void
  readonly failures?: FailureLimit
}

/** A route whose errors are answered in the endpoint's form; what the app should know of a 500 is logged whole. */
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

/** What a route answers, without a `Response` in between where the route is one of {@link answerCall}. */
export async function answerOf(route: RouteHandler, request: Request): Promise<Answer> {
  const answerer = ANSWERERS.get(route)
  return answerer ? answerer(request, undefined) : readAnswer(await route(request))
}

type Answerer = (request: Request, context: unknown) => Promise<Answer>

const ANSWERERS = new WeakMap<RouteHandler, Answerer>()
