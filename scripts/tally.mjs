/** Counts passed, failed and skipped tests. @module */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {readonly string[]} failed Title of each failed test.
 * @property {readonly string[]} skipped Title of each skipped test.
 */

/**
 * @typedef {object} VitestReport Part of Vitest's JSON report.
 * @property {readonly { name: string, status: string, assertionResults: readonly { fullName: string, status: string }[] }[]} testResults
 */

/**
 * Returns the tally of one passed check.
 *
 * @returns {Tally}
 */
export function success() {
  return { passed: 1, failed: [], skipped: [] }
}

/**
 * Returns the tally of one failed check.
 *
 * @param {string} title
 * @returns {Tally}
 */
export function failure(title) {
  return { passed: 0, failed: [title], skipped: [] }
}

/**
 * Counts the tests of a Vitest report. A file that failed outside of its tests counts as one failure.
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
 * Returns the last line of `npm test`.
 *
 * @param {readonly Tally[]} tallies
 * @returns {{ text: string, isSuccess: boolean }} Text `N passed, N failed`. A success needs at least one passed test.
 */
export function lastLine(tallies) {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const failed = tallies.reduce((sum, tally) => sum + tally.failed.length, 0)
  return { text: `${passed} passed, ${failed} failed`, isSuccess: failed === 0 && passed > 0 }
}
