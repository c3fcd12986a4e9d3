/** `GET /v1_1/<cloud>/completions/<nonce>`: what the app answered to an upload, for whoever made it. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance } from 'fastify'
import type { Outbox } from '../jobs/outbox.js'
import type { Services } from '../services.js'
import { OPEN_TO_PAGES } from './cors.js'
import { askedUserTag, type UserTagQuery } from './user-tag-query.js'

/** How long one call waits for the app, in milliseconds. */
const MAX_WAIT_MS = 15_000
/** Another process may have the answer first: the catalog is asked this often while waiting. */
const RECHECK_MS = 1000

/** Registers the call. Whoever knows the nonce made the upload; `user_tag` in the query hides an upload of another user. */
export function registerCompletions(
  app: FastifyInstance,
  services: Services,
  outbox: Outbox,
): void {
  app.get<{ Params: { cloud: string; nonce: string }; Querystring: UserTagQuery }>(
    '/v1_1/:cloud/completions/:nonce',
    OPEN_TO_PAGES,
    async (request, reply) => {
      const { cloud, nonce } = request.params
      const userTag = askedUserTag(request.query)
      const until = services.now() + MAX_WAIT_MS
      reply.header('cache-control', 'no-store')
      for (;;) {
        const completion = /^[0-9a-f]{32}$/.test(nonce)
          ? await services.catalog.readCompletion({ cloud, nonce, userTag, now: services.now() })
          : null
        if (!completion)
          throw new MediaError('ASSET_NOT_FOUND', { message: 'No upload has this nonce' })
        if (completion.status !== 'pending') {
          const result = completion.result === null ? null : JSON.parse(completion.result)
          return completion.status === 'done'
            ? { status: 'done', result }
            : { status: completion.status }
        }
        const left = until - services.now()
        if (left <= 0 || request.raw.destroyed) return reply.code(202).send({ status: 'pending' })
        await outbox.waitFor(nonce, Math.min(left, RECHECK_MS))
      }
    },
  )
}
