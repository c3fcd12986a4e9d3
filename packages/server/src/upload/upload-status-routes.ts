/** `GET /v1_1/<cloud>/upload_sessions/<nonce>`: reports the progress of an upload to a client that resumes it. @module */

import type { FastifyInstance } from 'fastify'
import { createNonceLookups } from '../access/nonce-lookups.js'
import { askedUserTag, type UserTagQuery } from '../access/user-tag-query.js'
import { OPEN_TO_PAGES } from '../http/cors.js'
import type { Services } from '../services.js'
import { readUploadSession } from './read-upload-status.js'
import { uploadedJson } from './upload-json.js'

/**
 * Registers the call. The nonce authorizes it. With `user_tag` in the query, an upload of another user is not found. Calls are limited
 * by client network.
 */
export function registerUploadSessions(app: FastifyInstance, services: Services): void {
  const lookups = createNonceLookups(services)
  app.get<{ Params: { cloud: string; nonce: string }; Querystring: UserTagQuery }>(
    '/v1_1/:cloud/upload_sessions/:nonce',
    OPEN_TO_PAGES,
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const query = { ...request.params, userTag: askedUserTag(request.query) }
      const progress = await lookups.count(request.client.network, () =>
        readUploadSession(services, query),
      )
      if (progress.status === 'done') {
        return { status: 'done', result: uploadedJson(services, progress) }
      }
      return {
        status: 'pending',
        received: progress.received,
        bytes: progress.bytes,
        total_bytes: progress.totalBytes,
        public_id: progress.publicId,
        expires_at: Math.floor(progress.expiresAt / 1000),
      }
    },
  )
}
