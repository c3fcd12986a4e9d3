import { describe, expect, it } from 'vitest'
import { failure, lastLine, success, tallyOf } from './tally.mjs'

describe('tallyOf', () => {
  it('counts passed tests and lists failed and skipped ones', () => {
    const assertionResults = [
      { fullName: 'a', status: 'passed' },
      { fullName: 'b', status: 'failed' },
      { fullName: 'c', status: 'skipped' },
      { fullName: 'd', status: 'todo' },
    ]
    const report = { testResults: [{ name: 'x.test.ts', status: 'failed', assertionResults }] }
    expect(tallyOf(report)).toEqual({ passed: 1, failed: ['b'], skipped: ['c', 'd'] })
  })

  it('counts a file that could not be loaded as one failure', () => {
    const report = {
      testResults: [{ name: 'x.test.ts', status: 'failed', assertionResults: [] }],
    }
    expect(tallyOf(report)).toEqual({ passed: 0, failed: ['x.test.ts'], skipped: [] })
  })
})

describe('lastLine', () => {
  it('adds up the tallies; one failure makes the run fail', () => {
    const tallies = [success(), { passed: 10, failed: [], skipped: ['c'] }, failure('b')]
    expect(lastLine(tallies)).toEqual({ text: '11 passed, 1 failed', isSuccess: false })
  })

  it('is a success if all tests passed', () => {
    expect(lastLine([success()])).toEqual({ text: '1 passed, 0 failed', isSuccess: true })
  })

  it('is not a success if no test ran', () => {
    expect(lastLine([])).toEqual({ text: '0 passed, 0 failed', isSuccess: false })
  })
})
