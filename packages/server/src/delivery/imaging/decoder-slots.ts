/** Who may decode now: inspections and derivations share a few decoders. @module */

import { MediaError } from '@countersign/protocol/errors'

/** How a task takes its turn. */
export interface DecodeTurn {
  /**
   * Tasks that may wait ahead of this one; where more do, it is refused. Uploads are capped elsewhere and always wait.
   * @default Infinity
   */
  readonly maxWaiting?: number
  /**
   * Takes a moment, and goes before all that do not, a few in a row.
   * @default false
   */
  readonly isUrgent?: boolean
}

/** Runs tasks, a few at a time, in the order in which they came. */
export interface DecoderSlots {
  /**
   * Run a task when its turn comes.
   * @throws MediaError RATE_LIMITED when too many wait.
   */
  run<Result>(task: () => Promise<Result>, turn?: DecodeTurn): Promise<Result>
}

/** Urgent tasks that go ahead of one that waits: as long as there are more of them, it still has its turn. */
const MOST_AHEAD = 8

/** Make slots for `size` tasks at once. */
export function createDecoderSlots(size: number): DecoderSlots {
  const urgent: (() => void)[] = []
  const others: (() => void)[] = []
  let running = 0
  let ahead = 0

  async function enter({
    maxWaiting = Number.POSITIVE_INFINITY,
    isUrgent,
  }: DecodeTurn): Promise<void> {
    if (running < size) {
      running += 1
      return
    }
    const waiting = isUrgent ? urgent : others
    if (waiting.length >= maxWaiting) {
      throw new MediaError('RATE_LIMITED', {
        message: `${waiting.length} pictures wait to be derived already`,
        details: { retryAfterSeconds: 1 },
      })
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function leave(): void {
    const start = takeNext()
    if (start) start()
    else running -= 1
  }

  function takeNext(): (() => void) | undefined {
    if (others.length === 0) return urgent.shift()
    const isUrgent = urgent.length > 0 && ahead < MOST_AHEAD
    ahead = isUrgent ? ahead + 1 : 0
    return isUrgent ? urgent.shift() : others.shift()
  }

  return {
    async run(task, turn = {}) {
      await enter(turn)
      return task().finally(leave)
    },
  }
}
