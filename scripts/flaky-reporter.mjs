/** Names the tests that passed only when they were run again, at the end of a run of Vitest. @module */

/** A reporter of Vitest, which wants it as the default export. */
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
