/** What arrives of one upload request: read to its end, verified, staged. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import {
  type Access,
  authenticateRequest,
  hasCredentials,
  type RequestToAuthenticate,
} from '../access/authenticate-request.js'
import { actorOf } from '../audit/audited-catalog.js'
import type { Form, IncomingFile } from '../ingest/read-form.js'
import type { SpoolBudget } from '../ingest/spool-budget.js'
import { type StagedUpload, stageFile } from '../ingest/stage-file.js'
import type { Services } from '../services.js'
import { answerAgain, nonceReused, type UploadResult } from './answer-upload.js'
import { planUpload, type UploadPlan } from './plan-upload.js'

/** One upload request, its form not yet read. */
export interface UploadCall {
  readonly cloud: string
  /** Of the path; `auto` lets the bytes decide. */
  readonly resourceType: ResourceType | 'auto'
  readonly authorization: string | undefined
  /** Bytes of the whole request, where it says so. */
  readonly contentLength: number | undefined
  /** For the budget of unverified bytes. */
  readonly address: string
  /** Called when the request has shown its authority, perhaps again. */
  readonly onVerified?: () => void
  /** Returns true while the request's bytes do not flow. @default false */
  readonly isResting?: () => boolean
  /** Whether the request is one part of a chunked upload. @default false */
  readonly isPart?: boolean
}

/** What arrives of one request, verified: the plan, and the file as it stands in the staging folder. */
export interface ReceivedFile {
  readonly access: Access
  readonly plan: UploadPlan
  readonly file: StagedUpload
  readonly declared: Pick<IncomingFile, 'filename' | 'mimeType'>
}

/** Room for the form around the file when a request's length is judged before it is read. */
const FORM_OVERHEAD_BYTES = 1024 * 1024

/**
 * Read a request's form to its end: verified before the file's bytes where the fields come first, otherwise under the budget of
 * unverified bytes.
 * @returns The staged file, or the stored result of a nonce that was used with the same bag.
 */
export async function receiveFile(
  services: Services,
  spool: SpoolBudget,
  { call, form }: { readonly call: UploadCall; readonly form: Form },
): Promise<ReceivedFile | UploadResult> {
  const reservation = spool.reserve(call.address, call.isResting)
  let plan: UploadPlan | undefined
  let replay: UploadResult | undefined
  let file: StagedUpload | undefined
  let incoming: IncomingFile | undefined
  let judgedFields = 0
  let access: Access | undefined

  async function judge(): Promise<UploadPlan> {
    // Counted before anything is awaited: the parser goes on meanwhile.
    judgedFields = form.fields.count
    access = authenticate(services, call, form)
    call.onVerified?.()
    const judged = await planUpload(services, { ...call, fields: form.fields, access })
    // The preset is read only now, so only now is it certain that the preset exists and accepts unsigned uploads.
    if (access.mode === 'unsigned') services.trail.actAs(actorOf(access))
    if (call.resourceType !== 'auto') judged.limits.assertResourceType(call.resourceType)
    return judged
  }
  async function onFile(part: IncomingFile): Promise<void> {
    incoming = part
    // An address is text, and the last of its form: nothing is fetched for who has no authority.
    if (part.source === 'url' || isAnswerable(services, call, form)) {
      plan = await judge()
      assertSource(plan, part)
      assertLength(plan, { call, part })
      replay = await replayed(services, plan)
    }
    if (replay) return drop(part)
    await services.freeSpace.assertRoom(call.contentLength)
    if (part.source === 'url') return fetchFile(part.url ?? '')
    file = await stage(part.bytes)
  }
  async function fetchFile(address: string): Promise<void> {
    await services.readRemote(address, async (remote) => {
      const { filename, mimeType, announcedBytes = 0 } = remote
      assertBytes(announcedBytes)
      await services.freeSpace.assertRoom(announcedBytes)
      file = await stage(remote.bytes)
      incoming = { source: 'url', filename, mimeType, bytes: remote.bytes }
    })
  }
  function stage(bytes: AsyncIterable<Buffer>): Promise<StagedUpload> {
    return stageFile(services.staging, bytes, { assertBytes })
  }
  function assertBytes(bytes: number): void {
    assertRequestBytes(services, call, bytes)
    if (plan) plan.limits.assertBytes(bytes)
    else reservation.hold(bytes)
  }

  try {
    await form.read(onFile)
    // A field that came after the file is part of what must be signed.
    if (!plan || form.fields.count !== judgedFields) plan = await judge()
    if (replay) return replay
    if (!incoming || !file || !access) throw missingFile()
    assertSource(plan, incoming)
    plan.limits.assertBytes(file.bytes)
    const { filename, mimeType } = incoming
    return { access, plan, file, declared: { filename, mimeType } }
  } catch (error) {
    await file?.discard()
    throw error
  } finally {
    reservation.release()
  }
}

function authenticate(services: Services, call: UploadCall, form: Form): Access {
  return authenticateRequest(services, requestOf(call, form))
}

function isAnswerable(services: Services, call: UploadCall, form: Form): boolean {
  return hasCredentials(services, requestOf(call, form))
}

function requestOf({ cloud, authorization }: UploadCall, { fields }: Form): RequestToAuthenticate {
  return { action: 'upload', cloud, fields, authorization }
}

async function replayed(services: Services, plan: UploadPlan): Promise<UploadResult | undefined> {
  if (!plan.nonce) return undefined
  const query = { cloud: plan.key.cloud, nonce: plan.nonce.nonce, now: services.now() }
  const earlier = await services.catalog.readUpload(query)
  if (!earlier) return undefined
  if (earlier.bagDigest !== plan.nonce.bagDigest) throw nonceReused()
  return answerAgain(services, plan, earlier)
}

async function drop(part: IncomingFile): Promise<void> {
  for await (const _ of part.bytes);
}

function assertSource(plan: UploadPlan, part: IncomingFile): void {
  if (part.source === 'url' && part.url === '') throw missingFile()
  plan.limits.assertSource(part.source)
}

function assertLength(
  plan: UploadPlan,
  { call, part }: { readonly call: UploadCall; readonly part: IncomingFile },
): void {
  // A data URI is longer than its bytes; the bytes are counted as they are decoded.
  if (part.source !== 'file' || call.contentLength === undefined) return
  if (call.contentLength > FORM_OVERHEAD_BYTES) {
    plan.limits.assertBytes(call.contentLength - FORM_OVERHEAD_BYTES)
  }
}

function assertRequestBytes(
  { config }: Services,
  { isPart = false }: UploadCall,
  bytes: number,
): void {
  const { maxRequestBytes, maxChunkBytes } = config
  if (isPart && bytes > maxChunkBytes) {
    throw new MediaError('ASSET_TOO_LARGE', {
      message: `File size too large. Got ${bytes}. Maximum is ${maxChunkBytes}. A part of a chunked upload is no larger`,
      details: { limit: 'maxChunkBytes' },
    })
  }
  if (isPart || bytes <= maxRequestBytes) return
  throw new MediaError('ASSET_TOO_LARGE', {
    message: `File size too large. Got ${bytes}. Maximum is ${maxRequestBytes}. A larger file must be sent in chunks, or the operator raises COUNTERSIGN_MAX_REQUEST_BYTES`,
    details: { limit: 'COUNTERSIGN_MAX_REQUEST_BYTES' },
  })
}

function missingFile(): MediaError {
  return new MediaError('FILE_MISSING', { message: 'Missing required parameter - file' })
}
