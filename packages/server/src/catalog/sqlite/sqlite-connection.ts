/** Opens a SQLite connection with durable settings and runs operations on it. @module */

import type { CompiledQuery } from 'kysely'
import Database from 'libsql'
import type { Operation, StepResult } from '../operation.js'

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
  const statements = new Map<string, Prepared>()
  database.pragma('busy_timeout = 5000')
  database.pragma('journal_mode = WAL')
  // Set after WAL: one popular binding switches to NORMAL when WAL is turned on (requirements D-03).
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  // Only the writing connection runs checkpoints.
  if (options.isReader) database.pragma('wal_autocheckpoint = 0')
  const connection: SqliteConnection = {
    execute: (sql) => void database.exec(sql),
    run: (operation) => drive(operation, (query) => execute(database, statements, query)),
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
  resultOf: (query: CompiledQuery) => StepResult,
): Result {
  let step = operation.next(NO_RESULT)
  while (!step.done) step = operation.next(resultOf(step.value))
  return step.value
}

/** Passed to the start of an operation, which receives nothing. */
const NO_RESULT: StepResult = { rows: [], changes: 0 }

interface Prepared {
  readonly statement: Database.Statement
  /** True if the statement returns rows. */
  readonly isReader: boolean
}

function execute(
  database: Database.Database,
  statements: Map<string, Prepared>,
  { sql, parameters, query }: CompiledQuery,
): StepResult {
  let prepared = statements.get(sql)
  if (!prepared) {
    const statement = database.prepare(sql)
    prepared = { statement, isReader: statement.reader }
    statements.set(sql, prepared)
  }
  const { statement, isReader } = prepared
  if (!isReader) return { rows: [], changes: statement.run(...parameters).changes }
  const rows = statement.all(...parameters)
  return { rows, changes: query.kind === 'SelectQueryNode' ? 0 : rows.length }
}

/** Returns the first value of a row in raw form, which is an array. */
function firstValue(row: unknown): unknown {
  return Array.isArray(row) ? row[0] : undefined
}
