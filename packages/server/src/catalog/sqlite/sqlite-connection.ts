/** Opens a SQLite connection with durable settings and runs operations on it. @module */

import type { CompiledQuery } from 'kysely'
import Database from 'libsql'
import type { Operation } from '../operation.js'

/** A connection that runs operations step by step. */
export interface SqliteConnection {
  execute(sql: string): void
  /** Runs an operation to its end. The caller may have started a transaction. */
  run<Result>(operation: Operation<Result>): Result
  isInTransaction(): boolean
  /** Returns the value of a pragma. */
  pragma(name: string): unknown
  close(): void
}

/**
 * Opens a SQLite database.
 * @throws Error when the database does not keep WAL and `synchronous=FULL`, because a committed row could then be lost.
 */
export function openSqlite(path: string, options: { isReader: boolean }): SqliteConnection {
  const database = new Database(path)
  const statements = new Map<string, Database.Statement>()
  database.pragma('busy_timeout = 5000')
  database.pragma('journal_mode = WAL')
  // Set after WAL: one popular binding switches to NORMAL when WAL is turned on (requirements D-03).
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  // Only the writing connection runs checkpoints.
  if (options.isReader) database.pragma('wal_autocheckpoint = 0')
  const connection: SqliteConnection = {
    execute: (sql) => void database.exec(sql),
    run: (operation) => drive(operation, (query) => rowsOf(database, statements, query)),
    isInTransaction: () => database.inTransaction,
    pragma: (name) => firstValue(database.prepare(`pragma ${name}`).raw().get()),
    close: () => void database.close(),
  }
  assertDurable(connection)
  return connection
}

function assertDurable(connection: SqliteConnection): void {
  const synchronous = connection.pragma('synchronous')
  const journal = connection.pragma('journal_mode')
  if (Number(synchronous) < 2 || journal !== 'wal') {
    throw new Error(
      `the catalog needs journal_mode=wal and synchronous=FULL, this database has ${journal} and ${synchronous}`,
    )
  }
}

function drive<Result>(
  operation: Operation<Result>,
  rows: (query: CompiledQuery) => readonly unknown[],
): Result {
  let step = operation.next()
  while (!step.done) step = operation.next(rows(step.value))
  return step.value
}

function rowsOf(
  database: Database.Database,
  statements: Map<string, Database.Statement>,
  query: CompiledQuery,
): readonly unknown[] {
  let statement = statements.get(query.sql)
  if (!statement) {
    statement = database.prepare(query.sql)
    statements.set(query.sql, statement)
  }
  if (query.query.kind === 'SelectQueryNode') return statement.all(...query.parameters)
  statement.run(...query.parameters)
  return []
}

/** Returns the first value of a row in raw form, which is an array. */
function firstValue(row: unknown): unknown {
  return Array.isArray(row) ? row[0] : undefined
}
