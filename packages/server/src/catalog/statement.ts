/** Queries whose SQL is compiled once. Building and compiling a query costs more than running it. @module */

import type { CompiledQuery, Selectable } from 'kysely'
import type { Compilable, Queries } from './operation.js'
import type { Tables } from './tables.js'

/** A query that is compiled with the first call. Each call gives it other values. */
export type Statement<Input, Row> = (queries: Queries, input: Input) => Compilable<Row>

/** Stands for a value of the input while a query is built. */
class Parameter {
  constructor(readonly name: PropertyKey) {}
}

const PARAMETERS: object = new Proxy({}, { get: (_, name) => new Parameter(name) })

/**
 * Creates a statement. `build` receives placeholders instead of values, and runs once per dialect: it can pass them to the query builder
 * but must not compute with them, and the query must not depend on which values are `null`.
 * @throws TypeError in a call whose input lacks a value.
 */
export function statement<Input extends object, Row>(
  build: (queries: Queries, input: Input) => Compilable<Row>,
): Statement<Input, Row> {
  const compiledFor = new WeakMap<Queries, CompiledQuery<Row>>()
  return (queries, input) => {
    let compiled = compiledFor.get(queries)
    if (!compiled) {
      compiled = build(queries, PARAMETERS as Input).compile()
      compiledFor.set(queries, compiled)
    }
    const { parameters } = compiled
    const bound = { ...compiled, parameters: parameters.map((value) => bindValue(value, input)) }
    return { compile: () => bound }
  }
}

/** Creates the statement that inserts one row with these columns. */
export function insertion<
  Table extends keyof Tables,
  Column extends keyof Selectable<Tables[Table]> & string,
>(
  table: Table,
  columns: readonly Column[],
): Statement<Pick<Selectable<Tables[Table]>, Column>, unknown> {
  return statement((queries, row) =>
    queries.insertInto(table).values(pickColumns(row, columns) as never),
  )
}

/** Returns the members of a row that are columns of a statement. */
export function pickColumns<Row extends object, Column extends keyof Row & string>(
  row: Row,
  columns: readonly Column[],
): Pick<Row, Column> {
  return Object.fromEntries(columns.map((name) => [name, row[name]])) as Pick<Row, Column>
}

function bindValue(value: unknown, input: object): unknown {
  if (!(value instanceof Parameter)) return value
  const given = (input as Record<PropertyKey, unknown>)[value.name]
  if (given === undefined) throw new TypeError(`the query needs ${String(value.name)}`)
  return given
}
