/** Reads the file behind an address that a client named: public hosts only, redirects checked like the address, bounded in time. @module */

import { STATUS_CODES } from 'node:http'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { MediaError } from '@countersign/protocol/errors'
import type { Client, Dispatcher } from 'undici'
import type { Dialler } from './dialler.js'
import { parseRemoteUrl, printableUrl } from './remote-url.js'

/** A file while it arrives. */
export interface RemoteFile {
  /** Last segment of the address's path; `undefined` where it has none. */
  readonly filename: string | undefined
  /** Of the answer; `application/octet-stream` where it says nothing. */
  readonly mimeType: string
  /** Bytes that the answer announces; `undefined` where it does not. */
  readonly announcedBytes: number | undefined
  /** The bytes, decoded. Rejects with MediaError SOURCE_UNREACHABLE. */
  readonly bytes: AsyncIterable<Buffer>
}

/** How long and how far. */
export interface RemoteLimits {
  /** Redirects that are followed. */
  readonly maxRedirects: number
  /** From the first name looked up to the last byte, in milliseconds. */
  readonly totalTimeoutMs: number
}

/** Reads one remote file; the connection is gone when it resolves. */
export type ReadRemote = <Result>(
  address: string,
  use: (file: RemoteFile) => Promise<Result>,
) => Promise<Result>

/** What an address answers that is no success, in the protocol's words. */
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
 * Bind a reader to a dialler. It sends no cookie and no credential, and asks for the file as it is.
 *
 * @returns Rejects with MediaError SOURCE_REFUSED for an address that is no http or https one, SOURCE_UNREACHABLE
 *   `Error in loading <address> - <reason>`, and whatever `use` rejects with.
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
        const client = dialler.open(at)
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
    // Whoever stops reading destroys it; that is no crash.
    answer.body.on('error', () => {})
    return answer
  } catch (cause) {
    throw unreachable(from, reasonOf(cause, signal), cause)
  }
}

const HEADERS = { 'user-agent': 'Countersign', accept: '*/*', 'accept-encoding': 'identity' }

/** Where an answer sends us: `undefined` nowhere, `null` where we do not go. */
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

/** Encodings that some servers use although none was asked for. What comes out is counted like any bytes, so a bomb ends at the limit. */
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
  // The error of either reaches the loop below.
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
  const { code, name } = Object(error)
  if (code === 'ENOTFOUND') return 'ERR_DNS_FAIL 0'
  const isHttp = /^(HTTPParserError|ResponseExceeded|HeadersTimeout|SocketError)/.test(String(name))
  return isHttp ? 'ERR_READ_FAIL 0' : 'ERR_CONNECT_FAIL 0'
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
