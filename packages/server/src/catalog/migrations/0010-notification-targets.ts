/** Whom an event tells: each target has rows of its own, so that none waits for another. @module */

import type { Migration } from './index.js'

/** A column that tells targets apart, and an index by which the dead are listed. */
export const notificationTargets: Migration = {
  id: '0010-notification-targets',
  statements: [
    'alter table outbox add column target text',
    'create index outbox_by_dead on outbox (dead_at) where dead_at is not null',
  ],
}
