/** Migrates a SQLite database to the newest schema, and refuses a schema that is newer than this program. @module */

import { MIGRATIONS } from './migrations/index.js'
import { type Operation, type Queries, sqliteQueries } from './operation.js'
import type { SqliteConnection } from './sqlite/sqlite-connection.js'

/**
 * Runs all outstanding migrations in one transaction.
 * @throws Error when a newer version of the program wrote the database.
 */
export function migrateSqlite(connection: SqliteConnection): void {
  // Another process that opens the database at the same time waits here, and then finds no outstanding migration.
  connection.execute('begin immediate')
  try {
    migrate(connection)
    connection.execute('commit')
  } catch (error) {
    if (connection.isInTransaction()) connection.execute('rollback')
    throw error
  }
}

function migrate(connection: SqliteConnection): void {
  connection.execute(
    'create table if not exists migrations (id text primary key, at bigint not null)',
  )
  const queries = sqliteQueries()
  const done = new Set(connection.run(listMigrations(queries)))
  const known = new Set(MIGRATIONS.map((migration) => migration.id))
  const unknown = [...done].find((id) => !known.has(id))
  if (unknown) {
    throw new Error(`the catalog was written by a newer version (it has the step ${unknown})`)
  }
  for (const migration of MIGRATIONS) {
    if (done.has(migration.id)) continue
    for (const statement of migration.statements) connection.execute(statement)
    if (migration.fill) connection.run(migration.fill(queries))
    connection.execute(`insert into migrations (id, at) values ('${migration.id}', ${Date.now()})`)
  }
}

/**
 * Checks that the schema is the one of this program. A newer program may have migrated the database while this one runs.
 * @throws Error when the schema differs.
 */
export function* assertCurrent(queries: Queries): Operation<void> {
  const done = yield* listMigrations(queries)
  const known = MIGRATIONS.map((migration) => migration.id)
  const isSame = done.length === known.length && known.every((id) => done.includes(id))
  if (!isSame) throw new Error('the catalog was migrated by another version')
}

function* listMigrations(queries: Queries): Operation<readonly string[]> {
  const table = 'migrations' as never
  const query = queries.selectFrom(table).select('id' as never)
  return ((yield query.compile()).rows as { id: string }[]).map((row) => row.id)
}
