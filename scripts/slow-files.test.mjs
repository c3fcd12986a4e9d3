import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from './repository.mjs'
import { budgetWarning, slowestFiles } from './slow-files.mjs'

it('lists the ten slowest test files, slowest first', () => {
  const testResults = Array.from({ length: 12 }, (_, at) => ({
    name: join(ROOT, 'test', `${at}.test.ts`),
    startTime: 1000,
    endTime: 1000 + at * 150,
  }))
  const lines = slowestFiles({ testResults })
  expect(lines).toHaveLength(10)
  expect(lines[0]).toMatch(/^1\.[67] s test.11\.test\.ts$/)
  expect(lines[9]).toBe(`0.3 s ${join('test', '2.test.ts')}`)
})

it('warns after 300 seconds', () => {
  expect(budgetWarning(300)).toBeNull()
  expect(budgetWarning(301)).toMatch(/^npm test took 301 s. The budget is 300 s/)
})
