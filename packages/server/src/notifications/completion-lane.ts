/** Telling the app of uploads, as the outbox does it. @module */

import type { Lane } from '../jobs/outbox.js'
import type { Services } from '../services.js'
import { completeUpload } from './complete-upload.js'
import type { PresentAsset } from './notification-body.js'

/** Seconds until the next attempt: quick first, since somebody waits, then as any notification (threat model, D5). */
export const ATTEMPT_DELAYS_SECONDS: readonly number[] = [
  1, 3, 10, 30, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
]

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
    delaysSeconds: options.delaysSeconds ?? ATTEMPT_DELAYS_SECONDS,
    attempt: (event) => completeUpload(services, event, options.present),
  }
}
