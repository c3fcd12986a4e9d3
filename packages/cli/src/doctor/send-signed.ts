/** Signed requests of the doctor to the media server: none stores, changes or deletes anything. @module */

import { apiSignRequest } from '@countersign/protocol/signature'
import type { AppKey } from './app-settings.js'
import { type Answer, asRecord } from './ask.js'
import type { Subject } from './subject.js'

/** Sign as the app does, and ask. The subject must have a server and a cloud. */
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

/** The protocol's error text of an answer, empty where it has none. */
export function messageOf(answer: Answer): string {
  const message = answer.ok ? asRecord(answer.json?.error)?.message : undefined
  return typeof message === 'string' ? message : ''
}
