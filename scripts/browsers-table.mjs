/** Writes the table of browser engines in `docs/guide/browsers.md` from a run of the suite. @module */

import { syncTable } from './table-in-page.mjs'

const ENGINES = ['Chromium', 'Firefox', 'WebKitGTK']

/**
 * Compares the page with a run, or writes the run's table into the page. A run without all engines, or with a failed flow,
 * changes nothing.
 *
 * @param {{ testResults: readonly { assertionResults: readonly { ancestorTitles: readonly string[], title: string, status: string }[] }[] }} report Vitest's JSON report.
 * @param {{ writes: boolean }} options
 * @returns {string[]} One sentence if the page differs from the run.
 */
export function browsersTableProblems({ testResults }, { writes }) {
  const hasFailed = testResults.some(({ assertionResults }) =>
    assertionResults.some(({ status }) => status === 'failed'),
  )
  if (hasFailed) return []
  /** @type {Map<string, Map<string, string>>} */
  const flows = new Map()
  for (const { ancestorTitles, title, status } of testResults.flatMap(
    (file) => file.assertionResults,
  )) {
    const [engine = '', ...groups] = ancestorTitles
    const flow = [...groups.filter((group) => group.endsWith(':')), title].join(' ')
    const row = flows.get(flow) ?? new Map()
    row.set(engine.replace(/ flow$/, ''), status === 'passed' ? '✓' : '–')
    flows.set(flow, row)
  }
  const ran = (/** @type {string} */ engine) =>
    [...flows.values()].some((row) => row.get(engine) === '✓')
  if (!ENGINES.every(ran)) return []
  const rows = [...flows].map(([flow, row]) => [
    flow,
    ...ENGINES.map((engine) => row.get(engine) ?? '–'),
  ])
  return syncTable('docs/guide/browsers.md', [['flow', ...ENGINES], ...rows], {
    command: 'npm run test:browsers -- --write',
    writes,
  })
}
