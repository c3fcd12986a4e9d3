/** Telling the app of uploads, as the outbox does it. @module */

import type { ServerConfig } from '../config.js'
import type { Lane } from '../jobs/outbox.js'
import type { Services } from '../services.js'
import { completeUpload } from './complete-upload.js'
import type { PresentAsset } from './notification-body.js'
import { notificationDelays } from './notification-lane.js'

/** Seconds between the first attempts: somebody waits. They count as the first two of any notification (threat model, D5). */
const QUICK_SECONDS: readonly number[] = [1, 3, 10, 30]

/** Uploads that the app is told of at once. */
const CONCURRENCY = 5

/** The lane of the topic `completion`; `delaysSeconds` is shortened by tests. */
export function completionLane(
  services: Services,
  options: { readonly present: PresentAsset; readonly delaysSeconds?: readonly number[] },
): Lane {
  return {
    topics: ['completion'],
    concurrency: CONCURRENCY,
    delaysSeconds: options.delaysSeconds ?? completionDelays(services.config),
    attempt: (event) => completeUpload(services, event, options.present),
  }
}

function completionDelays({
  maxNotificationAttempts,
}: Pick<ServerConfig, 'maxNotificationAttempts'>): readonly number[] {
  if (maxNotificationAttempts === 1) return []
  return [...QUICK_SECONDS, ...notificationDelays(maxNotificationAttempts).slice(1)]
}
