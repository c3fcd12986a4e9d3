/** Telling what `eager_async` made: one event of a batch becomes one for each target. @module */

import type { OutboxEvent } from '../catalog/outbox-event.js'
import type { Lane } from '../jobs/outbox.js'
import type { Services } from '../services.js'
import { owedNotifications } from './owed-notifications.js'

/** Entries of `eager` as the answer to an upload has them. */
export type PresentEager = (event: OutboxEvent) => readonly unknown[]

/** The lane of the topic `eager`. */
export function eagerLane(services: Services, present: PresentEager): Lane {
  return {
    topics: ['eager'],
    concurrency: 1,
    delaysSeconds: [5, 60, 600],
    attempt: async (event) => {
      const { batchId, keyId, urls } = event.payload
      const body = { eager: present(event), batch_id: batchId, api_key: keyId }
      const owes = owedNotifications(services, {
        type: 'eager',
        keyId: String(keyId),
        urls: (urls ?? []) as readonly string[],
        body,
      })
      return { outcome: 'finished', owes }
    },
  }
}
