/**
 * Sends signed requests of the doctor to the media server. None of them stores, changes or deletes
 * anything. @module
 */

import { apiSignRequest } from '@countersign/protocol/signature'
import type { AppKey } from './app-settings.js'
import { type Answer, asRecord } from './ask.js'
import type { Subject } from './subject.js'

/** Signs and sends a request as the app does. The subject must have a server and a cloud. */
export async function sendSigned(
  { ask, serverUrl, cloud, now }: Subject,
  request: {
    readonly key: AppKey
    readonly action: 'upload' | 'destroy'
    readonly params: Readonly<Record<string, string>>
  },
): Promise<Answer> {
  const { key, action } = request
  const params = { ...request.params, timestamp: String(Math.floor(now() / 1000)) }
  const signature = apiSignRequest(params, key.secret, { algorithm: 'sha256' })
  const path = `/v1_1/${encodeURIComponent(cloud ?? '')}/image/${action}`
  return ask(new URL(path, serverUrl), {
    method: 'POST',
    body: new URLSearchParams({ ...params, api_key: key.id, signature }),
  })
}

/** Returns the protocol's error text in an answer, or `''`. */
export function messageOf(answer: Answer): string {
  const message = answer.ok ? asRecord(answer.json?.error)?.message : undefined
  return typeof message === 'string' ? message : ''
}
