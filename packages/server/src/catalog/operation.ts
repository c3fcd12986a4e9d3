/**
 * Catalog operations as generators that yield compiled queries and receive results. The same operation can run on a synchronous driver
 * (SQLite's worker) and on an asynchronous one.
 * @module
 */

import { type CompiledQuery, DummyDriver, Kysely, SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import type { Tables } from './tables.js'

/** Result of one query. */
export interface StepResult {
  /** Rows of a `select` or of a `returning` clause. */
  readonly rows: readonly unknown[]
  /** Number of rows that were inserted, updated or deleted. */
  readonly changes: number
}

/** The steps of a transaction: yields compiled queries, receives their results, and returns its own. */
export type Operation<Result> = Generator<CompiledQuery, Result, StepResult>

/** Query builder that compiles queries and never connects to a database. */
export type Queries = Kysely<Tables>

/** A query that can be compiled. */
export interface Compilable<Row> {
  compile(): CompiledQuery<Row>
}

/** Creates a query builder for SQLite's dialect. */
export function sqliteQueries(): Queries {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: () => {
        throw new TypeError('the catalog does not introspect')
      },
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

/** Runs a query and returns its rows. */
export function* all<Row>(query: Compilable<Row>): Operation<readonly Row[]> {
  return (yield query.compile()).rows as readonly Row[]
}

/** Runs a query and returns its first row. */
export function* first<Row>(query: Compilable<Row>): Operation<Row | undefined> {
  return (yield* all(query))[0]
}

/** Runs a query that writes, and returns the number of rows that it has changed. */
export function* run(query: Compilable<unknown>): Operation<number> {
  return (yield query.compile()).changes
}
