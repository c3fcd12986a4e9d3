import { apiSignRequest } from '@countersign/protocol/signature'
import { expect, it } from 'vitest'
import { createExplainer } from './explain-rarely.js'

const question = {
  received: { timestamp: '1' } as Record<string, string>,
  signature: apiSignRequest({ timestamp: '1' }, '"secret-of-this-test"'),
  action: 'upload' as const,
  keys: [{ id: '1', secret: 'secret-of-this-test' }],
}

it('explains a signature, then pauses in proportion to the time that the explanation took', () => {
  let clock = 0
  // Each read of the clock adds 5 ms, so an explanation takes 5 ms.
  const now = () => {
    clock += 5
    return clock
  }
  const explain = createExplainer({ share: 0.1, now })
  expect(explain(question).cause).toBe('secret_quoted')
  expect(explain(question).message).toBe('Not examined: too many wrong signatures at once.')
  clock += 50
  expect(explain(question).cause).toBe('secret_quoted')
})

it('does not explain a request that is too large', () => {
  const explain = createExplainer({ share: 1, now: () => 0 })
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`f${index}`, 'x']))
  expect(explain({ ...question, received: many }).message).toBe(
    'Not examined: the request is too large.',
  )
  const long = { timestamp: '1', tags: 'x'.repeat(5000) }
  expect(explain({ ...question, received: long }).cause).toBe('unknown')
})
