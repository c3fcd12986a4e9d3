import { describe, expect, it } from 'vitest'
import { sqliteQueries } from './operation.js'
import { insertion, statement } from './statement.js'

describe('a statement', () => {
  it('is built once for each dialect, and gives each call its own values', () => {
    let builds = 0
    const select = statement((queries, query: { cloud: string; name: string }) => {
      builds++
      return queries
        .selectFrom('presets')
        .selectAll()
        .where('cloud', '=', query.cloud)
        .where('is_unsigned', '=', 1)
        .where('name', '=', query.name)
    })
    const queries = sqliteQueries()
    const one = select(queries, { cloud: 'a', name: 'x' }).compile()
    const other = select(queries, { cloud: 'b', name: 'y' }).compile()
    expect([one.parameters, other.parameters]).toEqual([
      ['a', 1, 'x'],
      ['b', 1, 'y'],
    ])
    expect(other.sql).toBe(one.sql)
    expect(builds).toBe(1)
    select(sqliteQueries(), { cloud: 'a', name: 'x' }).compile()
    expect(builds).toBe(2)
  })

  it('inserts null, and refuses a row that lacks a column', () => {
    const insert = insertion('allowances', ['cloud', 'name', 'full_at'])
    const queries = sqliteQueries()
    const row = { cloud: 'a', name: 'x', full_at: null as never }
    expect(insert(queries, row).compile()).toMatchObject({
      sql: 'insert into "allowances" ("cloud", "name", "full_at") values (?, ?, ?)',
      parameters: ['a', 'x', null],
    })
    const lacking = { cloud: 'a', name: 'x' } as typeof row
    expect(() => insert(queries, lacking)).toThrow(TypeError('the query needs full_at'))
  })
})
