/** `POST /v1_1/<cloud>/<resource type>/upload` and the other actions of the Upload API. @module */

import type { IncomingMessage } from 'node:http'
import { MediaError } from '@countersign/protocol/errors'
import { ACTION_SCOPES, type Action } from '@countersign/protocol/params'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ActionCall } from '../access/authorize-action.js'
import { refuseAction } from '../access/refuse-action.js'
import { claimFields } from '../audit/audit-requests.js'
import { OPEN_TO_PAGES } from '../http/cors.js'
import { type Form, openForm } from '../http/form/read-form.js'
import { createTextBudget, type TextReservation } from '../http/form/unverified-text.js'
import { invalidType, type PathType, pathType, queryOf } from '../http/resource-type-path.js'
import type { WireObject } from '../http/wire-object.js'
import { acceptedJson } from '../jobs/accepted-job.js'
import type { Services } from '../services.js'
import type { UploadResult } from './answer-upload.js'
import { parseContentRange } from './chunks/content-range.js'
import { uploadChunk } from './chunks/upload-chunk.js'
import { createUploadSlots, type UploadSlot } from './concurrent-uploads.js'
import type { UploadCall } from './receive-file.js'
import { createSpoolBudget } from './unverified-bytes.js'
import { uploadFile } from './upload-file.js'
import { uploadedJson } from './upload-json.js'
import { watchTransfer } from './watch-transfer.js'

interface UploadPath {
  Params: { cloud: string; resourceType: string; action: string }
}

/** Resources that a request holds until it ends. */
interface Admission {
  readonly slot: UploadSlot
  readonly memory: TextReservation
  release(): void
}

/** Actions whose path names no resource type. */
const UNTYPED_ACTIONS = [
  ['asset/destroy', 'asset_destroy'],
  ['delete_by_token', 'delete_by_token'],
] as const

/** An action of the Upload API other than `upload`. */
type OtherAction = Exclude<Action, 'upload'>

/** Answers one action with its JSON body, or sends the reply itself. */
type AnswerAction = (
  services: Services,
  call: ActionCall<PathType>,
  reply: FastifyReply,
) => Promise<unknown>

/**
 * Registers the POST routes of the Upload API in a scope of their own, where the framework does not read bodies.
 * @param actions Handlers of the actions other than `upload`. Actions without a handler are refused as not supported.
 */
export function registerUploadApi(
  app: FastifyInstance,
  services: Services,
  actions: Partial<Record<OtherAction, AnswerAction>>,
): void {
  const spool = createSpoolBudget(services.config)
  const text = createTextBudget(services.config)
  const slots = createUploadSlots(services.config)

  app.register(async (scope) => {
    scope.post<{ Params: { cloud: string } }>(
      '/v1_1/:cloud/upload',
      OPEN_TO_PAGES,
      (request, reply) =>
        upload(request, reply, { cloud: request.params.cloud, resourceType: 'auto' }),
    )
    const typed = '/v1_1/:cloud/:resourceType/:action'
    scope.post<UploadPath>(typed, OPEN_TO_PAGES, async (request, reply) => {
      const { cloud } = request.params
      const resourceType = pathType(request.params.resourceType)
      const action = actionOf(request.params.action)
      if (action === 'upload') return upload(request, reply, { cloud, resourceType })
      return answerCall(request, reply, { action, cloud, resourceType })
    })
    for (const [path, action] of UNTYPED_ACTIONS) {
      scope.post<{ Params: { cloud: string } }>(
        `/v1_1/:cloud/${path}`,
        OPEN_TO_PAGES,
        (request, reply) =>
          answerCall(request, reply, { action, cloud: request.params.cloud, resourceType: 'all' }),
      )
    }
  })

  async function answerCall(
    request: FastifyRequest,
    reply: FastifyReply,
    path: { action: OtherAction; cloud: string; resourceType: PathType },
  ): Promise<unknown> {
    const { action, cloud, resourceType } = path
    const { fields } = await readCall(request)
    const call = { cloud, resourceType, fields, authorization: request.headers.authorization }
    const answer = actions[action] ?? ((all) => refuseAction(all, action, call))
    const body = await answer(request.services, call, reply)
    // The action may have enqueued jobs. They start now rather than at the next poll.
    services.wakeOutbox()
    return body
  }

  async function upload(
    request: FastifyRequest,
    reply: FastifyReply,
    path: { cloud: string; resourceType: PathType },
  ): Promise<WireObject> {
    const { slot, memory, release } = admit(request)
    function onVerified(): void {
      slot.verify()
      memory.release()
    }
    try {
      const call = { ...uploadCall(request, path), onVerified, isResting: slot.isResting }
      const form = openForm(request.raw, queryOf(request), { limits: services.config, memory })
      claimFields(request, form.fields)
      const clientId = headerOf(request.raw, 'x-unique-upload-id')
      const contentRange = headerOf(request.raw, 'content-range')
      if (!clientId || !contentRange) {
        const result = await uploadFile(request.services, spool, { call, form })
        return 'status' in result ? acceptedJson(result) : present(result)
      }
      const range = parseContentRange(contentRange)
      reply.header('x-unique-upload-id', clientId)
      const part = { call: { ...call, isPart: true }, form, range, clientId }
      const chunk = await uploadChunk(request.services, spool, part)
      if (chunk.done) return { ...present(chunk), done: true }
      return {
        done: false,
        bytes: chunk.bytes,
        kind: 'upload',
        resource_type: path.resourceType,
        public_id: chunk.publicId,
      }
    } finally {
      release()
    }
  }

  /** Takes a slot for the request and watches its transfer until `release` is called. */
  function admit(request: FastifyRequest): Admission {
    const { address, network } = request.client
    const onCut = (reason: string): void =>
      request.log.warn({ address }, `an upload was cut: ${reason}`)
    const slot = slots.take(network, {
      onEvict() {
        onCut('its bytes did not flow, and too many newer uploads are waiting too')
        request.raw.destroy()
      },
    })
    const stopWatching = watchTransfer(request.raw, {
      limits: services.config,
      onCut,
      onFlow: slot.setFlowing,
    })
    const memory = text.reserve(network)
    return {
      slot,
      memory,
      release() {
        stopWatching()
        memory.release()
        slot.release()
      },
    }
  }

  async function readCall(request: FastifyRequest): Promise<Form> {
    const { memory, release } = admit(request)
    try {
      const form = openForm(request.raw, queryOf(request), { limits: services.config, memory })
      claimFields(request, form.fields)
      await form.read(refuseFile)
      return form
    } finally {
      release()
    }
  }

  function present(result: UploadResult): WireObject {
    const outcome = result.isReplayed ? 'replayed' : result.outcome
    services.log.info(
      {
        keyId: result.key.id,
        assetId: result.asset.assetId,
        bytes: result.asset.bytes,
        outcome,
      },
      'uploaded',
    )
    return uploadedJson(services, result)
  }
}

function uploadCall(
  request: FastifyRequest,
  { cloud, resourceType }: { cloud: string; resourceType: PathType },
): UploadCall {
  if (resourceType === 'all') throw invalidType(resourceType)
  const length = Number(request.headers['content-length'])
  return {
    cloud,
    resourceType,
    authorization: request.headers.authorization,
    contentLength: Number.isSafeInteger(length) ? length : undefined,
    address: request.client.network,
  }
}

function actionOf(name: string): Action {
  if (name === 'upload_chunked') return 'upload'
  if (Object.hasOwn(ACTION_SCOPES, name)) return name as Action
  throw new MediaError('ACTION_UNSUPPORTED', { message: `${name.slice(0, 64)} is not supported` })
}

async function refuseFile(): Promise<void> {
  throw new MediaError('BODY_INVALID', { message: 'This action takes no file' })
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return (Array.isArray(value) ? value[0] : value)?.slice(0, 200)
}
