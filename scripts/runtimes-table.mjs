/** Writes the table of runtimes in `docs/guide/runtimes.md` from a run of the suite. @module */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.mjs'

const PAGE = 'docs/guide/runtimes.md'
const BLOCK = /(<!-- Made by [^\n]*-->\n)[\s\S]*(<!-- \/table -->)/

/**
 * Compares the page with a run, or writes the run's table into the page.
 *
 * @param {{ testResults: readonly { assertionResults: readonly { ancestorTitles: readonly string[], status: string }[] }[] }} report Vitest's JSON report.
 * @param {{ writes: boolean }} options
 * @returns {string[]} One sentence if the page differs from the run.
 */
export function tableProblems(report, { writes }) {
  // The npm packages of Node are for Linux on x64: elsewhere a run has fewer rows.
  if (process.platform !== 'linux' || process.arch !== 'x64') return []
  const path = join(ROOT, PAGE)
  const page = readFileSync(path, 'utf8')
  const current = page.replace(BLOCK, `$1${tableOf(report)}$2`)
  if (current === page) return []
  if (!writes) return [`${PAGE} is out of date: run npm run test:runtimes -- --write`]
  writeFileSync(path, current)
  return []
}

/** @param {Parameters<typeof tableProblems>[0]} report */
function tableOf({ testResults }) {
  /** @type {Map<string, { passed: number, failed: number }>} */
  const rows = new Map()
  for (const { ancestorTitles, status } of testResults.flatMap((file) => file.assertionResults)) {
    const title = ancestorTitles[0] ?? ''
    const row = rows.get(title) ?? { passed: 0, failed: 0 }
    row[status === 'passed' ? 'passed' : 'failed'] += 1
    rows.set(title, row)
  }
  const lines = [...rows].map(([title, row]) => `| ${title} | ${row.passed} | ${row.failed} |`)
  return ['| runtime | how | passed | failed |', '| --- | --- | --- | --- |', ...lines, ''].join(
    '\n',
  )
}
