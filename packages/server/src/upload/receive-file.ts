/** Receives one upload request: reads its form, verifies it, and stages its file. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import {
  type Access,
  authenticateRequest,
  hasCredentials,
  type RequestToAuthenticate,
} from '../access/authenticate-request.js'
import { actorOf } from '../audit/audited-catalog.js'
import type { Form, IncomingFile } from '../http/form/read-form.js'
import type { Services } from '../services.js'
import type { StagedUpload, StageOptions } from '../storage/blob-store.js'
import { answerAgain, nonceReused, type UploadResult } from './answer-upload.js'
import { planUpload, type UploadPlan } from './plan-upload.js'
import type { SpoolBudget, SpoolReservation } from './unverified-bytes.js'

/** One upload request before its form is read. */
export interface UploadCall {
  readonly cloud: string
  /** Resource type of the path. With `auto`, the file's content decides. */
  readonly resourceType: ResourceType | 'auto'
  /** Value of the `Authorization` header. */
  readonly authorization: string | undefined
  /** Value of `Content-Length`, the bytes of the whole body. */
  readonly contentLength: number | undefined
  /** Client address whose budget of unverified bytes the request uses. */
  readonly address: string
  /** Called after each successful authentication of the request: usually once, twice if fields follow the file. */
  readonly onVerified?: () => void
  /** Returns true while the request's bytes do not flow. @default false */
  readonly isResting?: () => boolean
  /** True if the request is one part of a chunked upload. @default false */
  readonly isPart?: boolean
}

/**
 * Writes the file of a request.
 * @param plan The upload's plan; `undefined` if the request is not verified yet.
 */
export type WriteFile<File> = (
  bytes: AsyncIterable<Buffer>,
  options: StageOptions & { readonly plan: UploadPlan | undefined },
) => Promise<File>

/** What a file needs while it is received. */
type AnyFile = Pick<StagedUpload, 'bytes' | 'discard'>

/** A verified upload whose file is in the staging folder. The receiver must discard the file. */
export interface ReceivedFile<File = StagedUpload> {
  readonly access: Access
  readonly plan: UploadPlan
  readonly file: File
  readonly declared: Pick<IncomingFile, 'filename' | 'mimeType'>
}

/** A request that is being received. */
interface Reception<File> {
  readonly services: Services
  readonly call: UploadCall
  readonly form: Form
  /** Budget for the file's bytes until the request is verified. */
  readonly unverified: SpoolReservation
  readonly write: WriteFile<File>
}

/** A request whose authority and plan are known. */
interface Verified {
  readonly access: Access
  readonly plan: UploadPlan
  /** Number of fields when the request was verified. */
  readonly fieldCount: number
}

/** Outcome of the file of a form: staged, or answered from an earlier upload. */
type Arrival<File> =
  | (Pick<ReceivedFile<File>, 'file' | 'declared'> & { readonly source: IncomingFile['source'] })
  | { readonly replay: UploadResult }

/** Allowance for the form around the file when Content-Length is checked against a limit on the file. */
const FORM_OVERHEAD_BYTES = 1024 * 1024

/**
 * Reads a request's form to its end, verifies the request and stages its file.
 *
 * If the credentials precede the file, the request is verified and planned before the file is read. Otherwise the file's bytes count
 * against the budget of unverified bytes until the form ends.
 * @returns The staged file, or the stored result of an earlier request with the same nonce and parameters.
 * @throws MediaError if the request is refused. The staging folder then holds nothing of the request.
 */
export async function receiveFile<File extends AnyFile>(
  services: Services,
  spool: SpoolBudget,
  input: { readonly call: UploadCall; readonly form: Form; readonly write: WriteFile<File> },
): Promise<ReceivedFile<File> | UploadResult> {
  const { call, form } = input
  const unverified = spool.reserve(call.address, call.isResting)
  const reception: Reception<File> = { ...input, services, unverified }
  let early: Verified | undefined
  let arrival: Arrival<File> | undefined
  try {
    await form.read(async (part) => {
      early = await verifyEarly(reception, part)
      arrival = await takeFile(reception, part, early?.plan)
    })
    const verified = await verifyWhole(reception, early)
    return finishReception(verified, arrival)
  } catch (error) {
    if (arrival && 'file' in arrival) await arrival.file.discard()
    throw error
  } finally {
    unverified.release()
  }
}

async function verify({ services, call, form }: Reception<unknown>): Promise<Verified> {
  const fieldCount = form.fields.count
  const access = authenticateRequest(services, requestOf(call, form))
  call.onVerified?.()
  const plan = await planUpload(services, { ...call, fields: form.fields, access })
  // The preset was read just now, so it is certain that it exists and accepts unsigned uploads.
  if (access.mode === 'unsigned') services.trail.actAs(actorOf(access))
  if (call.resourceType !== 'auto') plan.limits.assertResourceType(call.resourceType)
  return { access, plan, fieldCount }
}

/** Verifies the request when its file begins. Returns `undefined` if the credentials may still follow the file. */
async function verifyEarly(
  reception: Reception<unknown>,
  part: IncomingFile,
): Promise<Verified | undefined> {
  const { services, call, form } = reception
  // `read` passes an address after all fields, so the credentials are missing if they are not there by now.
  if (part.source !== 'url' && !hasCredentials(services, requestOf(call, form))) return undefined
  const verified = await verify(reception)
  assertSource(verified.plan, part)
  assertLength(verified.plan, { call, part })
  return verified
}

/** Verifies the request at the end of its form, unless it was verified before the file and no field followed the file. */
async function verifyWhole(
  reception: Reception<unknown>,
  early: Verified | undefined,
): Promise<Verified> {
  const isComplete = early?.fieldCount === reception.form.fields.count
  return early && isComplete ? early : verify(reception)
}

function finishReception<File extends AnyFile>(
  { access, plan }: Verified,
  arrival: Arrival<File> | undefined,
): ReceivedFile<File> | UploadResult {
  if (!arrival) throw missingFile()
  if ('replay' in arrival) return arrival.replay
  const { file, declared, source } = arrival
  plan.limits.assertSource(source)
  plan.limits.assertBytes(file.bytes)
  return { access, plan, file, declared }
}

/** Stages the file, unless the request repeats an upload that is stored. */
async function takeFile<File extends AnyFile>(
  reception: Reception<File>,
  part: IncomingFile,
  plan: UploadPlan | undefined,
): Promise<Arrival<File>> {
  const { services, call } = reception
  const replay = plan && (await replayed(services, plan))
  if (replay) {
    for await (const _ of part.bytes);
    return { replay }
  }
  await services.freeSpace.assertRoom(call.contentLength)
  if (part.source === 'url') return fetchFile(reception, part, plan)
  const { source, filename, mimeType } = part
  const file = await stage(reception, part.bytes, plan)
  return { file, source, declared: { filename, mimeType } }
}

async function fetchFile<File extends AnyFile>(
  reception: Reception<File>,
  { url = '' }: IncomingFile,
  plan: UploadPlan | undefined,
): Promise<Arrival<File>> {
  const { services } = reception
  let arrival: Extract<Arrival<File>, { readonly file: File }> | undefined
  try {
    await services.readRemote(url, async ({ filename, mimeType, announcedBytes = 0, bytes }) => {
      assertBytes(reception, announcedBytes, plan)
      await services.freeSpace.assertRoom(announcedBytes)
      const file = await stage(reception, bytes, plan)
      arrival = { file, source: 'url', declared: { filename, mimeType } }
    })
  } catch (error) {
    await arrival?.file.discard()
    throw error
  }
  if (!arrival) throw missingFile()
  return arrival
}

function stage<File>(
  reception: Reception<File>,
  bytes: AsyncIterable<Buffer>,
  plan: UploadPlan | undefined,
): Promise<File> {
  return reception.write(bytes, {
    plan,
    assertBytes: (total) => assertBytes(reception, total, plan),
  })
}

function assertBytes(
  { services, call, unverified }: Reception<unknown>,
  bytes: number,
  plan: UploadPlan | undefined,
): void {
  assertRequestBytes(services, call, bytes)
  if (plan) plan.limits.assertBytes(bytes)
  else unverified.hold(bytes)
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
