/**
 * How a catalog operation is written once and run by two kinds of driver: it yields compiled queries and receives rows. SQLite's worker
 * drives it without waiting, Postgres will drive it with `await`.
 * @module
 */

import { type CompiledQuery, DummyDriver, Kysely, SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import type { Tables } from './tables.js'

/** A step-by-step transaction: yields queries, is handed their rows, returns its result. */
export type Operation<Result> = Generator<CompiledQuery, Result, readonly unknown[]>

/** The query builder; it compiles and never connects. */
export type Queries = Kysely<Tables>

interface Compilable<Row> {
  compile(): CompiledQuery<Row>
}

/** A builder for SQLite's dialect. */
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

/** Run a query and receive its rows. */
export function* all<Row>(query: Compilable<Row>): Operation<readonly Row[]> {
  return (yield query.compile()) as readonly Row[]
}

/** Run a query and receive its first row. */
export function* first<Row>(query: Compilable<Row>): Operation<Row | undefined> {
  return (yield* all(query))[0]
}

/** Run a query for its effect. */
export function* run(query: Compilable<unknown>): Operation<void> {
  yield query.compile()
}
