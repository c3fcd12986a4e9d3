/** The signing endpoint in Fastify. @module */

import { answerRequest, type NodeRequest, type RouteHandlers } from './node-exchange.js'

/** What is used of a Fastify instance. */
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

/** What is used of a Fastify request. */
export interface FastifyCall {
  readonly raw: NodeRequest
  readonly body: unknown
}

/** What is used of a Fastify reply. */
export interface FastifyAnswer {
  code(status: number): unknown
  header(name: string, value: string): unknown
  send(text: string): unknown
}

/**
 * A plugin whose prefix is the endpoint's path. Its content parsers are its own: bodies arrive here as they came.
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
