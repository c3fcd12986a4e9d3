/** `GET /v1_1/<cloud>/completions/<nonce>`: reads the app's answer to an upload. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance } from 'fastify'
import { createNonceLookups } from '../access/nonce-lookups.js'
import { askedUserTag, type UserTagQuery } from '../access/user-tag-query.js'
import type { Completion } from '../catalog/outbox-event.js'
import { OPEN_TO_PAGES } from '../http/cors.js'
import type { Outbox } from '../jobs/outbox.js'
import type { Services } from '../services.js'

/** Maximum time that one call waits for the app, in milliseconds. */
const MAX_WAIT_MS = 15_000
/** Milliseconds between two reads of the catalog while a call waits. Another process may have stored the app's answer. */
const RECHECK_MS = 1000

/**
 * Registers the call. The nonce authorizes it. With `user_tag` in the query, an upload of another user is not found. Calls are limited
 * by client network.
 */
export function registerCompletions(
  app: FastifyInstance,
  services: Services,
  outbox: Outbox,
): void {
  const lookups = createNonceLookups(services)
  app.get<{ Params: { cloud: string; nonce: string }; Querystring: UserTagQuery }>(
    '/v1_1/:cloud/completions/:nonce',
    OPEN_TO_PAGES,
    async (request, reply) => {
      const { nonce } = request.params
      const query = { ...request.params, userTag: askedUserTag(request.query) }
      const until = services.now() + MAX_WAIT_MS
      reply.header('cache-control', 'no-store')
      // A waiting call looks up the upload repeatedly, but counts once.
      let completion = await lookups.count(request.client.network, () =>
        readCompletion(services, query),
      )
      while (completion.status === 'pending') {
        const left = until - services.now()
        if (left <= 0 || request.raw.destroyed) return reply.code(202).send({ status: 'pending' })
        await outbox.waitFor(nonce, Math.min(left, RECHECK_MS))
        completion = await readCompletion(services, query)
      }
      const { status, result } = completion
      if (status !== 'done') return { status }
      return { status, result: result === null ? null : JSON.parse(result) }
    },
  )
}

/** Reads the state of the app's answer. @throws MediaError ASSET_NOT_FOUND if no upload has the nonce. */
async function readCompletion(
  { catalog, now }: Services,
  query: { readonly cloud: string; readonly nonce: string; readonly userTag: string | undefined },
): Promise<Completion> {
  const completion = /^[0-9a-f]{32}$/.test(query.nonce)
    ? await catalog.readCompletion({ ...query, now: now() })
    : null
  if (completion) return completion
  throw new MediaError('ASSET_NOT_FOUND', { message: 'No upload has this nonce' })
}
