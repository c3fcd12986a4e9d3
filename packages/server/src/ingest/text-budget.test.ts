import { describe, expect, it } from 'vitest'
import { createTextBudget } from './text-budget.js'

const MIB = 1024 * 1024

describe('the memory for forms that are text', () => {
  it('is shared: one address takes its part and no more, and the others go on', () => {
    const budget = createTextBudget({ maxBytes: 10 * MIB, maxBytesPerAddress: 4 * MIB })
    const mine = [budget.reserve('a'), budget.reserve('a')]
    mine[0]?.grow(4 * MIB)
    expect(() => mine[1]?.grow(2 * MIB)).toThrow('Too many large forms at once')
    expect(() => budget.reserve('b').grow(4 * MIB)).not.toThrow()
    for (const reservation of mine) reservation.release()
    expect(() => budget.reserve('a').grow(4 * MIB)).not.toThrow()
  })

  it('ends for all together, too', () => {
    const budget = createTextBudget({ maxBytes: 5 * MIB, maxBytesPerAddress: 4 * MIB })
    budget.reserve('a').grow(4 * MIB)
    expect(() => budget.reserve('b').grow(4 * MIB)).toThrow('Too many large forms at once')
  })
})
