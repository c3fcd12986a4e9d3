/** One attempt to tell one receiver: signed freshly, capped in time and size, never following a redirect. @module */

import { signNotification, signWebhook } from '@countersign/protocol/signature'

/** One attempt. */
export interface NotificationAttempt {
  readonly url: string
  /** The same on every attempt; 32 hex. */
  readonly eventId: string
  /** The exact text that is sent and signed. */
  readonly body: string
  /** Unix seconds of this attempt. */
  readonly nowSeconds: number
  /** `COUNTERSIGN_WEBHOOK_SECRET`. */
  readonly webhookSecret: string
  /** Secret of a key of scope `webhook`, for the protocol's own headers; without one there are none. */
  readonly keySecret: string | undefined
  /** @default 15000 */
  readonly timeoutMs?: number
}

/** What the receiver did. `failure` is for the log and never holds a secret. */
export type NotificationOutcome =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly status: number | null; readonly failure: string }

/** Bytes of an answer that are read. */
export const MAX_ANSWER_BYTES = 8192

/** Send one notification. Never rejects. */
export async function sendNotification(attempt: NotificationAttempt): Promise<NotificationOutcome> {
  const abort = AbortSignal.timeout(attempt.timeoutMs ?? 15_000)
  try {
    const response = await fetch(attempt.url, {
      method: 'POST',
      headers: headersOf(attempt),
      body: attempt.body,
      redirect: 'manual',
      signal: abort,
    })
    const body = await readCapped(response)
    if (response.ok) return { ok: true, status: response.status, body }
    return { ok: false, status: response.status, failure: `answered ${response.status}` }
  } catch (error) {
    const { name, cause } = Object(error)
    const reason = name === 'TimeoutError' ? 'did not answer in time' : (Object(cause).code ?? name)
    return { ok: false, status: null, failure: String(reason) }
  }
}

function headersOf(attempt: NotificationAttempt): Record<string, string> {
  const { eventId, body, nowSeconds, webhookSecret, keySecret } = attempt
  return {
    'content-type': 'application/json',
    'webhook-id': eventId,
    'webhook-timestamp': String(nowSeconds),
    'webhook-signature': signWebhook({
      id: eventId,
      timestamp: nowSeconds,
      body,
      secret: webhookSecret,
    }),
    ...(keySecret === undefined
      ? {}
      : {
          'x-cld-timestamp': String(nowSeconds),
          'x-cld-signature': signNotification({ body, timestamp: nowSeconds, secret: keySecret }),
        }),
  }
}

async function readCapped(response: Response): Promise<string> {
  if (!response.body) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}
