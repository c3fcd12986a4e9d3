/**
 * Catalog operations as generators that yield compiled queries and receive rows. The same operation can run on a synchronous driver
 * (SQLite's worker) and on an asynchronous one.
 * @module
 */

import { type CompiledQuery, DummyDriver, Kysely, SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import type { Tables } from './tables.js'

/** The steps of a transaction: yields compiled queries, receives their rows, and returns the result. */
export type Operation<Result> = Generator<CompiledQuery, Result, readonly unknown[]>

/** Query builder that compiles queries and never connects to a database. */
export type Queries = Kysely<Tables>

interface Compilable<Row> {
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
  return (yield query.compile()) as readonly Row[]
}

/** Runs a query and returns its first row. */
export function* first<Row>(query: Compilable<Row>): Operation<Row | undefined> {
  return (yield* all(query))[0]
}

/** Runs a query without returning rows. */
export function* run(query: Compilable<unknown>): Operation<void> {
  yield query.compile()
}
