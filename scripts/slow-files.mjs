/** Tells which test files take longest, and when `npm test` takes longer than its budget. @module */

import { relative } from 'node:path'
import { ROOT } from './repository.mjs'

/** Seconds that `npm test` may take on two quiet cores, with the installation of the dependencies. */
const BUDGET_SECONDS = 300
const SHOWN_FILES = 10

/**
 * @typedef {object} TimedReport The part of Vitest's JSON report that is read here.
 * @property {readonly { name: string, startTime: number, endTime: number }[]} testResults Unix milliseconds.
 */

/**
 * Lists the ten test files that took longest, longest first.
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
 * Compares the time of a run with its budget. A busy machine takes longer, so this is a warning and no failure.
 *
 * @param {number} seconds
 * @returns {string | null} A sentence where the run took longer.
 */
export function budgetWarning(seconds) {
  if (seconds <= BUDGET_SECONDS) return null
  return `npm test took ${seconds.toFixed(0)} s, and has ${BUDGET_SECONDS} s on two quiet cores. If this machine was quiet, make the slowest files above faster.`
}
