/** Vitest reporter that lists the tests that passed only on a retry. @module */

/** A default export, because Vitest requires one for reporters. */
export default class FlakyReporter {
  /** @type {string[]} */
  #titles = []

  /** @param {import('vitest/node').TestCase} testCase */
  onTestCaseResult(testCase) {
    if (testCase.diagnostic()?.flaky) this.#titles.push(testCase.fullName)
  }

  onTestRunEnd() {
    for (const title of this.#titles) console.log(`passed only when run again: ${title}`)
  }
}
