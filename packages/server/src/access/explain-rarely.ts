/** Explains wrong signatures in a limited share of the time. One explanation costs many hashes, and anybody can send a wrong signature. @module */

import { explainMismatch } from '@countersign/protocol/signature'

type Question = Parameters<typeof explainMismatch>[0]
type Finding = ReturnType<typeof explainMismatch>

/** Returns the likely cause of a wrong signature, or says that there was no time to search. */
export type Explain = (question: Question) => Finding

/** Larger requests are not explained, because an explanation hashes them many times. */
const MAX_NAMES = 32
const MAX_CHARACTERS = 4096

/**
 * Creates a function that explains wrong signatures. After each explanation, it pauses to stay within a share of the time.
 * @param options `share` of the time, such as 0.05; `now` in milliseconds, any epoch.
 */
export function createExplainer(options: { share: number; now: () => number }): Explain {
  let pausedUntil = Number.NEGATIVE_INFINITY
  return (question) => {
    const startedAt = options.now()
    if (startedAt < pausedUntil) return notExamined('too many wrong signatures at once')
    if (isLarge(question)) return notExamined('the request is too large')
    const finding = explainMismatch(question)
    const endedAt = options.now()
    pausedUntil = endedAt + (endedAt - startedAt) / options.share
    return finding
  }
}

function isLarge({ received }: Question): boolean {
  const pairs = Object.entries(received)
  return pairs.length > MAX_NAMES || pairs.flat(2).join('').length > MAX_CHARACTERS
}

function notExamined(reason: string): Finding {
  return { cause: 'unknown', message: `Not examined: ${reason}.` }
}
