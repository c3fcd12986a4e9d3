/** Keys made by `countersign keys`. @module */

import type { Scope } from '@countersign/protocol/params'
import type { Key } from '../catalog.js'
import { all, type Operation, type Queries, run } from '../operation.js'

/** Every key of every cloud, oldest first. */
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

/** Add a key; the unique indexes refuse an id or a secret that is taken. */
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
}
