/** The outbox lane that notifies targets about derivatives of `eager_async`. @module */

import type { OutboxEvent } from '../catalog/outbox-event.js'
import type { Lane } from '../jobs/lane.js'
import type { Services } from '../services.js'
import { notificationEvents } from './notification-events.js'

/** Returns the `eager` list of an event's asset, as in the answer to an upload. */
export type PresentEager = (event: OutboxEvent) => readonly unknown[]

/** Returns the lane of the topic `eager`. An attempt enqueues one notification for each target of the batch. */
export function eagerLane(services: Services, present: PresentEager): Lane {
  return {
    topics: ['eager'],
    concurrency: 1,
    delaysSeconds: [5, 60, 600],
    attempt: async (event) => {
      const { batchId, keyId, urls } = event.payload
      const body = { eager: present(event), batch_id: batchId, api_key: keyId }
      const followUps = notificationEvents(services, {
        type: 'eager',
        keyId: String(keyId),
        urls: (urls ?? []) as readonly string[],
        body,
      })
      return { outcome: 'finished', followUps }
    },
  }
}
