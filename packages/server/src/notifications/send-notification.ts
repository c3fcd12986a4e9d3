/** One attempt to tell one receiver: signed freshly, capped in time and size, never following a redirect. @module */

import type { Readable } from 'node:stream'
import { signNotification, signWebhook } from '@countersign/protocol/signature'
import type { Dialler } from '../remote/dialler.js'

/** One attempt. */
export interface NotificationAttempt {
  readonly url: string
  /** Whether the operator named it: then it may be private. */
  readonly isTrusted: boolean
  /** The same on every attempt; 32 hex. */
  readonly eventId: string
  /** The exact text that is sent and signed. */
  readonly body: string
  /** Unix seconds of this attempt. */
  readonly nowSeconds: number
  /** `COUNTERSIGN_WEBHOOK_SECRET`; `null`: no Standard Webhooks signature. */
  readonly webhookSecret: string | null
  /** Secret of a key of scope `webhook`, for the protocol's own headers; without one there are none. */
  readonly keySecret: string | undefined
  /** Bytes of the answer that are read; the rest is nobody's. */
  readonly maxAnswerBytes: number
  /** For the whole attempt, in seconds. */
  readonly timeoutSeconds: number
}

/** What the receiver did. `failure` is for the log and never holds a secret. */
export type NotificationOutcome =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly status: number | null; readonly failure: string }

/** Send one notification. Never rejects. */
export async function sendNotification(
  dialler: Dialler,
  attempt: NotificationAttempt,
): Promise<NotificationOutcome> {
  const signal = AbortSignal.timeout(attempt.timeoutSeconds * 1000)
  const url = new URL(attempt.url)
  const client = dialler.open(url, { isTrusted: attempt.isTrusted })
  try {
    const response = await client.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: headersOf(attempt, url),
      body: attempt.body,
      reset: true,
      signal,
    })
    // The rest of an answer is dropped with its connection; that is no crash.
    response.body.on('error', () => {})
    const { statusCode: status } = response
    const isSuccess = status >= 200 && status < 300
    if (!isSuccess) return { ok: false, status, failure: `answered ${status}` }
    return { ok: true, status, body: await readCapped(response.body, attempt.maxAnswerBytes) }
  } catch (error) {
    return { ok: false, status: null, failure: reasonOf(error, signal) }
  } finally {
    await client.destroy()
  }
}

function headersOf(attempt: NotificationAttempt, url: URL): Record<string, string> {
  const { eventId, body, nowSeconds, webhookSecret, keySecret } = attempt
  return {
    'content-type': 'application/json',
    'user-agent': 'Countersign',
    ...authorizationOf(url),
    'webhook-id': eventId,
    'webhook-timestamp': String(nowSeconds),
    ...(webhookSecret === null
      ? {}
      : {
          'webhook-signature': signWebhook({
            id: eventId,
            timestamp: nowSeconds,
            body,
            secret: webhookSecret,
          }),
        }),
    ...(keySecret === undefined
      ? {}
      : {
          'x-cld-timestamp': String(nowSeconds),
          'x-cld-signature': signNotification({ body, timestamp: nowSeconds, secret: keySecret }),
        }),
  }
}

// Only an operator's own address may hold a name and a password.
function authorizationOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

async function readCapped(body: Readable, maxBytes: number): Promise<string> {
  if (maxBytes === 0) return ''
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8')
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'did not answer in time'
  const { name, code } = Object(error)
  if (name === 'AddressRefused') return 'its host has no public address'
  return String(code ?? name)
}
