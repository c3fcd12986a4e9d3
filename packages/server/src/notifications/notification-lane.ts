/** Telling the targets of notifications, as the outbox does it. @module */

import type { OutboxEvent } from '../catalog/outbox-event.js'
import type { Attempt, Lane } from '../jobs/outbox.js'
import type { Services } from '../services.js'
import { notificationBody, type PresentAsset } from './notification-body.js'
import { notificationMembers } from './notification-members.js'
import { sendNotification } from './send-notification.js'
import { webhookKey } from './webhook-key.js'

/** Seconds until the next attempt: ten attempts over 75 hours (threat model, D5). */
const DELAYS_SECONDS: readonly number[] = [
  5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
]
const DAY_SECONDS = 86_400

/** Notifications under way at once, all together and to one target. */
const CONCURRENCY = { all: 32, perTarget: 5 } as const
/** Share by which a delay varies, so that what failed together does not come again together. */
const JITTER = 0.1

/** Seconds between so many attempts; beyond the tenth, a day each. */
export function notificationDelays(maxAttempts: number): readonly number[] {
  return Array.from({ length: maxAttempts - 1 }, (_, at) => DELAYS_SECONDS[at] ?? DAY_SECONDS)
}

/** The lane of the topic `notification`; `delaysSeconds` is shortened by tests. */
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

async function notifyTarget(
  services: Services,
  event: OutboxEvent,
  present: PresentAsset,
): Promise<Attempt> {
  const { config, dialler } = services
  const { target: url = '' } = event
  const key = webhookKey(services, event.cloud)
  if (config.webhookSecret === null && !key) {
    return { outcome: 'again', failure: 'nothing signs: see COUNTERSIGN_WEBHOOK_SECRET' }
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
    // Whoever took it has taken it, whatever it says.
    maxAnswerBytes: 0,
    timeoutSeconds: config.notificationTimeoutSeconds,
  })
  if (answer.ok) return { outcome: 'finished' }
  // Gone: the receiver asks not to be told again.
  if (answer.status === 410) return { outcome: 'never', failure: answer.failure }
  return { outcome: 'again', failure: answer.failure }
}
