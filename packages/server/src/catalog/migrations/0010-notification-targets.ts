/** Gives each notification target its own events, so that a slow target does not delay the others. @module */

import type { Migration } from './index.js'

/** Adds the target to events, and an index for listing dead events. */
export const notificationTargets: Migration = {
  id: '0010-notification-targets',
  statements: [
    'alter table outbox add column target text',
    'create index outbox_by_dead on outbox (dead_at) where dead_at is not null',
  ],
}
