/** Sends the doctor's requests, with limits on time, size, number and destination. @module */

import { errorCode } from '@countersign/protocol/errors'

/** Response to a request, read up to {@link MAX_ANSWER_BYTES}, or the reason why there is none. */
export type Answer =
  | {
      readonly ok: true
      readonly status: number
      readonly headers: Headers
      readonly text: string
      /** Body parsed as a JSON object; `undefined` if it is not one. */
      readonly json: Readonly<Record<string, unknown>> | undefined
      /** Times of request and response on this machine, in Unix milliseconds. */
      readonly askedAt: number
      readonly answeredAt: number
    }
  | {
      readonly ok: false
      readonly reason: 'unreachable' | 'slow' | 'foreign' | 'spent'
      /** Why there is no response, as a clause. */
      readonly message: string
    }

/** A request of the doctor. */
export interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
}

/** Sends one request. Never throws and never follows a redirect. */
export type Ask = (address: URL | string, question?: Question) => Promise<Answer>

/** Default timeout of one request, in milliseconds. */
export const TIMEOUT_MS = 5000
/** Maximum bytes read of one response. */
export const MAX_ANSWER_BYTES = 262_144
/** Maximum number of requests in one run. */
export const MAX_REQUESTS = 160

/**
 * Creates the function that sends all requests of the doctor.
 *
 * @param options.origins Allowed origins besides this machine.
 */
export function createAsk(options: {
  readonly origins: readonly string[]
  /** Timeout of one request, in milliseconds. @default 5000 */
  readonly timeoutMs?: number
}): Ask {
  let left = MAX_REQUESTS
  return async (address, question = {}) => {
    const url = new URL(address)
    if (!isLoopback(url) && !options.origins.includes(url.origin)) {
      return refusal(
        'foreign',
        `${url.origin} is neither on this machine nor named on the command line`,
      )
    }
    left -= 1
    if (left < 0) return refusal('spent', `more than ${MAX_REQUESTS} requests are not made`)
    return send(url, question, options.timeoutMs ?? TIMEOUT_MS)
  }
}

/** Returns true if an address belongs to this machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    /^127(\.\d+){3}$/.test(host)
  )
}

async function send(url: URL, question: Question, timeoutMs: number): Promise<Answer> {
  const askedAt = Date.now()
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: question.method ?? 'GET',
      headers: { ...question.headers },
      body: question.body ?? null,
      redirect: 'manual',
      signal,
    })
    const answeredAt = Date.now()
    const text = await readText(response)
    const { status, headers } = response
    return { ok: true, status, headers, text, json: objectOf(text), askedAt, answeredAt }
  } catch (error) {
    if (signal.aborted) return refusal('slow', `no answer within ${timeoutMs / 1000} s`)
    return refusal('unreachable', reasonOf(error))
  }
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    parts.push(part)
    bytes += part.byteLength
    if (bytes >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(parts).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return asRecord(value)
  } catch {
    return undefined
  }
}

/** Returns a value as an object, or `undefined` if it is not an object. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}

function refusal(
  reason: Exclude<Answer, { ok: true }>['reason'],
  message: string,
): Exclude<Answer, { ok: true }> {
  return { ok: false, reason, message }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  // A host with several addresses fails with one error per address.
  const first = cause instanceof AggregateError ? cause.errors[0] : cause
  const code = errorCode(cause) ?? errorCode(first)
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no such host'
  return code ?? (error instanceof Error ? error.message : 'the connection failed')
}
