/** Between Node's own request and response and the standard ones, for every adapter; by structure, so nothing of Node is imported. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Answer } from '../http/answer.js'
import { answerOf, type RouteHandler } from '../http/answer-call.js'
import { forwardedFor } from './forwarded-for.js'
import { lazyHeaders, type NodeHeaders } from './lazy-headers.js'
import { lazyRequest } from './lazy-request.js'
import { isNodeStream, readNodeStream } from './read-node-stream.js'

/** What adapters mount: a signing endpoint, or a route of notifications alone. */
export interface RouteHandlers {
  readonly GET?: RouteHandler
  readonly POST: RouteHandler
}

/** What is used of an `IncomingMessage`, with what frameworks add to it. */
export interface NodeRequest extends Partial<AsyncIterable<Uint8Array | string>> {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: NodeHeaders
  readonly socket?: { readonly remoteAddress?: string | undefined } | null | undefined
  /** Read by the framework, or `undefined`: then it is still to be read. */
  readonly body?: unknown
  /** The bytes as they came, where the framework kept them. */
  readonly rawBody?: unknown
}

/** What is used of a `ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(text: string): unknown
}

/** Answer one call of Node. */
export async function exchange(
  handlers: RouteHandlers,
  request: NodeRequest,
  response: NodeResponse,
): Promise<void> {
  const { status, headers, text } = await answerRequest(handlers, request)
  response.statusCode = status
  for (const name of Object.keys(headers)) response.setHeader(name, headers[name] ?? '')
  // What is left of a body that is too large is not waited for.
  if (status === 413) response.setHeader('connection', 'close')
  response.end(text)
}

/** The answer to a request of Node. */
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
  // Written out again it may be shorter or longer than what came.
  headers.delete('content-length')
  headers.delete('transfer-encoding')
  if (typeof body === 'string' || body instanceof Uint8Array) return { body: body as BodyInit }
  const isSigned = headers.has('webhook-signature') || headers.has('x-cld-signature')
  return isSigned ? { body: lostBody(), duplex: 'half' } : { body: JSON.stringify(body) }
}

// A parsed body is not what was signed. The handler reports this error to the app's log.
function lostBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.error(
        new MediaError('CONFIG_INVALID', {
          message:
            'onUploaded needs the body as it came, and it was parsed before this route: in the Pages Router export const config = { api: { bodyParser: false } }; in Express mount the route before express.json()',
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
