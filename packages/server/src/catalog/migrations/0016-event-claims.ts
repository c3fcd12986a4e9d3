/** Lets one worker claim an event for a time, so that two processes never run the same event at once. @module */

import type { Migration } from './index.js'

/** Adds the claim to events, and indexes for due events by topic and for claims by lease. Existing events are unclaimed. */
export const eventClaims: Migration = {
  id: '0016-event-claims',
  statements: [
    'alter table outbox add column claimed_by text',
    'alter table outbox add column claim_id text',
    'alter table outbox add column lease_until bigint',
    'drop index outbox_by_due',
    // The target is part of the index, so that events of busy targets are skipped without reading their rows.
    `create index outbox_by_topic on outbox (topic, due_at, target)
      where done_at is null and dead_at is null and claimed_by is null`,
    'create index outbox_by_lease on outbox (lease_until) where claimed_by is not null',
  ],
}
