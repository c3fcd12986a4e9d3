/** Chunked uploads: stores parts in one session. Each part is durable before it is acknowledged. @module */

import { createHash } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import { nameAsset } from '../../assets/name-asset.js'
import type { ChunkPart, ChunkSession, SessionHolder } from '../../catalog/chunk-session.js'
import { CatalogWriteError } from '../../catalog/write-error.js'
import type { Form } from '../../http/form/read-form.js'
import { LIMIT_SPECS, type LimitName } from '../../limits.js'
import type { Services } from '../../services.js'
import { createId } from '../../storage/create-id.js'
import type { StagedPart } from '../../storage/part-store.js'
import { answerAgain, type UploadResult } from '../answer-upload.js'
import { digestBag, type UploadPlan } from '../plan-upload.js'
import { type ReceivedFile, receiveFile, type UploadCall, type WriteFile } from '../receive-file.js'
import type { SpoolBudget } from '../unverified-bytes.js'
import { type ContentRange, invalidChunk } from './content-range.js'
import { bytesOf, joinEarly, joinParts, type WholeSession } from './join-parts.js'

/** One request of a chunked upload before its form is read. */
export interface ChunkInput {
  readonly call: UploadCall
  readonly form: Form
  readonly range: ContentRange
  /** Value of `X-Unique-Upload-Id` as received. */
  readonly clientId: string
}

/** Answer to a part that does not complete its upload. */
export interface PartReceived {
  readonly done: false
  readonly bytes: number
  readonly publicId: string
}

/** Outcome of a part. */
export type ChunkResult = PartReceived | (UploadResult & { readonly done: true })

/**
 * Stores one part of a chunked upload. The part that completes the file also stores the asset; parts may arrive in any order.
 * @throws MediaError CHUNK_INVALID, and every refusal of an upload.
 */
export async function uploadChunk(
  services: Services,
  spool: SpoolBudget,
  input: ChunkInput,
): Promise<ChunkResult> {
  const write = partWriter(services, input)
  const received = await receiveFile(services, spool, { ...input, write })
  if ('asset' in received) return { ...received, done: true }
  let isKept = false
  try {
    assertPartSize(services, received, input.range)
    assertEndsWithin(received.plan, input.range)
    const session = await openSession(services, received, input)
    if (session.result)
      return await finishedAgain(services, received, { session, range: input.range })
    const added = await addPart(services, received, { session, range: input.range })
    isKept = added.isNew
    if (isKept) await received.file.keep()
    joinEarly(services, added.session)
    return await finishIfWhole(services, { received, session: added.session, call: input.call })
  } catch (error) {
    // The part may be recorded. Its bytes then stay; else the next start of the server deletes them.
    if (!isKept && error instanceof CatalogWriteError && !error.isUndone) {
      isKept = true
      await received.file.keep()
    }
    throw error
  } finally {
    if (!isKept) await received.file.discard()
  }
}

/** A part whose request is verified and whose bytes are written. */
type ReceivedPart = ReceivedFile<StagedPart>

/** Returns the function that writes the part's bytes: to the file of its upload, if the request is verified and may continue the upload. */
function partWriter(services: Services, input: ChunkInput): WriteFile<StagedPart> {
  const { range } = input
  return async (bytes, { plan, assertBytes }) => {
    if (!plan) return services.parts.write(range, bytes, { assertBytes })
    assertEndsWithin(plan, range)
    return services.parts.write(range, bytes, {
      assertBytes,
      readStored: () => readStoredParts(services, { plan, ...input }),
    })
  }
}

/** Reads the parts of the unfinished upload that a request continues. */
async function readStoredParts(
  services: Services,
  { plan, clientId, call }: ChunkInput & { readonly plan: UploadPlan },
): Promise<readonly ChunkPart[] | null> {
  const query = { ...sessionKey(plan, clientId), now: services.now() }
  const live = await services.catalog.readSession(query)
  const isContinued =
    live && !live.result && isSameUser(live, plan) && isSameBag(live, { plan, call })
  return isContinued ? live.parts : null
}

function sessionKey(plan: UploadPlan, clientId: string) {
  return {
    cloud: plan.key.cloud,
    owner: plan.owner,
    clientId: plan.nonce ? nonceClientId(plan.nonce.nonce) : clientId,
  }
}

function assertEndsWithin({ limits }: UploadPlan, { lastByte, totalBytes }: ContentRange): void {
  limits.assertBytes(Math.max(lastByte + 1, totalBytes ?? 0))
}

async function openSession(
  services: Services,
  received: ReceivedPart,
  { range, clientId, call, form }: ChunkInput,
): Promise<ChunkSession> {
  const { plan } = received
  const key = sessionKey(plan, clientId)
  const now = services.now()
  const live = await services.catalog.readSession({ ...key, now })
  if (live) assertSameUser(live, plan)
  if (live && !(live.result && isOtherUpload(live, received, range))) {
    assertSameBag(live, { plan, call })
    return live
  }
  if (!live) assertMayOpen(services, received, range)
  // SDKs reuse ids of four characters, so other bytes at position 0 are another upload under the same id.
  if (live) {
    services.parts.forget(live.sessionId)
    await services.catalog.destroySession({ cloud: key.cloud, sessionId: live.sessionId })
  }
  const opened = await services.catalog.openSession({
    ...key,
    sessionId: createId(),
    bagDigest: sessionDigest(plan, call),
    params: plan.bag,
    publicId: firstName(services, received, call),
    totalBytes: range.totalBytes,
    expiresAt: expiryOf(services, 0),
    address: call.address,
    signatureDigest: digestOf(form.fields.text('signature')),
    maxSessions: services.config.maxSessions,
    maxSessionsPerAddress: services.config.maxSessionsPerAddress,
    maxSessionsPerKey: services.config.maxSessionsPerKey,
    maxSessionsPerSignature: services.config.maxSessionsPerSignature,
    now,
  })
  if (opened.outcome === 'full') throw tooManySessions(services, opened.whose)
  // Meanwhile, another part may have opened the session with other parameters.
  assertSameUser(opened.session, plan)
  assertSameBag(opened.session, { plan, call })
  return opened.session
}

/**
 * Refuses to open a session for a small last part. Otherwise one signature could fill a cloud's session limit with parts of a few bytes.
 * @throws MediaError RATE_LIMITED, because the client may retry the part after another part is stored.
 */
function assertMayOpen({ config }: Services, { file }: ReceivedPart, range: ContentRange): void {
  if (range.firstByte === 0 || file.bytes >= config.minChunkBytes) return
  throw new MediaError('RATE_LIMITED', {
    message: `No part of this upload is stored, and its last part has ${file.bytes} bytes: a part that begins an upload starts at byte 0 or has at least ${config.minChunkBytes} bytes. Send this part again after another one`,
  })
}

/** Returns the SHA-256 digest of the signature. Sessions are counted by this digest; the signature itself is not stored. */
function digestOf(signature: string | undefined): string | null {
  return signature ? createHash('sha256').update(signature).digest('hex') : null
}

/** Returns how long the session lives. A session that holds only a few bytes lives for minutes. */
function expiryOf({ now, config }: Services, heldBytes: number): number {
  const { sessionSeconds, smallSessionSeconds, minChunkBytes } = config
  const isSmall = heldBytes < minChunkBytes
  const seconds = isSmall ? Math.min(smallSessionSeconds, sessionSeconds) : sessionSeconds
  return now() + seconds * 1000
}

const SESSION_LIMITS = {
  cloud: 'maxSessions',
  address: 'maxSessionsPerAddress',
  key: 'maxSessionsPerKey',
  signature: 'maxSessionsPerSignature',
} as const satisfies Record<SessionHolder, LimitName>

function tooManySessions({ config }: Services, whose: SessionHolder): MediaError {
  const name = SESSION_LIMITS[whose]
  const { variable } = LIMIT_SPECS[name]
  return new MediaError('RATE_LIMITED', {
    message: `Too many unfinished chunked uploads of this ${whose}: at most ${config[name]} (${variable}). Finish one, or try again later`,
    details: { limit: variable },
  })
}

/** Returns the client id of a session that is identified by its nonce. */
export function nonceClientId(nonce: string): string {
  return `nonce:${nonce}`
}

function firstName(services: Services, { plan, declared }: ReceivedPart, call: UploadCall): string {
  const isRaw = call.resourceType === 'raw'
  return nameAsset({
    params: plan.params,
    resourceType: isRaw ? 'raw' : 'image',
    filename: declared.filename,
    folderMode: services.config.folderMode,
    isStrict: plan.isStrict,
  }).publicId
}

function isOtherUpload(
  session: ChunkSession,
  received: ReceivedPart,
  range: ContentRange,
): boolean {
  if (range.firstByte !== 0) return false
  const held = session.parts.find((part) => part.firstByte === 0)
  return !held || held.lastByte !== range.lastByte || held.digest !== received.file.digest
}

// The endpoint may sign later parts with other values of these parameters. The values of the first part count.
const DECIDED_BY_FIRST_PART = ['limits', 'claims', 'folder', 'asset_folder', 'public_id'] as const

// Values may differ only in sessions with a nonce, which cannot be guessed. Ids of SDKs can have four characters.
function sessionDigest(plan: UploadPlan, call: UploadCall): string {
  const mayDiffer = plan.nonce ? DECIDED_BY_FIRST_PART : (['public_id'] as const)
  return digestBag(call.resourceType, plan.bag, mayDiffer)
}

/** Refuses a part that was signed for another user than the first part. One user cannot continue the upload of another. */
function assertSameUser(session: ChunkSession, plan: UploadPlan): void {
  if (isSameUser(session, plan)) return
  throw new MediaError('CHUNK_INVALID', {
    message:
      'user_tag differs from that of the first part: another user began this upload. Send the file as a new upload',
    details: { param: 'user_tag' },
  })
}

function isSameUser({ params }: ChunkSession, plan: UploadPlan): boolean {
  return params.user_tag === plan.params.userTag
}

/** What the parameters of a part's request are read from. */
type PartRequest = { readonly plan: UploadPlan; readonly call: UploadCall }

function assertSameBag(session: ChunkSession, request: PartRequest): void {
  if (isSameBag(session, request)) return
  throw invalidChunk('The parameters of a part differ from those of the first part of its upload')
}

function isSameBag(session: ChunkSession, { plan, call }: PartRequest): boolean {
  const publicId = plan.bag.public_id
  // Some SDKs copy the public id that the first answer gave them into the later parts.
  const isNamedAlike = publicId === session.params.public_id || publicId === session.publicId
  return isNamedAlike && sessionDigest(plan, call) === session.bagDigest
}

async function finishedAgain(
  services: Services,
  received: ReceivedPart,
  { session, range }: { session: ChunkSession; range: ContentRange },
): Promise<ChunkResult> {
  const { file } = received
  const isHeld = session.parts.some(
    ({ firstByte, lastByte, digest }) =>
      firstByte === range.firstByte && lastByte === range.lastByte && digest === file.digest,
  )
  if (!isHeld) throw invalidChunk('The upload is finished, and this part does not belong to it')
  return resultOf(services, received, session)
}

async function resultOf(
  services: Services,
  { plan }: ReceivedPart,
  { result, outcome }: ChunkSession,
): Promise<ChunkResult> {
  if (!result) throw new TypeError('the session is not finished')
  const stored = { asset: result, outcome: outcome ?? 'created' }
  return { ...(await answerAgain(services, plan, stored)), done: true }
}

async function addPart(
  services: Services,
  { file, plan }: ReceivedPart,
  { session, range }: { session: ChunkSession; range: ContentRange },
): Promise<{ session: ChunkSession; isNew: boolean }> {
  await file.sync()
  const part: ChunkPart = {
    firstByte: range.firstByte,
    lastByte: range.lastByte,
    digest: file.digest,
    place: file.place,
  }
  const added = await services.catalog.addPart({
    cloud: plan.key.cloud,
    sessionId: session.sessionId,
    part,
    totalBytes: range.totalBytes,
    expiresAt: expiryOf(services, bytesOf([...session.parts, part])),
  })
  if (added.outcome === 'conflict') {
    throw invalidChunk(
      'The part overlaps bytes of its upload that were received already, or its total changed',
    )
  }
  return { session: added.session, isNew: added.outcome === 'stored' }
}

async function finishIfWhole(services: Services, input: WholeSession): Promise<ChunkResult> {
  const { session, received } = input
  if (session.result) return resultOf(services, received, session)
  const bytes = bytesOf(session.parts)
  if (session.totalBytes === null || bytes < session.totalBytes) {
    return { done: false, bytes, publicId: session.publicId }
  }
  return { ...(await joinParts(services, input)), done: true }
}

function assertPartSize(services: Services, { file }: ReceivedPart, range: ContentRange): void {
  const declared = range.lastByte - range.firstByte + 1
  if (file.bytes !== declared) {
    throw invalidChunk(`Content-Range says ${declared} bytes, the part has ${file.bytes}`)
  }
  const isLast = range.totalBytes === range.lastByte + 1
  if (!isLast && file.bytes < services.config.minChunkBytes) {
    throw invalidChunk('All parts except EOF-chunk must be larger than 5mb')
  }
}
