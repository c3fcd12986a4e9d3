/** One upload from its first field to its row: verify, stage, inspect, make durable, commit. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { type Access, authenticateRequest, hasCredentials } from '../access/authenticate-request.js'
import { editExtra } from '../catalog/asset-edits.js'
import type { Asset, Key, NewEvent, NewUpload, StoredOutcome } from '../catalog/catalog.js'
import { type InspectedFile, inspectFile } from '../ingest/inspect-file.js'
import type { Form, IncomingFile } from '../ingest/read-form.js'
import type { SpoolBudget } from '../ingest/spool-budget.js'
import { type StagedUpload, stageFile } from '../ingest/stage-file.js'
import { owedNotifications } from '../notifications/owed-notifications.js'
import type { Services } from '../services.js'
import type { BlobRef } from '../storage/blob-store.js'
import { createId } from '../storage/staging.js'
import { deleteTokenOf, newDeleteToken } from './delete-token.js'
import {
  deriveEager,
  deriveEvent,
  type EagerOutcome,
  orderedRows,
  pendingOutcomes,
  uploadBatchId,
} from './derive-eager.js'
import { type ArrivedTags, fileFacts, readArrivedTags } from './file-facts.js'
import { displayNameSuffixes, nameAsset } from './name-asset.js'
import { planUpload, type UploadPlan } from './plan-upload.js'
import { readMetadataEdit } from './read-metadata-edit.js'
import { transformIncoming } from './transform-incoming.js'

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
  /** Whether the request is one part of a chunked upload. @default false */
  readonly isPart?: boolean
}

/** How an upload ended, and by which key the answer is signed. */
export interface UploadResult {
  readonly asset: Asset
  readonly outcome: StoredOutcome
  /** Whether an earlier request stored it: this one is answered as that one was. */
  readonly isReplayed?: true
  /** With which the uploader may take it back; told to nobody else. */
  readonly deleteToken?: string
  readonly key: Key
  readonly algorithm: 'sha1' | 'sha256'
  /** What became of what was ordered with it. */
  readonly eager?: readonly EagerOutcome[]
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
  const reservation = spool.reserve(call.address)
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
    const judged = await planUpload(services, { ...call, fields: form.fields, access })
    if (call.resourceType !== 'auto') judged.limits.assertResourceType(call.resourceType)
    return judged
  }
  async function onFile(part: IncomingFile): Promise<void> {
    incoming = part
    // An address is text, and the last of its form: nothing is fetched for who has no authority.
    if (part.source === 'url' || isAnswerable(call, form)) {
      plan = await judge()
      assertSource(plan, part)
      assertLength(plan, call)
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

/** What {@link storeFile} takes. */
export interface StoreInput extends Omit<ReceivedFile, 'access'> {
  readonly resourceType: ResourceType | 'auto'
  /** The chunk session that it finishes. */
  readonly sessionId?: string
  /** The name that it was given when it was answered the first time. */
  readonly publicId?: string
  /** What it carries out, where it was answered before. */
  readonly accepted?: NonNullable<NewUpload['accepted']>
}

/**
 * Inspect a staged file, make it durable and commit its row.
 * @throws MediaError of every refusal; the staged file is the caller's to discard.
 */
export async function storeFile(services: Services, input: StoreInput): Promise<UploadResult> {
  const { plan, file, declared } = input
  const { params, limits } = plan
  const inspected = await inspectFile(file, declared, {
    resourceType: input.resourceType,
    limits,
    sourceLimits: services.config,
    // A picture that is converted may arrive as something else.
    allowedFormats: params.format === undefined ? params.allowedFormats : undefined,
  })
  const tags = await readArrivedTags(services, { ...file, ...inspected }, params)
  const kept = await transformIncoming(services, { file, inspected }, plan)
  try {
    return await commitFile(services, { ...input, ...kept, tags })
  } finally {
    await kept.file.discard()
  }
}

async function commitFile(services: Services, input: CommitInput): Promise<UploadResult> {
  const { plan, file } = input
  const upload = await withMetadata(services, newUpload(services, input), plan)
  const blob = await services.blobs.write(plan.key.cloud, file)
  const committed = await services.catalog.commitUpload(upload).catch(async (error) => {
    services.log.error({ blobId: blob.blobId, err: error }, 'an upload was not committed')
    // A commit that failed may have reached the medium all the same: then the blob is the collector's to judge.
    if (Object(error).details?.isUndone) await dropBlob(services, blob)
    throw error
  })
  if (committed.outcome === 'created' || committed.outcome === 'overwritten') {
    if (upload.events && upload.events.length > 0) services.wakeOutbox()
    return answerOf(services, plan, committed)
  }
  await dropBlob(services, blob)
  if (committed.outcome === 'nonce-conflict') throw nonceReused()
  return committed.outcome === 'replayed'
    ? answerAgain(services, plan, { asset: committed.asset, outcome: committed.first })
    : answerOf(services, plan, committed)
}

/** Removes a blob that no row names. What the medium refuses to remove, the collector does. */
async function dropBlob({ blobs, log }: Services, blob: BlobRef): Promise<void> {
  await blobs
    .destroy(blob)
    .catch((err) => log.warn({ blobId: blob.blobId, err }, 'a file without a row is left'))
}

/** The answer to an upload that was stored before, as it was given then. */
export async function answerAgain(
  services: Services,
  plan: UploadPlan,
  stored: { readonly asset: Asset; readonly outcome: StoredOutcome },
): Promise<UploadResult> {
  return { ...(await answerOf(services, plan, stored)), isReplayed: true }
}

async function answerOf(
  services: Services,
  plan: UploadPlan,
  { asset, outcome }: { readonly asset: Asset; readonly outcome: StoredOutcome },
): Promise<UploadResult> {
  const { key, algorithm, params, isStrict } = plan
  // What stood there before is not this uploader's to take back, and nothing new is made of it.
  const isOwn = outcome !== 'existing'
  const eager = isOwn ? await answerEager(services, plan, asset) : undefined
  return {
    asset: isOwn || !isStrict ? asset : shownToStranger(asset),
    outcome,
    key,
    algorithm,
    ...(isOwn && params.returnDeleteToken
      ? { deleteToken: deleteTokenOf(key, asset.versionId) }
      : {}),
    ...(eager ? { eager } : {}),
  }
}

async function answerEager(
  services: Services,
  { params: { eager: orders, eagerAsync } }: UploadPlan,
  asset: Asset,
): Promise<readonly EagerOutcome[] | undefined> {
  if (!orders) return undefined
  const batchId = uploadBatchId(asset.versionId)
  return eagerAsync ? pendingOutcomes({ batchId, orders }) : deriveEager(services, asset, orders)
}

/**
 * What stands already may be somebody else's: a browser's key hears that it is there, and nothing private about it.
 * @throws MediaError PUBLIC_ID_INVALID when not even that is public.
 */
export function shownToStranger(asset: Asset): Asset {
  if (asset.deliveryType !== 'upload') {
    throw new MediaError('PUBLIC_ID_INVALID', { message: `public_id (${asset.publicId}) is taken` })
  }
  return { ...asset, tags: [], context: {}, extra: {}, originalFilename: null }
}

interface CommitInput extends StoreInput {
  readonly inspected: InspectedFile
  readonly tags: ArrivedTags
}

function newUpload(services: Services, input: CommitInput): NewUpload {
  const { plan, file, declared, inspected } = input
  const { params } = plan
  const { pages: _pages, media: _media, ...described } = inspected
  const names = nameAsset({
    params,
    resourceType: inspected.resourceType,
    filename: declared.filename,
    folderMode: services.config.folderMode,
    isStrict: plan.isStrict,
  })
  const ids = { assetId: createId(), versionId: createId() }
  const now = services.now()
  return {
    asset: {
      cloud: plan.key.cloud,
      deliveryType: params.deliveryType,
      ...names,
      ...(input.publicId ? { publicId: input.publicId } : {}),
      ...described,
      tags: params.tags ?? [],
      context: params.context ?? {},
      extra: {
        ...editExtra({}, params.extra),
        ...fileFacts(inspected, { params, filename: declared.filename }, input.tags),
      },
    },
    blob: { blobId: file.stagingId, bytes: file.bytes, md5: file.md5 },
    ids,
    overwrite: plan.overwrite,
    ...(params.uniqueDisplayName ? { displayNameSuffixes: displayNameSuffixes() } : {}),
    isKept: params.backup,
    ...(params.returnDeleteToken
      ? { deleteToken: newDeleteToken(deleteTokenOf(plan.key, ids.versionId), now) }
      : {}),
    ...(plan.nonce ? { nonce: plan.nonce } : {}),
    ...(input.sessionId ? { sessionId: input.sessionId } : {}),
    ...(input.accepted ? { accepted: input.accepted } : {}),
    ...(params.eager ? { derivatives: orderedRows(params.eager, described.format) } : {}),
    events: owedEvents(services, plan, ids),
    now,
  }
}

/** With the structured metadata; only now is the name known under which invalid values may stand. */
async function withMetadata(
  services: Services,
  upload: NewUpload,
  { metadata, params }: UploadPlan,
): Promise<NewUpload> {
  if (!params.clearInvalid) return { ...upload, metadata }
  const values = await readMetadataEdit(services, upload.asset, params)
  return { ...upload, metadata: { ...metadata, values } }
}

function owedEvents(
  services: Services,
  plan: UploadPlan,
  { versionId }: NewUpload['ids'],
): readonly NewEvent[] {
  const { key, algorithm, notificationUrls: urls } = plan
  const { eager: orders, eagerAsync } = plan.params
  const batch = {
    batchId: uploadBatchId(versionId),
    keyId: key.id,
    urls: plan.eagerNotificationUrls,
  }
  return [
    ...(services.config.completionUrl ? [completionEvent(plan)] : []),
    ...(orders && eagerAsync ? [deriveEvent({ ...batch, orders })] : []),
    ...owedNotifications(services, { type: 'upload', keyId: key.id, algorithm, urls }),
  ]
}

function completionEvent({ key, algorithm, params }: UploadPlan): NewEvent {
  const claims = params.claims === undefined ? {} : { claims: params.claims }
  return {
    eventId: createId(),
    topic: 'completion',
    payload: { keyId: key.id, algorithm, ...claims },
  }
}

function authenticate(services: Services, call: UploadCall, form: Form): Access {
  return authenticateRequest(services, {
    action: 'upload',
    cloud: call.cloud,
    fields: form.fields,
    authorization: call.authorization,
  })
}

function isAnswerable(call: UploadCall, form: Form): boolean {
  return hasCredentials({
    action: 'upload',
    cloud: call.cloud,
    fields: form.fields,
    authorization: call.authorization,
  })
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
  plan.limits.assertSource(part.source)
  if (part.source === 'url' && part.url === '') throw missingFile()
}

function assertLength(plan: UploadPlan, call: UploadCall): void {
  if (call.contentLength !== undefined && call.contentLength > FORM_OVERHEAD_BYTES) {
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

function nonceReused(): MediaError {
  return new MediaError('NONCE_REUSED', {
    message: 'The nonce was used for another upload: one nonce is one upload',
  })
}
