/** `GET /v1_1/<cloud>/upload_sessions/<nonce>`: what has arrived of an upload, for a client that resumes it. @module */

import type { FastifyInstance } from 'fastify'
import { readUploadSession } from '../actions/read-upload-session.js'
import type { Services } from '../services.js'
import { uploadedJson } from './asset-json.js'

/** Register the call. Who knows the nonce made the upload. */
export function registerUploadSessions(app: FastifyInstance, services: Services): void {
  app.get<{ Params: { cloud: string; nonce: string } }>(
    '/v1_1/:cloud/upload_sessions/:nonce',
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const progress = await readUploadSession(services, request.params)
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
