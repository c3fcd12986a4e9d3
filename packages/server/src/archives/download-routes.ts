/** Routes that send files: `download`, `download_backup` and archives. Each needs a signed URL or Basic authentication. @module */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ActionCall } from '../access/authorize-action.js'
import { refuseAction } from '../access/refuse-action.js'
import { uploadJson } from '../assets/asset-json.js'
import { claimFields } from '../audit/audit-requests.js'
import { STORED_CONTENT_POLICY } from '../delivery/delivery-routes.js'
import { attachmentDisposition } from '../http/content-disposition.js'
import { OPEN_TO_PAGES } from '../http/cors.js'
import { createFields, type Fields } from '../http/form/fields.js'
import { type PathType, pathType, queryOf, storedType } from '../http/resource-type-path.js'
import { acceptedJson } from '../jobs/accepted-job.js'
import type { Services } from '../services.js'
import { downloadAsset, downloadBackup } from './download-asset.js'
import { generateArchive } from './generate-archive.js'
import { archiveCounts } from './store-archive.js'

interface TypedPath {
  Params: { cloud: string; resourceType: string }
}

/** Registers the download routes. There are no HEAD routes, because a HEAD request would write a whole archive. */
export function registerDownloads(app: FastifyInstance): void {
  const options = { ...OPEN_TO_PAGES, exposeHeadRoute: false }
  app.get<TypedPath>('/v1_1/:cloud/:resourceType/download', options, async (request, reply) => {
    const resourceType = storedType(pathType(request.params.resourceType))
    const file = await downloadAsset(request.services, { ...callOf(request), resourceType })
    return sendFile(reply, file)
  })
  app.get<{ Params: { cloud: string } }>(
    '/v1_1/:cloud/download_backup',
    options,
    async (request, reply) =>
      sendFile(
        reply,
        await downloadBackup(request.services, { ...callOf(request), resourceType: 'all' }),
      ),
  )
  // A GET stores an asset unless its mode is `download`.
  const archive = { ...options, config: { ...OPEN_TO_PAGES.config, changesState: true } }
  app.get<TypedPath>('/v1_1/:cloud/:resourceType/generate_archive', archive, (request, reply) => {
    const resourceType = pathType(request.params.resourceType)
    const call = callOf(request)
    claimFields(request, call.fields)
    return answerArchive(request.services, { ...call, resourceType }, reply)
  })
  // Not supported. The SDKs sign addresses for both, and a plain 404 would not explain the failure.
  for (const action of ['sprite', 'multi'] as const) {
    app.get<TypedPath>(`/v1_1/:cloud/:resourceType/${action}`, options, (request) => {
      const resourceType = pathType(request.params.resourceType)
      return refuseAction(request.services, action, { ...callOf(request), resourceType })
    })
  }
}

/** Creates an archive. Sends its bytes in the mode `download`, and otherwise returns the JSON answer of the stored or pending archive. */
export async function answerArchive(
  services: Services,
  call: ActionCall<PathType>,
  reply: FastifyReply,
): Promise<unknown> {
  const archive = await generateArchive(services, call)
  if (archive.mode === 'download') return sendFile(reply, { ...archive, isAttachment: true })
  services.wakeOutbox()
  if (archive.mode === 'later') return acceptedJson(archive)
  const { asset, selection, ...signer } = archive
  return { ...uploadJson(services, asset, signer), ...archiveCounts(selection) }
}

function callOf(request: FastifyRequest<{ Params: { cloud: string } }>): {
  cloud: string
  fields: Fields
  authorization: string | undefined
} {
  const fields = createFields()
  for (const [name, value] of queryOf(request)) fields.add(name, value)
  return { cloud: request.params.cloud, fields, authorization: request.headers.authorization }
}

interface SentFile {
  readonly stream: NodeJS.ReadableStream
  readonly mimeType: string
  readonly fileName: string
  readonly isAttachment: boolean
  /** Size in bytes. Absent for an archive, whose size is not known in advance. */
  readonly bytes?: number
}

function sendFile(reply: FastifyReply, file: SentFile): FastifyReply {
  const { stream, mimeType, fileName, isAttachment, bytes } = file
  reply.headers({
    'cache-control': 'private, no-store',
    'content-security-policy': STORED_CONTENT_POLICY,
    'content-type': mimeType,
    'referrer-policy': 'no-referrer',
    ...(isAttachment ? { 'content-disposition': attachmentDisposition(fileName) } : {}),
    ...(bytes === undefined ? {} : { 'content-length': bytes }),
  })
  return reply.send(stream)
}
