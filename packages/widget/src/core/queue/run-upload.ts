/** Runs one upload: prepares the file, has it signed and sends it. @module */

import type { WireParams } from '@countersign/protocol/params'
import { failureDetails, toFailure } from '../failures/failure.js'
import { checkFile } from '../files/check-file.js'
import type { KnownEndpoint } from '../signing/known-endpoint.js'
import type { SignedUpload, SigningClient } from '../signing/signing-client.js'
import { DEFAULT_CHUNK_BYTES, MIN_CHUNK_BYTES, sendFile } from '../transfer/send-file.js'
import type { SendProgress } from '../transfer/send-part.js'
import type { TakeSlot } from '../transfer/upload-slots.js'
import type { QueueSettings } from './queue-contract.js'
import type { QueueEntry } from './queue-entry.js'
import type { CompletePlatform } from './queue-platform.js'
import { sentBytesOf, type UploadState } from './upload-state.js'

/** Access of a run to its queue. */
export interface RunContext {
  readonly platform: CompletePlatform
  readonly signing: SigningClient
  readonly takeSlot: TakeSlot
  settings(): QueueSettings
  /** Receives the user of each signature. If the user differs from the files' user, the queue stops every run. */
  readonly endpoint: KnownEndpoint
  /** Returns the server address for a signed upload: `https://host/v1_1/<cloud>`. */
  addressOf(signed: SignedUpload): string
  /** Sets the state of an entry. */
  change(entry: QueueEntry, state: UploadState): void
  /** Called when the server has stored the first part of a large upload. */
  keep(entry: QueueEntry, address: string): void
}

/** Runs one upload to its end. Never rejects. @returns The last state. */
export async function runUpload(
  entry: QueueEntry,
  context: RunContext,
  signal: AbortSignal,
): Promise<UploadState> {
  try {
    await prepare(entry, context, signal)
    return await send(entry, context, signal)
  } catch (thrown) {
    const error = toFailure(thrown)
    if (error.code === 'UPLOAD_ABORTED') return { status: 'cancelled' }
    const { isTransient, isRetryable, isRefused } = failureDetails(error)
    // The server may have deleted the parts of a refused upload, so a later try starts from the first byte.
    if (!isTransient) entry.received = []
    if (isRefused) return { status: 'refused', error }
    return { status: 'failed', error, isRetryable: isRetryable === true }
  }
}

/** Calls `prepareFile` once, and checks its result. */
async function prepare(
  entry: QueueEntry,
  { settings, change }: RunContext,
  signal: AbortSignal,
): Promise<void> {
  const { prepareFile, ...rules } = settings()
  const { file, remoteUrl } = entry.item
  if (entry.isPrepared || remoteUrl || !prepareFile) return
  change(entry, { status: 'preparing' })
  const { file: made, params } = await prepareFile({ file, params: entry.params }, signal)
  signal.throwIfAborted()
  const problem = await checkFile(made, rules)
  if (problem) throw problem
  entry.isPrepared = true
  entry.params = params ?? {}
  entry.item = { ...entry.item, file: made, bytes: made.size }
}

async function send(
  entry: QueueEntry,
  context: RunContext,
  signal: AbortSignal,
): Promise<UploadState> {
  const { platform, signing, takeSlot, change } = context
  const { file, remoteUrl } = entry.item
  const { maxChunkSize = DEFAULT_CHUNK_BYTES, maxParallelUploads = 3 } = context.settings()
  const isResumed = entry.received.length > 0
  let address = ''
  let isKnownByNonce = false
  entry.chunkBytes ??= Math.max(maxChunkSize, MIN_CHUNK_BYTES)
  const response = await sendFile({
    ...platform,
    file,
    remoteUrl,
    nonce: entry.nonce,
    received: entry.received,
    maxChunkBytes: entry.chunkBytes,
    maxParallelParts: maxParallelUploads,
    takeSlot,
    sign: async () => {
      const signed = await signing.sign({
        params: paramsOf(entry, context),
        nonce: entry.nonce,
        signal,
      })
      // Ignores an answer that arrives after an abort, because it may name a past user.
      signal.throwIfAborted()
      context.endpoint.tellUser(signed.userTag)
      signal.throwIfAborted()
      return signed
    },
    addressOf: (signed) => {
      address = context.addressOf(signed)
      isKnownByNonce = signed.fields.some(([name]) => name === 'nonce')
      const type = signed.resourceType ?? context.settings().resourceType ?? 'auto'
      return `${address}/${type}/upload`
    },
    signal,
    onProgress: (progress) => {
      if (!signal.aborted) change(entry, stateOf(progress, entry, isResumed))
    },
    onStored: (range) => {
      entry.received = [...entry.received, range]
      if (isKnownByNonce) context.keep(entry, address)
    },
  })
  const completionUrl = isKnownByNonce ? `${address}/completions/${entry.nonce}` : undefined
  return { status: 'done', response, uploadUrl: address, completionUrl }
}

function paramsOf(entry: QueueEntry, { settings }: RunContext): WireParams {
  const { public_id, ...params } = settings().params ?? {}
  const named = entry.isAlone && public_id ? { public_id } : {}
  return { ...params, ...named, ...entry.params }
}

function stateOf(progress: SendProgress, entry: QueueEntry, isResumed: boolean): UploadState {
  switch (progress.phase) {
    case 'uploading':
      return { status: 'uploading', sentBytes: progress.sentBytes, isResumed }
    case 'waiting': {
      const retryInSeconds = Math.ceil(progress.delayMs / 1000)
      return { status: 'waiting', error: progress.error, retryInSeconds }
    }
    case 'offline':
      // While offline, shows the bytes that have left. Reconnecting sends only the parts that the server does not have.
      return { status: 'paused', reason: 'offline', sentBytes: sentBytesOf(entry.item) }
    default:
      return { status: progress.phase }
  }
}
