import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { browsersTableProblems } from '../scripts/browsers-table.mjs'
import { LACKS } from './browsers/engine.js'

const PAGE = readFileSync(new URL('../docs/guide/browsers.md', import.meta.url), 'utf8')
const ENGINES = ['Chromium', 'Firefox', 'WebKitGTK'] as const

/** Returns the flows of the table that an engine does not run, without the name of their group. */
function dashesOf(engine: (typeof ENGINES)[number]): string[] {
  const rows = PAGE.split('\n').map((line) => line.split(' | ').map((cell) => cell.trim()))
  return rows
    .filter((row) => row.length === 4 && /^–/.test(row[ENGINES.indexOf(engine) + 1] ?? ''))
    .map(([flow = '']) => flow.replace(/^\| (?:.*: )?/, ''))
}

describe('the page of tested browsers', () => {
  it.each(ENGINES)('marks the flows that %s does not run, and gives the reasons', (engine) => {
    const lacks = Object.entries(LACKS[engine])
    expect(dashesOf(engine).sort()).toEqual(lacks.map(([flow]) => flow).sort())
    const reasons = PAGE.split('\n').filter((line) => line.startsWith(`* ${engine}, `))
    expect(reasons.sort()).toEqual(
      lacks.map(([flow, reason]) => `* ${engine}, "${flow}": ${reason}.`).sort(),
    )
  })

  it('is not compared with a run that has a failed flow', () => {
    const assertionResults = ENGINES.flatMap((engine) =>
      ['passed', 'failed'].map((status) => ({
        ancestorTitles: [`${engine} flow`],
        title: `a flow that ${status}`,
        status,
      })),
    )
    const run = (results: typeof assertionResults) =>
      browsersTableProblems({ testResults: [{ assertionResults: results }] }, { writes: false })
    expect(run(assertionResults)).toEqual([])
    expect(run(assertionResults.filter(({ status }) => status === 'passed'))).toHaveLength(1)
  })
})
