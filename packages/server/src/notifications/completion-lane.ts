/** The outbox lane that sends completions to the app. @module */

import type { ServerConfig } from '../config.js'
import type { Lane } from '../jobs/lane.js'
import type { Services } from '../services.js'
import { completeUpload } from './complete-upload.js'
import type { PresentAsset } from './notification-body.js'
import { notificationDelays } from './notification-lane.js'

/** Seconds before the first retries. They are short, because the page waits for the app's answer. */
const QUICK_SECONDS: readonly number[] = [1, 3, 10, 30]

/** Maximum completions that are sent at the same time. */
const CONCURRENCY = 5

/** Returns the lane of the topic `completion`. Tests shorten `delaysSeconds`. */
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
