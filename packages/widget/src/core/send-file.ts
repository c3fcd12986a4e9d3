/** Sends one file, whole or in parts, signed anew for each attempt. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { afterColon, createFailure, failureDetails, toFailure } from './failure.js'
import { retryDelayMs } from './retry-delay.js'
import type { SignedUpload } from './signing-client.js'
import type { TransportReply, UploadTransport } from './upload-transport.js'

/** Smallest part that the protocol takes, in bytes; the last may be smaller. */
export const MIN_CHUNK_BYTES = 5_000_000
/** Bytes of one part where the page says nothing. */
export const DEFAULT_CHUNK_BYTES = 20_000_000

/** How often one request is tried before a person has to. */
export const MAX_ATTEMPTS = 4

/** What one attempt is doing. */
export type SendProgress =
  | { readonly phase: 'signing' }
  | { readonly phase: 'uploading'; readonly sentBytes: number }
  | { readonly phase: 'processing' }
  | { readonly phase: 'paused'; readonly error: MediaError; readonly delayMs: number }

/** What sending needs. */
export interface SendFileOptions {
  readonly file: File
  /** One upload over all its attempts, also the id of its parts. */
  readonly nonce: string
  /** Bytes that the server has from an earlier attempt. */
  readonly firstByte: number
  readonly maxChunkBytes: number
  readonly sign: () => Promise<SignedUpload>
  /** Address of one signed upload, with `/<type>/upload`. */
  readonly addressOf: (signed: SignedUpload) => string
  readonly transport: UploadTransport
  readonly signal: AbortSignal
  readonly onProgress: (progress: SendProgress) => void
  /** Bytes that the server now has. */
  readonly onStored: (bytes: number) => void
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
}

/**
 * Send a file.
 *
 * @returns The server's answer to the last part.
 * @throws MediaError when it was refused, or could not be sent after {@link MAX_ATTEMPTS} tries.
 */
export async function sendFile(
  options: SendFileOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const { file, maxChunkBytes } = options
  const isWhole = file.size <= maxChunkBytes
  let start = isWhole ? 0 : options.firstByte
  for (;;) {
    const end = isWhole ? file.size : Math.min(start + maxChunkBytes, file.size)
    const answer = await sendPart(options, { start, end, isWhole })
    options.onStored(end)
    if (end === file.size) return answer
    start = end
  }
}

interface Part {
  readonly start: number
  readonly end: number
  readonly isWhole: boolean
}

async function sendPart(
  options: SendFileOptions,
  part: Part,
): Promise<Readonly<Record<string, unknown>>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptPart(options, part)
    } catch (thrown) {
      options.signal.throwIfAborted()
      const error = toFailure(thrown)
      const { isTransient, retryAfter = null } = failureDetails(error)
      if (!isTransient || attempt === MAX_ATTEMPTS) throw error
      const delayMs = retryDelayMs(attempt, retryAfter, options.random)
      options.onProgress({ phase: 'paused', error, delayMs })
      await options.wait(delayMs, options.signal)
    }
  }
}

async function attemptPart(
  options: SendFileOptions,
  { start, end, isWhole }: Part,
): Promise<Readonly<Record<string, unknown>>> {
  const { file, nonce, signal, onProgress } = options
  onProgress({ phase: 'signing' })
  const signed = await options.sign()
  const url = options.addressOf(signed)
  const body = new FormData()
  for (const [name, value] of signed.fields) body.append(name, value)
  const part = isWhole ? file : file.slice(start, end, file.type)
  body.append('file', part, file.name.normalize('NFC'))
  onProgress({ phase: 'uploading', sentBytes: start })
  const reply = await reach(options, {
    url,
    body,
    headers: isWhole
      ? {}
      : { 'x-unique-upload-id': nonce, 'content-range': `bytes ${start}-${end - 1}/${file.size}` },
    signal,
    onProgress: (sent, total) => {
      // The form's own bytes go first, so what exceeds the part's size is not the file's.
      const sentBytes = start + Math.max(0, Math.min(end - start, sent - (total - (end - start))))
      if (sent < total || end < file.size) onProgress({ phase: 'uploading', sentBytes })
      else onProgress({ phase: 'processing' })
    },
  })
  return readReply(reply, url)
}

async function reach(
  { transport, signal }: SendFileOptions,
  request: Parameters<UploadTransport>[0],
): Promise<TransportReply> {
  try {
    return await transport(request)
  } catch (cause) {
    signal.throwIfAborted()
    throw createFailure(
      'CONNECTION_LOST',
      'connection_lost',
      {},
      { cause, status: 0, isTransient: true, isRetryable: true, request: `POST ${request.url}` },
    )
  }
}

function readReply(reply: TransportReply, url: string): Readonly<Record<string, unknown>> {
  const { status, retryAfter } = reply
  const body = parseJson(reply.text)
  if (status >= 200 && status < 300 && body) return body
  const details = { status, retryAfter, request: `POST ${url}`, answer: String(status) }
  const again = { ...details, isTransient: true, isRetryable: true }
  if (status === 429 || status === 420)
    throw createFailure('RATE_LIMITED', 'too_many_stopped', {}, again)
  if (status >= 500) throw createFailure('STORAGE_UNAVAILABLE', 'unavailable', {}, again)
  const message = afterColon(messageOf(body) ?? `it answered ${status}.`)
  const isUnsigned = /whitelisted for unsigned|must supply api_key/i.test(message)
  if (isUnsigned) {
    throw createFailure('PRESET_REFUSED', 'bad_unsigned', {}, { ...details, isConfiguration: true })
  }
  if (status === 413) throw createFailure('ASSET_TOO_LARGE', 'refused', { message }, details)
  if (status === 401) throw createFailure('UNAUTHORIZED', 'not_allowed', { message }, details)
  throw createFailure('PARAM_INVALID', 'refused', { message }, details)
}

function messageOf(body: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const error = body?.error
  if (typeof error !== 'object' || error === null) return undefined
  const { message } = error as { readonly message?: unknown }
  return typeof message === 'string' ? message : undefined
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
