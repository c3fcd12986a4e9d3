/** Converts requests and responses between Node and the Fetch API for the adapters. Imports nothing from Node: the types are structural. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Answer } from '../http/answer.js'
import { answerOf, type RouteHandler } from '../http/answer-call.js'
import { forwardedFor } from './forwarded-for.js'
import { lazyHeaders, type NodeHeaders } from './lazy-headers.js'
import { lazyRequest } from './lazy-request.js'
import { isNodeStream, readNodeStream } from './read-node-stream.js'

/** Handlers that an adapter mounts: a signing endpoint, or a route for notifications only. */
export interface RouteHandlers {
  readonly GET?: RouteHandler
  readonly POST: RouteHandler
}

/** Members of an `IncomingMessage` that the adapters use, and the members that frameworks add. */
export interface NodeRequest extends Partial<AsyncIterable<Uint8Array | string>> {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: NodeHeaders
  readonly socket?: { readonly remoteAddress?: string | undefined } | null | undefined
  /** Body that the framework has read; `undefined` if nothing has read the body yet. */
  readonly body?: unknown
  /** Unparsed body, if the framework kept it. */
  readonly rawBody?: unknown
}

/** Members of a `ServerResponse` that the adapters use. */
export interface NodeResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(text: string): unknown
}

/** Passes a Node request to the handlers and writes their response to a Node response. */
export async function exchange(
  handlers: RouteHandlers,
  request: NodeRequest,
  response: NodeResponse,
): Promise<void> {
  const { status, headers, text } = await answerRequest(handlers, request)
  response.statusCode = status
  for (const name of Object.keys(headers)) response.setHeader(name, headers[name] ?? '')
  // Closes the connection instead of reading the rest of a body that is too large.
  if (status === 413) response.setHeader('connection', 'close')
  response.end(text)
}

/** Passes a Node request to the handlers and returns their answer. */
export async function answerRequest(
  handlers: RouteHandlers,
  request: NodeRequest,
): Promise<Answer> {
  const route = request.method === 'GET' && handlers.GET ? handlers.GET : handlers.POST
  return answerOf(route, toRequest(request))
}

function toRequest(request: NodeRequest): Request {
  const headers = toHeaders(request)
  const method = request.method ?? 'GET'
  const make = (): Request => {
    const init: RequestInit & { duplex?: 'half' } = { method, headers }
    if (method !== 'GET' && method !== 'HEAD') Object.assign(init, bodyOf(request, headers))
    return new Request(new URL(request.url ?? '/', baseOf(headers)), init)
  }
  const isUnread = (request.rawBody ?? request.body) === undefined
  return method === 'POST' && isUnread && isNodeStream(request)
    ? lazyRequest({ method, headers, make, readParts: readNodeStream(request) })
    : make()
}

function toHeaders(request: NodeRequest): Headers {
  const address = request.socket?.remoteAddress
  if (!address) return lazyHeaders(request.headers)
  const received = request.headers['x-forwarded-for']
  const forwarded = forwardedFor(received === undefined ? null : String(received), address)
  return lazyHeaders({ ...request.headers, 'x-forwarded-for': forwarded })
}

function bodyOf(
  request: NodeRequest,
  headers: Headers,
): { body: BodyInit | null; duplex?: 'half' } {
  const body = request.rawBody ?? request.body
  if (body === undefined) return { body: streamOf(request), duplex: 'half' }
  // A body that is serialized again can have another length than the received body.
  headers.delete('content-length')
  headers.delete('transfer-encoding')
  if (typeof body === 'string' || body instanceof Uint8Array) return { body: body as BodyInit }
  const isSigned = headers.has('webhook-signature') || headers.has('x-cld-signature')
  return isSigned ? { body: lostBody(), duplex: 'half' } : { body: JSON.stringify(body) }
}

// The signature cannot be verified on a parsed body. The handler writes this error to the app's log.
function lostBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.error(
        new MediaError('CONFIG_INVALID', {
          message:
            'onUploaded needs the unparsed body, but the body was parsed before this route: in the Pages Router, export const config = { api: { bodyParser: false } }; in Express, mount the route before express.json()',
        }),
      )
    },
  })
}

function streamOf(request: NodeRequest): ReadableStream<Uint8Array> | null {
  const iterate = request[Symbol.asyncIterator]
  if (!iterate) return null
  const parts = iterate.call(request)
  return new ReadableStream({
    async pull(controller) {
      const part = await parts.next()
      if (part.done) return controller.close()
      const bytes =
        typeof part.value === 'string' ? new TextEncoder().encode(part.value) : part.value
      controller.enqueue(bytes)
    },
    async cancel() {
      await parts.return?.()
    },
  })
}

function baseOf(headers: Headers): string {
  const base = `http://${headers.get('host') ?? 'localhost'}`
  return URL.canParse(base) ? base : 'http://localhost'
}
