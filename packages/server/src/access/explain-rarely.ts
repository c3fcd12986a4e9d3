/** Explanations of wrong signatures, at a bounded rate: each costs thousands of hashes, and anybody can send a wrong signature. @module */

import { explainMismatch } from '@countersign/protocol/signature'

type Question = Parameters<typeof explainMismatch>[0]
type Finding = ReturnType<typeof explainMismatch>

/** Names the likely cause of a wrong signature, or says that it did not look. */
export type Explain = (question: Question) => Finding

/**
 * Bound the rate.
 * @param options `perSecond` explanations; `now` in Unix milliseconds.
 */
export function createExplainer(options: { perSecond: number; now: () => number }): Explain {
  let second = 0
  let used = 0
  return (question) => {
    const current = Math.floor(options.now() / 1000)
    if (current !== second) {
      second = current
      used = 0
    }
    used += 1
    if (used <= options.perSecond) return explainMismatch(question)
    return { cause: 'unknown', message: 'Not examined: too many wrong signatures at once.' }
  }
}
