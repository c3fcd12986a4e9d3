/** Keys created by `countersign keys`, and the audit records of their changes. @module */

import { randomBytes } from 'node:crypto'

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
  const key = yield* first(
    queries.selectFrom('keys').select('cloud').where('key_id', '=', query.keyId),
  )
  if (!key) return false
  const { keyId, state, now } = query
  yield* run(queries.updateTable('keys').set({ state }).where('key_id', '=', keyId))
  yield* recordAudit(queries, { cloud: key.cloud, at: now, action: `key ${state}`, subject: keyId })
  return true
}

/** Writes an audit record of a key change or of an operator's action. */
export function* recordAudit(
  queries: Queries,
  entry: { cloud: string; at: number; action: string; subject: string },
): Operation<void> {
  const audit_id = randomBytes(16).toString('hex')
  yield* run(queries.insertInto('audit').values({ audit_id, ...entry }))
}
