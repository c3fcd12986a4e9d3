/** Sends a completion to the app and stores the app's answer. @module */

import * as v from 'valibot'
import type { OutboxEvent } from '../catalog/outbox-event.js'
import type { Attempt } from '../jobs/lane.js'
import { LIMIT_SPECS } from '../limits.js'
import type { Services } from '../services.js'
import { completionUrlOf } from './announced-app.js'
import { notificationBody, type PresentAsset } from './notification-body.js'
import { sendNotification } from './send-notification.js'
import { webhookKey } from './webhook-key.js'

/** Maximum bytes of the app's answer outside its result. */
const AROUND_RESULT_BYTES = 4096

/**
 * Sends one completion. A 4xx answer is final, except 408 and 429. Every other failure leads to a retry.
 * @param present Returns the asset as the answer to the uploader showed it.
 */
export async function completeUpload(
  services: Services,
  event: OutboxEvent,
  present: PresentAsset,
): Promise<Attempt> {
  const { webhookSecret, maxCompletionBytes, notificationTimeoutSeconds } = services.config
  const completionUrl = completionUrlOf(services)
  if (!completionUrl || !webhookSecret) {
    return {
      outcome: 'again',
      failure: 'COUNTERSIGN_COMPLETION_URL or COUNTERSIGN_WEBHOOK_SECRET is not set',
    }
  }
  const { claims, keyId } = event.payload
  const answer = await sendNotification(services.dialler, {
    url: completionUrl,
    isTrusted: true,
    eventId: event.eventId,
    body: notificationBody(event, {
      type: 'upload',
      members: { ...present(event), ...(claims === undefined ? {} : { claims }) },
      signatureKey: keyId,
    }),
    nowSeconds: Math.floor(services.now() / 1000),
    webhookSecret,
    keySecret: webhookKey(services, event.cloud)?.secret,
    maxAnswerBytes: maxCompletionBytes + AROUND_RESULT_BYTES,
    timeoutSeconds: notificationTimeoutSeconds,
  })
  if (answer.ok) return told('done', readResult(services, event, answer.body))
  const isLastWord =
    answer.status !== null &&
    answer.status >= 400 &&
    answer.status < 500 &&
    ![408, 429].includes(answer.status)
  warnOfFailure(services, { completionUrl, event, failure: answer.failure, isLastWord })
  if (isLastWord) return told('failed', null)
  return { outcome: 'again', failure: answer.failure }
}

/** Logs the first and the last failure of a completion with advice, because the page does not show such failures. */
function warnOfFailure(
  { log }: Services,
  failed: {
    readonly completionUrl: string
    readonly event: OutboxEvent
    readonly failure: string
    readonly isLastWord: boolean
  },
): void {
  const { completionUrl, event, failure, isLastWord } = failed
  // The outbox logs the end of all attempts, so only the first failure needs a line before that.
  if (event.attempts > 1 && !isLastWord) return
  // The rest of an address may contain a secret.
  const { origin, pathname } = new URL(completionUrl)
  log.warn(
    {
      eventId: event.eventId,
      target: `${origin}${pathname}`,
      failure,
      attempt: event.attempts,
    },
    `onUploaded was not called: ${origin}${pathname} ${failureText(failure)}; ${
      isLastWord ? 'not tried again' : 'tried again later'
    }. COUNTERSIGN_COMPLETION_URL must be the address of the app’s signing route`,
  )
}

function failureText(failure: string): string {
  return failure.startsWith('answered') || failure.startsWith('did not')
    ? failure
    : `could not be reached (${failure})`
}

function told(status: 'done' | 'failed', result: string | null): Attempt {
  return { outcome: 'finished', completion: { status, result } }
}

/** An app's answer to a completion. An answer without a result, or of another type, has the result `null`. */
const answerSchema = v.fallback(v.object({ result: v.optional(v.unknown(), null) }), {
  result: null,
})

function readResult(services: Services, event: OutboxEvent, body: string): string | null {
  const { maxCompletionBytes } = services.config
  try {
    const { result } = v.parse(answerSchema, JSON.parse(body))
    const text = JSON.stringify(result)
    if (Buffer.byteLength(text) <= maxCompletionBytes) return text
    services.log.warn(
      { eventId: event.eventId },
      `the app answered more than ${maxCompletionBytes} bytes (${LIMIT_SPECS.maxCompletionBytes.variable})`,
    )
  } catch {
    services.log.warn({ eventId: event.eventId }, 'the app’s answer to an upload is not JSON')
  }
  return null
}
