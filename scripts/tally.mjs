/** Counts tests: what passed, what failed, what was not run. @module */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {readonly string[]} failed A title for each test that failed.
 * @property {readonly string[]} skipped A title for each test that was not run.
 */

/**
 * @typedef {object} VitestReport The part of Vitest's JSON report that is read here.
 * @property {readonly { name: string, status: string, assertionResults: readonly { fullName: string, status: string }[] }[]} testResults
 */

/**
 * One thing that passed.
 *
 * @returns {Tally}
 */
export function success() {
  return { passed: 1, failed: [], skipped: [] }
}

/**
 * One thing that failed.
 *
 * @param {string} title
 * @returns {Tally}
 */
export function failure(title) {
  return { passed: 0, failed: [title], skipped: [] }
}

/**
 * Count a report of Vitest. A file that failed outside of its tests counts as one failure.
 *
 * @param {VitestReport} report
 * @returns {Tally}
 */
export function tallyOf({ testResults }) {
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  const titled = (/** @type {(status: string) => boolean} */ accepts) =>
    results.filter(({ status }) => accepts(status)).map(({ fullName }) => fullName)
  return {
    passed: titled((status) => status === 'passed').length,
    failed: [...titled((status) => status === 'failed'), ...broken.map(({ name }) => name)],
    skipped: titled((status) => status !== 'passed' && status !== 'failed'),
  }
}

/**
 * The line that `npm test` ends with.
 *
 * @param {readonly Tally[]} tallies
 * @returns {{ text: string, isSuccess: boolean }} `N passed, N failed`; a success needs something that passed.
 */
export function lastLine(tallies) {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const failed = tallies.reduce((sum, tally) => sum + tally.failed.length, 0)
  return { text: `${passed} passed, ${failed} failed`, isSuccess: failed === 0 && passed > 0 }
}
