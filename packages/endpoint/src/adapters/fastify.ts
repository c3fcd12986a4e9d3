/** Adapter of the signing endpoint for Fastify. @module */

import { answerRequest, type NodeRequest, type RouteHandlers } from './node-exchange.js'

/** Members of a Fastify instance that the adapter uses. */
export interface FastifyApp {
  removeAllContentTypeParsers(): void
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer' },
    parser: (
      request: unknown,
      body: Uint8Array,
      done: (error: null, body: Uint8Array) => void,
    ) => void,
  ): unknown
  all(
    path: string,
    route: (request: FastifyCall, reply: FastifyAnswer) => Promise<unknown>,
  ): unknown
}

/** Members of a Fastify request that the adapter uses. */
export interface FastifyCall {
  readonly raw: NodeRequest
  readonly body: unknown
}

/** Members of a Fastify reply that the adapter uses. */
export interface FastifyAnswer {
  code(status: number): unknown
  header(name: string, value: string): unknown
  send(text: string): unknown
}

/**
 * Converts a handler to a Fastify plugin. Register the plugin with the endpoint's path as `prefix`. The plugin reads unparsed bodies and
 * leaves the content type parsers of other routes unchanged.
 *
 * @example
 * app.register(toFastifyPlugin(createSignHandler({ authorize, presets })), { prefix: '/api/sign-cloudinary-params' })
 */
export function toFastifyPlugin(handler: RouteHandlers): (app: FastifyApp) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    app.all('/', async ({ raw, body }, reply) => {
      const { method, url, headers, socket } = raw
      const answer = await answerRequest(handler, {
        method,
        url,
        headers,
        socket,
        body: body ?? '',
      })
      reply.code(answer.status)
      for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value)
      return reply.send(answer.text)
    })
  }
}
