import { describe, expect, it } from 'vitest'
import { chooseNodes } from './other-nodes.mjs'

describe('chooseNodes', () => {
  const running = '22.23.5'

  it('chooses every supported version but the running one', () => {
    expect(chooseNodes('others', { running })).toEqual([20, 24, 26])
  })

  it('chooses another version each day, and each of them within three days', () => {
    const days = ['2026-11-30', '2026-12-01', '2026-12-02', '2026-12-03']
    const [first, ...next] = days.map((day) =>
      chooseNodes('turn', { running, date: new Date(day) }),
    )
    expect([...next.flat()].sort()).toEqual([20, 24, 26])
    expect(next.at(-1)).toEqual(first)
  })

  it('chooses a given version, even the running one', () => {
    expect(chooseNodes('24', { running })).toEqual([24])
    expect(chooseNodes('22', { running })).toEqual([22])
  })

  it.each(['21', '2', '', '24.1'])('refuses "%s" and lists the valid values', (wish) => {
    expect(() => chooseNodes(wish)).toThrow(
      `No Node ${wish}: name others, turn, or one of 20, 22, 24, 26`,
    )
  })
})
