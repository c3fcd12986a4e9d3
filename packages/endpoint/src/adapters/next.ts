/** The signing endpoint in the Pages Router of Next. @module */

import type { SignHandler } from '../sign-handler.js'

/** What is used of a `NextApiRequest`. */
export interface PagesRequest extends Partial<AsyncIterable<Uint8Array | string>> {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Parsed by Next, or `undefined` with `bodyParser: false`. */
  readonly body?: unknown
}

/** What is used of a `NextApiResponse`. */
export interface PagesResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(text: string): unknown
}

/**
 * Mount a handler as a Pages Router API route.
 *
 * @example
 * export default toPagesHandler(createSignHandler({ authorize, presets }))
 */
export function toPagesHandler(
  handler: SignHandler,
): (request: PagesRequest, response: PagesResponse) => Promise<void> {
  return async (request, response) => {
    const route = request.method === 'GET' ? handler.GET : handler.POST
    const answer = await route(toRequest(request))
    response.statusCode = answer.status
    answer.headers.forEach((value, name) => {
      response.setHeader(name, value)
    })
    response.end(await answer.text())
  }
}

function toRequest(request: PagesRequest): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(':'))
      headers.set(name, typeof value === 'string' ? value : value.join(', '))
  }
  const method = request.method ?? 'GET'
  const init: RequestInit & { duplex?: 'half' } = { method, headers }
  if (method !== 'GET' && method !== 'HEAD') Object.assign(init, bodyOf(request, headers))
  return new Request(new URL(request.url ?? '/', baseOf(headers)), init)
}

function bodyOf(
  request: PagesRequest,
  headers: Headers,
): { body: BodyInit | null; duplex?: 'half' } {
  const { body } = request
  if (body === undefined) return { body: rawBody(request), duplex: 'half' }
  // Written out again it may be shorter or longer than what came.
  headers.delete('content-length')
  headers.delete('transfer-encoding')
  if (typeof body === 'string' || body instanceof Uint8Array) return { body: body as BodyInit }
  return { body: JSON.stringify(body) }
}

function rawBody(request: PagesRequest): ReadableStream<Uint8Array> | null {
  const iterate = request[Symbol.asyncIterator]
  if (!iterate) return null
  const parts = iterate.call(request)
  return new ReadableStream({
    async pull(controller) {
      const part = await parts.next()
      if (part.done) return controller.close()
      controller.enqueue(
        typeof part.value === 'string' ? new TextEncoder().encode(part.value) : part.value,
      )
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
