/** Sends one notification to one receiver. Signs every attempt anew, limits its time and answer size, and follows no redirect. @module */

import type { Readable } from 'node:stream'
import { errorCode } from '@countersign/protocol/errors'
import { signNotification, signWebhook } from '@countersign/protocol/signature'
import type { Dialler } from '../remote/dialler.js'

/** One attempt to send a notification. */
export interface NotificationAttempt {
  /** Address of the receiver. */
  readonly url: string
  /** True if the operator configured the URL. A trusted URL may have a private address. */
  readonly isTrusted: boolean
  /** Id of the event, 32 hex digits. All attempts send the same id. */
  readonly eventId: string
  /** JSON text that is sent and signed. */
  readonly body: string
  /** Time of this attempt in Unix seconds. */
  readonly nowSeconds: number
  /** `COUNTERSIGN_WEBHOOK_SECRET`. Without it (`null`), no Standard Webhooks signature is sent. */
  readonly webhookSecret: string | null
  /** Secret of a key with the scope `webhook`. Without it, the protocol's own signature headers are not sent. */
  readonly keySecret: string | undefined
  /** Maximum bytes of the answer to read. The rest is discarded. */
  readonly maxAnswerBytes: number
  /** Timeout of the whole attempt, in seconds. */
  readonly timeoutSeconds: number
}

/** Outcome of an attempt. `body` is the read part of the answer. `failure` is a reason for the log, without secrets. */
export type NotificationOutcome =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly status: number | null; readonly failure: string }

/** Sends one notification. Succeeds for a 2xx answer. Never rejects. */
export async function sendNotification(
  dialler: Dialler,
  attempt: NotificationAttempt,
): Promise<NotificationOutcome> {
  const signal = AbortSignal.timeout(attempt.timeoutSeconds * 1000)
  const url = new URL(attempt.url)
  const client = await dialler.open(url, { isTrusted: attempt.isTrusted })
  try {
    const response = await client.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: headersOf(attempt, url),
      body: attempt.body,
      reset: true,
      signal,
    })
    // Closing the connection before the end of the answer emits an error, which must not end the process.
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

// Only URLs that the operator configured can contain a name and a password.
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
  const name = error instanceof Error ? error.name : 'Error'
  if (name === 'AddressRefused') return 'its host has no public address'
  return errorCode(error) ?? name
}
