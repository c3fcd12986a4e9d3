/** Lists the slowest test files, and warns if `npm test` exceeds its time budget. @module */

import { relative } from 'node:path'
import { ROOT } from './repository.mjs'

/**
 * Time budget of `npm test` on two idle cores, including the installation of dependencies, in
 * seconds.
 */
const BUDGET_SECONDS = 300
const SHOWN_FILES = 10

/**
 * @typedef {object} TimedReport Part of Vitest's JSON report.
 * @property {readonly { name: string, startTime: number, endTime: number }[]} testResults Unix milliseconds.
 */

/**
 * Lists the ten slowest test files, slowest first.
 *
 * @param {TimedReport} report
 * @returns {string[]} Lines such as `12.3 s test/crash.test.ts`.
 */
export function slowestFiles({ testResults }) {
  return testResults
    .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, SHOWN_FILES)
    .map(({ name, seconds }) => `${seconds.toFixed(1)} s ${relative(ROOT, name)}`)
}

/**
 * Compares the duration of a run with its budget. Only warns, because a busy machine takes longer.
 *
 * @param {number} seconds
 * @returns {string | null} A sentence if the run took longer.
 */
export function budgetWarning(seconds) {
  if (seconds <= BUDGET_SECONDS) return null
  return `npm test took ${seconds.toFixed(0)} s. The budget is ${BUDGET_SECONDS} s on two idle cores. If this machine was idle, make the slowest files above faster.`
}
