/** Limits the number of concurrent decoder tasks. Inspections and derivations share the slots. @module */

import { MediaError } from '@countersign/protocol/errors'

/** Queue options of a decoder task. */
export interface DecodeTurn {
  /**
   * Number of waiting tasks at which this task is refused. Uploads have their own limits and always wait.
   * @default Infinity
   */
  readonly maxWaiting?: number
  /**
   * True for a short task. It runs before waiting tasks that are not urgent, but at most 8 urgent tasks run in a row.
   * @default false
   */
  readonly isUrgent?: boolean
}

/** Runs a limited number of tasks at a time, in the order of their arrival. */
export interface DecoderSlots {
  /**
   * Runs a task when a slot is free.
   * @throws MediaError RATE_LIMITED if too many tasks wait.
   */
  run<Result>(task: () => Promise<Result>, turn?: DecodeTurn): Promise<Result>
}

/** Maximum number of urgent tasks in a row while another task waits, so that the other task is not starved. */
const MOST_AHEAD = 8

/** Creates slots for `size` concurrent tasks. */
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
        message: `${waiting.length} images already wait to be decoded. Try again later`,
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
