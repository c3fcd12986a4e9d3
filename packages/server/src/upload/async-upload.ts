/** Uploads with `async=true`: the server answers as soon as the bytes are durable, and a job stores the asset afterwards. @module */

import { createReadStream } from 'node:fs'
import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import type { Access } from '../access/authenticate-request.js'
import { nameAsset } from '../assets/name-asset.js'
import { actingFor, actorOf } from '../audit/audited-catalog.js'
import type { NewBlob } from '../catalog/new-upload.js'
import type { NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import { originalPath } from '../delivery/read-original.js'
import { fieldsOf } from '../http/form/fields.js'
import { inspectFile } from '../inspection/inspect-file.js'
import type { AcceptedJob } from '../jobs/accepted-job.js'
import { PASSING, WORK_DELAYS_SECONDS } from '../jobs/job-attempts.js'
import type { Attempt, Lane } from '../jobs/lane.js'
import { notificationEvents } from '../notifications/notification-events.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import { stageFile } from '../storage/disk/stage-file.js'
import { planUpload, type UploadPlan } from './plan-upload.js'
import type { ReceivedFile } from './receive-file.js'
import { storeFile } from './store-file.js'

/** Payload of the job, as JSON: the request's parameters, its signer, and the stored blob. */
interface AcceptedWork {
  readonly batchId: string
  readonly publicId: string
  readonly resourceType: ResourceType
  readonly bag: Readonly<Record<string, string>>
  readonly signer:
    | { readonly keyId: string; readonly algorithm: 'sha1' | 'sha256' }
    | { readonly presetName: string }
  readonly declared: { readonly filename?: string; readonly mimeType: string }
  readonly blob: NewBlob
  readonly urls: readonly string[]
  readonly keyId: string
  /** Id of the request that was answered. Jobs that older versions stored have none. */
  readonly requestId?: string
}

/** Maximum number of accepted uploads that are stored at the same time. */
const CONCURRENT_UPLOADS = 2

/**
 * Stores the bytes of a verified upload and enqueues the job that turns them into an asset, in one transaction. Checks the file's header
 * and limits at once; the job does everything that needs a decoder.
 * @throws MediaError if the header or a limit refuses the file. The caller discards the staged file.
 */
export async function storeLater(
  services: Services,
  received: ReceivedFile,
  pathType: ResourceType | 'auto',
): Promise<AcceptedJob> {
  const { plan, file, declared } = received
  const { params, key } = plan
  const { resourceType } = await inspectFile(services, file, declared, {
    resourceType: pathType,
    limits: plan.limits,
    allowedFormats: params.format === undefined ? params.allowedFormats : undefined,
  })
  const { publicId } = nameAsset({
    params,
    resourceType,
    filename: declared.filename,
    folderMode: services.config.folderMode,
    isStrict: plan.isStrict,
  })
  const batchId = createId()
  const blob = { blobId: file.stagingId, bytes: file.bytes, md5: file.md5 }
  const { requestId } = services.trail
  const work = workOf(received, { batchId, publicId, resourceType, blob, requestId })
  await services.blobs.write(key.cloud, file)
  await services.catalog.acceptUpload({
    cloud: key.cloud,
    blob,
    event: { eventId: createId(), topic: 'store', payload: { ...work } },
    now: services.now(),
  })
  services.wakeOutbox()
  const { deliveryType } = params
  return { status: 'pending', resourceType, deliveryType, publicId, batchId, key }
}

function workOf(
  { plan, declared, access }: ReceivedFile,
  known: Pick<AcceptedWork, 'batchId' | 'publicId' | 'resourceType' | 'blob' | 'requestId'>,
): AcceptedWork {
  const { filename, mimeType } = declared
  return {
    ...known,
    bag: plan.bag,
    declared: { ...(filename === undefined ? {} : { filename }), mimeType },
    signer:
      access.mode === 'unsigned'
        ? { presetName: access.presetName }
        : { keyId: access.key.id, algorithm: access.algorithm },
    urls: plan.notificationUrls,
    keyId: plan.key.id,
  }
}

/** Returns the outbox lane that stores accepted uploads. */
export function storeLane(
  services: Services,
  options: { readonly delaysSeconds?: readonly number[] } = {},
): Lane {
  return {
    topics: ['store'],
    concurrency: CONCURRENT_UPLOADS,
    delaysSeconds: options.delaysSeconds ?? WORK_DELAYS_SECONDS,
    attempt: (event) => storeAccepted(services, event),
    onDead: (event) => {
      const work = event.payload as unknown as AcceptedWork
      recordFailure(workServices(services, event.cloud, work), work, 'INTERNAL')
      const followUps = failureEvents(services, work, 'General Error')
      return { followUps, releasedBlobId: work.blob.blobId }
    },
  }
}

async function storeAccepted(all: Services, event: OutboxEvent): Promise<Attempt> {
  const work = event.payload as unknown as AcceptedWork
  const services = workServices(all, event.cloud, work)
  try {
    const plan = await planAgain(services, event.cloud, work)
    await storeCopy(services, { event, work, plan })
    return { outcome: 'committed' }
  } catch (error) {
    if (!(error instanceof MediaError) || PASSING.includes(error.code)) throw error
    recordFailure(services, work, error.code)
    const followUps = failureEvents(services, work, error.message)
    return { outcome: 'finished', followUps, releasedBlobId: work.blob.blobId }
  }
}

/** Returns services that record changes in the name of the uploader. */
function workServices(services: Services, tenant: string, work: AcceptedWork): Services {
  const { signer, requestId = '' } = work
  return actingFor(services, { actor: actorOf(signer), action: 'upload', tenant, requestId })
}

function recordFailure({ trail }: Services, { publicId }: AcceptedWork, code: string): void {
  trail.record({ action: 'upload', outcome: 'failed', target: publicId, code })
}

async function planAgain(
  services: Services,
  cloud: string,
  { bag, signer, resourceType }: AcceptedWork,
): Promise<UploadPlan> {
  const access = accessOf(services, signer)
  return planUpload(services, { cloud, resourceType, fields: fieldsOf(bag), access })
}

function accessOf(services: Services, signer: AcceptedWork['signer']): Access {
  if ('presetName' in signer) return { mode: 'unsigned', presetName: signer.presetName }
  const key = services.keys.find(signer.keyId)
  if (key) return { mode: 'signed', key, algorithm: signer.algorithm }
  throw new MediaError('API_KEY_UNKNOWN', { message: `Unknown API key ${signer.keyId}` })
}

// Copies the file, because an attempt may end at any point, and the accepted file must stay complete until the commit.
async function storeCopy(
  services: Services,
  input: { readonly event: OutboxEvent; readonly work: AcceptedWork; readonly plan: UploadPlan },
): Promise<void> {
  const { event, work, plan } = input
  const { declared, publicId, resourceType, blob } = work
  const path = await originalPath(services, { ...blob, cloud: event.cloud })
  const file = await stageFile(services.staging, createReadStream(path), {
    assertBytes: (bytes) => plan.limits.assertBytes(bytes),
  })
  try {
    await storeFile(services, {
      plan,
      file,
      declared: { filename: declared.filename, mimeType: declared.mimeType },
      resourceType,
      publicId,
      accepted: { claim: event.claim, blobId: blob.blobId },
    })
  } finally {
    await file.discard()
  }
}

function failureEvents(
  services: Services,
  { keyId, urls, publicId, batchId, resourceType }: AcceptedWork,
  message: string,
): readonly NewEvent[] {
  const subject = { public_id: publicId, resource_type: resourceType, batch_id: batchId }
  const body = { ...subject, error: { message } }
  return notificationEvents(services, { type: 'error', keyId, urls, body })
}
