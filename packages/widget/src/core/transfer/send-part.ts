/** Sends one part of an upload: has it signed, sends it, and retries temporary failures. @module */

import { createFailure, toFailure } from '../failures/failure.js'
import type { SignedUpload } from '../signing/signing-client.js'
import type { Connection } from './connection.js'
import { readUploadReply } from './read-upload-reply.js'
import { NO_FAILURES, type RetryProgress, waitForRetry } from './retry.js'
import type { TakeSlot } from './upload-slots.js'
import type { TransportReply, UploadTransport } from './upload-transport.js'

/** A signature is valid for one hour. Half of that leaves time for sending and for a wrong clock. */
const MAX_SIGNATURE_AGE_MS = 30 * 60_000

/** Progress of one attempt. */
export type SendProgress =
  | { readonly phase: 'signing' }
  | { readonly phase: 'uploading'; readonly sentBytes: number }
  | { readonly phase: 'processing' }
  | RetryProgress

/** Options for sending a part. */
export interface SendPartOptions {
  readonly file: File
  /** Address to send instead of the file. */
  readonly remoteUrl: string | undefined
  /** Nonce of the upload, the same for all its attempts. Also the id that joins its parts. */
  readonly nonce: string
  readonly sign: () => Promise<SignedUpload>
  /** Returns the upload address for a signed upload, including `/<type>/upload`. */
  readonly addressOf: (signed: SignedUpload) => string
  readonly transport: UploadTransport
  readonly takeSlot: TakeSlot
  readonly connection: Connection
  readonly signal: AbortSignal
  readonly onProgress: (progress: SendProgress) => void
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  readonly now: () => number
}

/** A part of a file. */
export interface Part {
  /** Offset of the first byte. */
  readonly start: number
  /** Offset after the last byte. */
  readonly end: number
  /** True if the part is the whole file, which is sent in one request. */
  readonly isWhole: boolean
}

/**
 * Sends one part and retries. `onProgress` counts from the part's first byte.
 *
 * @throws MediaError if the server refuses the part, after {@link MAX_ATTEMPTS} temporary failures, or after waiting {@link MAX_WAIT_MS}
 * for a server that does not answer.
 */
export type PartSender = (
  part: Part,
  to: Pick<SendPartOptions, 'signal' | 'onProgress'>,
) => Promise<Readonly<Record<string, unknown>>>

/** Creates a sender for the parts of one file. The parts share a signature for half an hour, or until a request fails. */
export function createPartSender(options: SendPartOptions): PartSender {
  let signed: Promise<SignedUpload> | undefined
  let signedAt = 0

  function signature({ signal, onProgress }: SendPartOptions): Promise<SignedUpload> {
    signal.throwIfAborted()
    if (!signed || options.now() - signedAt > MAX_SIGNATURE_AGE_MS) {
      signedAt = options.now()
      onProgress({ phase: 'signing' })
      signed = options.sign()
    }
    return signed
  }

  return async (part, to) => {
    const mine = { ...options, ...to }
    let failures = NO_FAILURES
    for (;;) {
      try {
        await signature(mine)
        const release = await mine.takeSlot(mine.signal)
        const onProgress = (progress: SendProgress): void => {
          // While the server processes a part, the network is free for the next file.
          if (progress.phase === 'processing') release()
          mine.onProgress(progress)
        }
        try {
          // Checks the signature's age again, because waiting for a slot can take long.
          return await send({ ...mine, onProgress }, part, await signature(mine))
        } finally {
          release()
        }
      } catch (thrown) {
        mine.signal.throwIfAborted()
        signed = undefined
        failures = await waitForRetry(toFailure(thrown), failures, mine)
      }
    }
  }
}

async function send(
  options: SendPartOptions,
  { start, end, isWhole }: Part,
  signed: SignedUpload,
): Promise<Readonly<Record<string, unknown>>> {
  const { file, remoteUrl, nonce, signal, onProgress } = options
  const url = options.addressOf(signed)
  const body = new FormData()
  for (const [name, value] of signed.fields) body.append(name, value)
  const part = isWhole ? file : file.slice(start, end, file.type)
  if (remoteUrl) body.append('file', remoteUrl)
  else body.append('file', part, file.name.normalize('NFC'))
  onProgress({ phase: 'uploading', sentBytes: 0 })
  const bytes = end - start
  const reply = await reach(options, {
    url,
    body,
    headers: isWhole
      ? {}
      : { 'x-unique-upload-id': nonce, 'content-range': `bytes ${start}-${end - 1}/${file.size}` },
    signal,
    onProgress: (sent, total) => {
      // The form fields go first, so bytes beyond the part's size do not belong to the file.
      const sentBytes = Math.max(0, Math.min(bytes, sent - (total - bytes)))
      onProgress(sent < total ? { phase: 'uploading', sentBytes } : { phase: 'processing' })
    },
  })
  return readUploadReply(reply, { url, fileType: file.type })
}

async function reach(
  { transport, signal, file }: SendPartOptions,
  request: Parameters<UploadTransport>[0],
): Promise<TransportReply> {
  try {
    return await transport(request)
  } catch (cause) {
    signal.throwIfAborted()
    // Browsers report a file that they can no longer read as a network error.
    if (!(await isReadable(file)))
      throw createFailure('FILE_CHANGED', 'file_changed', {}, { cause })
    const details = { cause, detail: unanswered(request.url), status: 0, isTransient: true }
    throw createFailure(
      'CONNECTION_LOST',
      'connection_lost',
      {},
      { ...details, isRetryable: true, request: `POST ${request.url}` },
    )
  }
}

/** Returns true if the browser can still read a file. After a change or a deletion, every read fails. */
async function isReadable(file: File): Promise<boolean> {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    )
}

/** Advice for the developer if a server does not answer. */
function unanswered(url: string): string {
  const { origin } = new URL(url, globalThis.location?.href)
  const name = /\/\/(localhost|127\.|\[::1)/.test(origin)
    ? '`countersign dev`'
    : 'the upload server'
  return `Is ${name} running at ${origin}?`
}
