import { describe, expect, it } from 'vitest'
import { createTextBudget, UNCOUNTED_TEXT_BYTES } from './unverified-text.js'

const MIB = 1024 * 1024

describe('the memory for the text of unverified requests', () => {
  it('is limited per address, so that one address does not block others', () => {
    const budget = createTextBudget({
      maxUnverifiedTextBytes: 10 * MIB,
      maxUnverifiedTextBytesPerAddress: 4 * MIB,
    })
    const mine = [budget.reserve('a'), budget.reserve('a')]
    mine[0]?.hold(4 * MIB)
    expect(() => mine[1]?.hold(2 * MIB)).toThrow('Too many large unverified forms at once')
    expect(() => budget.reserve('b').hold(4 * MIB)).not.toThrow()
    for (const reservation of mine) reservation.release()
    expect(() => budget.reserve('a').hold(4 * MIB)).not.toThrow()
  })

  it('is limited for all addresses together', () => {
    const budget = createTextBudget({
      maxUnverifiedTextBytes: 5 * MIB,
      maxUnverifiedTextBytesPerAddress: 4 * MIB,
    })
    budget.reserve('a').hold(4 * MIB)
    expect(() => budget.reserve('b').hold(4 * MIB)).toThrow(
      'Too many large unverified forms at once',
    )
  })

  it('counts the current bytes of a request, and none for a small request', () => {
    const budget = createTextBudget({
      maxUnverifiedTextBytes: MIB,
      maxUnverifiedTextBytesPerAddress: MIB,
    })
    const one = budget.reserve('a')
    one.hold(MIB)
    one.hold(100)
    const other = budget.reserve('a')
    other.hold(MIB + UNCOUNTED_TEXT_BYTES)
    expect(() => one.hold(UNCOUNTED_TEXT_BYTES)).not.toThrow()
    expect(() => one.hold(UNCOUNTED_TEXT_BYTES + 1)).toThrow(
      'Too many large unverified forms at once',
    )
  })

  it('does not count a verified request', () => {
    const budget = createTextBudget({
      maxUnverifiedTextBytes: MIB,
      maxUnverifiedTextBytesPerAddress: MIB,
    })
    const verified = budget.reserve('a')
    verified.hold(MIB)
    verified.release()
    verified.hold(5 * MIB)
    expect(() => budget.reserve('a').hold(MIB)).not.toThrow()
  })
})
