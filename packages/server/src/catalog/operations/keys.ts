/** Keys created by `countersign keys`, and the audit records of their changes. @module */

import { createHash } from 'node:crypto'
import type { Scope } from '@countersign/protocol/params'
import type { Key } from '../key.js'
import { all, first, type Operation, type Queries, run } from '../operation.js'

/** Returns the keys of all clouds, oldest first. */
export function* listKeys(queries: Queries): Operation<readonly Key[]> {
  const rows = yield* all(
    queries.selectFrom('keys').selectAll().orderBy('created_at').orderBy('key_id'),
  )
  return rows.map((row) => ({
    cloud: row.cloud,
    id: row.key_id,
    secret: row.secret,
    scopes: row.scopes.split('+') as Scope[],
    ...(row.preset === null ? {} : { preset: row.preset }),
    state: row.state as Key['state'],
  }))
}

/** Creates a key. Unique indexes reject an id or secret that is already used. */
export function* createKey(queries: Queries, key: Key & { now: number }): Operation<void> {
  yield* run(
    queries.insertInto('keys').values({
      key_id: key.id,
      cloud: key.cloud,
      secret: key.secret,
      scopes: key.scopes.join('+'),
      preset: key.preset ?? null,
      state: key.state,
      created_at: key.now,
    }),
  )
  yield* recordAudit(queries, {
    cloud: key.cloud,
    at: key.now,
    action: 'key created',
    subject: key.id,
  })
}

/** Sets a key's state. Returns false if there is no such key. */
export function* writeKeyState(
  queries: Queries,
  query: { keyId: string; state: Key['state']; now: number },
): Operation<boolean> {
  const { keyId, state, now } = query
  const key = yield* first(
    queries.updateTable('keys').set({ state }).where('key_id', '=', keyId).returning('cloud'),
  )
  if (!key) return false
  yield* recordAudit(queries, { cloud: key.cloud, at: now, action: `key ${state}`, subject: keyId })
  return true
}

/**
 * Writes an audit record of a key change or of an operator's action. The same change in the same millisecond is one record. The id is a
 * digest, because an operation must do the same when it runs again.
 */
export function* recordAudit(
  queries: Queries,
  entry: { cloud: string; at: number; action: string; subject: string },
): Operation<void> {
  const text = [entry.cloud, entry.at, entry.action, entry.subject].join('\n')
  const audit_id = createHash('sha256').update(text).digest('hex').slice(0, 32)
  const row = { audit_id, ...entry }
  yield* run(
    queries
      .insertInto('audit')
      .values(row)
      .onConflict((same) => same.doNothing()),
  )
}
