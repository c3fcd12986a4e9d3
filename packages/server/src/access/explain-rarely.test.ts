import { apiSignRequest } from '@countersign/protocol/signature'
import { expect, it } from 'vitest'
import { createExplainer } from './explain-rarely.js'

it('explains so many a second, and says that it did not look at more', () => {
  let now = 1_790_000_000_000
  const explain = createExplainer({ perSecond: 2, now: () => now })
  const question = {
    received: { timestamp: '1' },
    signature: apiSignRequest({ timestamp: '1' }, '"secret-of-this-test"'),
    action: 'upload' as const,
    keys: [{ id: '1', secret: 'secret-of-this-test' }],
  }
  const causes = [explain(question), explain(question), explain(question)].map(({ cause }) => cause)
  expect(causes).toEqual(['secret_quoted', 'secret_quoted', 'unknown'])
  now += 1000
  expect(explain(question).cause).toBe('secret_quoted')
})
