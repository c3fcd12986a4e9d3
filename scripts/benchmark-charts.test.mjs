import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { benchmarkTableProblems, chartFiles } from './benchmark-charts.mjs'
import { ROOT } from './repository.mjs'

it('finds the charts and the table of docs/benchmarks.md up to date with bench/results', () => {
  for (const [path, text] of chartFiles()) {
    expect(readFileSync(join(ROOT, path), 'utf8'), path).toBe(text)
  }
  expect(benchmarkTableProblems({ writes: false })).toEqual([])
})
