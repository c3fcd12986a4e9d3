/** Fetches a file from a URL that a client named. Only public hosts are allowed, for redirects too, and the time is limited. @module */

import { STATUS_CODES } from 'node:http'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { errorCode, MediaError } from '@countersign/protocol/errors'
import type { Client, Dispatcher } from 'undici'
import type { Dialler } from './dialler.js'
import { parseRemoteUrl, printableUrl } from './remote-url.js'

/** A remote file while it is fetched. */
export interface RemoteFile {
  /** Last segment of the URL's path; `undefined` if it is empty. */
  readonly filename: string | undefined
  /** Value of the `Content-Type` header; `application/octet-stream` if it is missing. */
  readonly mimeType: string
  /** Value of the `Content-Length` header; `undefined` if it is missing or the body is compressed. */
  readonly announcedBytes: number | undefined
  /** Decoded bytes of the file. Rejects with MediaError SOURCE_UNREACHABLE. */
  readonly bytes: AsyncIterable<Buffer>
}

/** Limits on the redirects and the time of one fetch. */
export interface RemoteLimits {
  /** Maximum number of redirects that are followed. */
  readonly maxRedirects: number
  /** Maximum time from the first DNS query to the last byte, in milliseconds. */
  readonly totalTimeoutMs: number
}

/** Fetches one remote file and passes it to `use`. Resolves with the result of `use`, after the connection is closed. */
export type ReadRemote = <Result>(
  address: string,
  use: (file: RemoteFile) => Promise<Result>,
) => Promise<Result>

/** Reason for a failed fetch, in the protocol's words. */
type Reason =
  | 'ERR_DNS_FAIL 0'
  | 'ERR_CONNECT_FAIL 0'
  | 'ERR_TIMEOUT 0'
  | 'ERR_READ_FAIL 0'
  | 'ERR_TOO_MANY_REDIRECTS 0'
  | 'ERR_UNSAFE_REDIRECT 0'
  | 'ERR_CONTENT_ENCODING 0'
  | `${number} ${string}`

/**
 * Creates a reader that connects through a dialler. It sends no cookies or credentials, and asks for no compression.
 *
 * @returns A reader that rejects with MediaError SOURCE_REFUSED for an address that is not an http or https URL, with
 *   SOURCE_UNREACHABLE `Error in loading <address> - <reason>`, or with the error of `use`.
 */
export function createRemoteReader(dialler: Dialler, limits: RemoteLimits): ReadRemote {
  return async (address, use) => {
    const url = assertReadable(address)
    const signal = AbortSignal.timeout(limits.totalTimeoutMs)
    const opened: Client[] = []
    try {
      const answer = await follow(url)
      return await use(describe(url, answer, signal))
    } finally {
      await Promise.all(opened.map((client) => client.destroy()))
    }

    async function follow(from: URL): Promise<Dispatcher.ResponseData> {
      let at = from
      for (let hops = 0; ; hops++) {
        const client = await dialler.open(at)
        opened.push(client)
        const answer = await send(client, { url: at, from, signal })
        const next = redirectOf(answer, at)
        if (next === undefined) return assertSuccess(answer, from)
        if (hops === limits.maxRedirects) throw unreachable(from, 'ERR_TOO_MANY_REDIRECTS 0')
        if (next === null) throw unreachable(from, 'ERR_UNSAFE_REDIRECT 0')
        at = next
      }
    }
  }
}

function assertReadable(address: string): URL {
  const url = parseRemoteUrl(address)
  if (url) return url
  const [, scheme] = /^([a-z][a-z0-9+.-]*):/i.exec(address) ?? []
  const isWeb = scheme !== undefined && /^https?$/i.test(scheme)
  if (isWeb && /^https?:\/\/[^/?#]*@/i.test(address)) {
    throw refused('An address to fetch must not hold a user name or a password')
  }
  if (scheme !== undefined && !isWeb) {
    throw refused(
      `Fetching ${scheme.slice(0, 16)}: is not supported: send the file, an http or https address, or a data URI`,
    )
  }
  throw refused('The file is neither bytes, nor a data URI, nor an http or https address')
}

async function send(
  client: Client,
  { url, from, signal }: { url: URL; from: URL; signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  try {
    const answer = await client.request({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers: HEADERS,
      reset: true,
      signal,
    })
    // A reader that stops early destroys the body. Without a listener, the error would crash the server.
    answer.body.on('error', () => {})
    return answer
  } catch (cause) {
    throw unreachable(from, reasonOf(cause, signal), cause)
  }
}

const HEADERS = { 'user-agent': 'Countersign', accept: '*/*', 'accept-encoding': 'identity' }

/** Returns the target of a redirect: `undefined` if the answer is not a redirect, `null` if the target is not allowed. */
function redirectOf(answer: Dispatcher.ResponseData, at: URL): URL | null | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.statusCode)) return undefined
  const location = textOf(answer.headers.location)
  if (location === undefined) return undefined
  const next = URL.canParse(location, at.href) ? new URL(location, at.href) : null
  const url = next && parseRemoteUrl(next.href)
  const isDowngraded = at.protocol === 'https:' && url?.protocol === 'http:'
  return isDowngraded ? null : url
}

function assertSuccess(answer: Dispatcher.ResponseData, from: URL): Dispatcher.ResponseData {
  const { statusCode } = answer
  if (statusCode === 200 || statusCode === 203) return answer
  throw unreachable(from, `${statusCode} ${STATUS_CODES[statusCode] ?? 'Unknown'}`)
}

function describe(url: URL, answer: Dispatcher.ResponseData, signal: AbortSignal): RemoteFile {
  const encoding = textOf(answer.headers['content-encoding'])?.trim().toLowerCase() || 'identity'
  const createDecoder = DECODERS.get(encoding)
  if (encoding !== 'identity' && !createDecoder) throw unreachable(url, 'ERR_CONTENT_ENCODING 0')
  const length = Number(textOf(answer.headers['content-length']) ?? Number.NaN)
  const mimeType = textOf(answer.headers['content-type'])?.slice(0, 200)
  const isUnsaid = mimeType === undefined || mimeType === 'binary/octet-stream'
  return {
    filename: filenameOf(url),
    mimeType: isUnsaid ? 'application/octet-stream' : mimeType,
    announcedBytes: createDecoder || !Number.isSafeInteger(length) ? undefined : length,
    bytes: read(answer.body, { url, signal, decoder: createDecoder?.() }),
  }
}

/** Decoders of encodings that some servers use unasked. Decoded bytes count toward the size limit, which stops decompression bombs. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

async function* read(
  body: Readable,
  { url, signal, decoder }: { url: URL; signal: AbortSignal; decoder: Transform | undefined },
): AsyncGenerator<Buffer> {
  // An error of the body or the decoder is thrown by the loop below.
  const source: Readable = decoder ? pipeline(body, decoder, () => {}) : body
  try {
    yield* source
  } catch (cause) {
    throw unreachable(url, signal.aborted ? 'ERR_TIMEOUT 0' : 'ERR_READ_FAIL 0', cause)
  }
}

function filenameOf(url: URL): string | undefined {
  const segment = url.pathname.slice(url.pathname.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(segment).slice(0, 255) || undefined
  } catch {
    return segment.slice(0, 255)
  }
}

function reasonOf(error: unknown, signal: AbortSignal): Reason {
  if (signal.aborted) return 'ERR_TIMEOUT 0'
  if (errorCode(error) === 'ENOTFOUND') return 'ERR_DNS_FAIL 0'
  const isHttp = /^(HTTPParserError|ResponseExceeded|HeadersTimeout|SocketError)/.test(
    nameOf(error),
  )
  return isHttp ? 'ERR_READ_FAIL 0' : 'ERR_CONNECT_FAIL 0'
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

function unreachable(url: URL, reason: Reason, cause?: unknown): MediaError {
  return new MediaError('SOURCE_UNREACHABLE', {
    message: `Error in loading ${printableUrl(url)} - ${reason}`,
    details: { reason },
    cause,
  })
}

function refused(message: string): MediaError {
  return new MediaError('SOURCE_REFUSED', { message })
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}
