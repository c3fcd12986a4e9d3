/** Notifications as the media server sends them. All suites use them. @module */

import { signNotification, signWebhook } from '@countersign/protocol/signature'
import { NOW_SECONDS } from './demo-handler.js'

/** Notification secret of every suite. */
export const WEBHOOK_SECRET = 'webhook-secret-of-at-least-20-chars'

/** A stored asset with its wire names, as in the response to an upload. */
export const STORED: Readonly<Record<string, unknown>> = {
  notification_type: 'upload',
  notification_id: '3f2a',
  asset_id: '3515c6000a548515f1134043f9785c2f',
  public_id: 'users/alice/cat',
  version: 1_719_307_544,
  width: 640,
  height: 480,
  format: 'jpg',
  resource_type: 'image',
  type: 'upload',
  bytes: 12_345,
  tags: ['pet'],
  context: { custom: { alt_text: 'A cat' } },
  created_at: '2024-06-25T09:25:44Z',
  secure_url: 'https://media.example/demo/image/upload/v1719307544/users/alice/cat.jpg',
  signature: 'd0b1009e3271a942836c25756ce3e04d205bf754',
  api_key: '123456789012345',
  nonce: '00112233445566778899aabbccddeeff',
}

/** Parts of a notification that a test replaces. */
export interface NotifyOptions {
  readonly body?: Readonly<Record<string, unknown>> | string
  readonly id?: string
  /** Seconds that the sender's clock is ahead. */
  readonly aheadSeconds?: number
  readonly secret?: string
  /** Body that is sent instead of the signed body. */
  readonly tampered?: string
}

/** Creates the headers and body of a notification signed by Standard Webhooks. */
export function notification(options: NotifyOptions = {}): {
  headers: Record<string, string>
  body: string
} {
  const body = bodyOf(options)
  const id = options.id ?? 'msg_1'
  const timestamp = NOW_SECONDS + (options.aheadSeconds ?? 0)
  const secret = options.secret ?? WEBHOOK_SECRET
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signWebhook({ id, timestamp, body, secret }),
  }
  return { headers, body: options.tampered ?? body }
}

/** Creates the headers and body of a notification signed like the hosted service does. */
export function hostedNotification(options: NotifyOptions & { readonly secret: string }): {
  headers: Record<string, string>
  body: string
} {
  const body = bodyOf(options)
  const timestamp = NOW_SECONDS + (options.aheadSeconds ?? 0)
  const headers = {
    'content-type': 'application/json',
    'x-cld-timestamp': String(timestamp),
    'x-cld-signature': signNotification({ body, timestamp, secret: options.secret }),
  }
  return { headers, body: options.tampered ?? body }
}

/** Creates the request of a notification, without an origin and a user. */
export function notifyRequest(sent: { headers: Record<string, string>; body: string }): Request {
  return new Request('http://localhost/api/sign-cloudinary-params', { method: 'POST', ...sent })
}

function bodyOf({ body = STORED }: NotifyOptions): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
