/** The outbox lane that sends notifications to their targets. @module */

import type { OutboxEvent } from '../catalog/outbox-event.js'
import type { Attempt, Lane } from '../jobs/lane.js'
import type { Services } from '../services.js'
import { notificationBody, type PresentAsset } from './notification-body.js'
import { notificationMembers } from './notification-members.js'
import { sendNotification } from './send-notification.js'
import { webhookKey } from './webhook-key.js'

/** Seconds before each retry: ten attempts over 75 hours (threat model, D5). */
const DELAYS_SECONDS: readonly number[] = [
  5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
]
const DAY_SECONDS = 86_400

/** Maximum notifications that are sent at the same time, to all targets and to one target. */
const CONCURRENCY = { all: 32, perTarget: 5 } as const
/** Share by which a delay varies at random, so that notifications that failed together are not retried together. */
const JITTER = 0.1

/** Returns the seconds before each retry for a number of attempts. From the tenth retry on, the delay is one day. */
export function notificationDelays(maxAttempts: number): readonly number[] {
  return Array.from({ length: maxAttempts - 1 }, (_, at) => DELAYS_SECONDS[at] ?? DAY_SECONDS)
}

/** Returns the lane of the topic `notification`. Tests shorten `delaysSeconds`. */
export function notificationLane(
  services: Services,
  options: { readonly present: PresentAsset; readonly delaysSeconds?: readonly number[] },
): Lane {
  return {
    topics: ['notification'],
    concurrency: CONCURRENCY.all,
    concurrencyPerTarget: CONCURRENCY.perTarget,
    delaysSeconds:
      options.delaysSeconds ?? notificationDelays(services.config.maxNotificationAttempts),
    jitter: JITTER,
    attempt: (event) => notifyTarget(services, event, options.present),
  }
}

const NOT_SIGNED =
  'COUNTERSIGN_WEBHOOK_SECRET is not set, and the cloud has no key with scope webhook'

async function notifyTarget(
  services: Services,
  event: OutboxEvent,
  present: PresentAsset,
): Promise<Attempt> {
  const { config, dialler } = services
  const { target: url = '' } = event
  const key = webhookKey(services, event.cloud)
  if (config.webhookSecret === null && !key) {
    return { outcome: 'again', failure: NOT_SIGNED }
  }
  const answer = await sendNotification(dialler, {
    url,
    isTrusted: config.notificationUrls.includes(url),
    eventId: event.eventId,
    body: notificationBody(event, {
      type: String(event.payload.type),
      members: notificationMembers(services, event, present),
      signatureKey: key?.id,
    }),
    nowSeconds: Math.floor(services.now() / 1000),
    webhookSecret: config.webhookSecret,
    keySecret: key?.secret,
    // Only the status of the answer counts.
    maxAnswerBytes: 0,
    timeoutSeconds: config.notificationTimeoutSeconds,
  })
  if (answer.ok) return { outcome: 'finished' }
  // 410 Gone means that the receiver wants no more notifications.
  if (answer.status === 410) return { outcome: 'never', failure: answer.failure }
  return { outcome: 'again', failure: answer.failure }
}
