/** Writes the table of runtimes in `docs/guide/runtimes.md` from a run of the suite. @module */

import { syncTable } from './table-in-page.mjs'

/**
 * Compares the page with a run, or writes the run's table into the page.
 *
 * @param {{ testResults: readonly { assertionResults: readonly { ancestorTitles: readonly string[], status: string }[] }[] }} report Vitest's JSON report.
 * @param {{ writes: boolean }} options
 * @returns {string[]} One sentence if the page differs from the run.
 */
export function runtimesTableProblems(report, { writes }) {
  // npm's packages of Node exist for Linux on x64 only, so a run elsewhere has fewer rows.
  if (process.platform !== 'linux' || process.arch !== 'x64') return []
  const heading = ['runtime', 'how', 'passed', 'failed']
  return syncTable('docs/guide/runtimes.md', [heading, ...rowsOf(report)], {
    command: 'npm run test:runtimes -- --write',
    writes,
  })
}

/**
 * @param {Parameters<typeof runtimesTableProblems>[0]} report
 * @returns {string[][]}
 */
function rowsOf({ testResults }) {
  /** @type {Map<string, { passed: number, failed: number }>} */
  const rows = new Map()
  for (const { ancestorTitles, status } of testResults.flatMap((file) => file.assertionResults)) {
    const title = ancestorTitles[0] ?? ''
    const row = rows.get(title) ?? { passed: 0, failed: 0 }
    row[status === 'passed' ? 'passed' : 'failed'] += 1
    rows.set(title, row)
  }
  // A title holds the first two cells.
  return [...rows].map(([title, row]) => [title, String(row.passed), String(row.failed)])
}
