/** Who may decode now: the threads of one process are shared by inspections and derivations. @module */

import { MediaError } from '@countersign/protocol/errors'

/** How a task takes its turn. */
export interface DecodeTurn {
  /**
   * Tasks that may wait ahead of this one; where more do, it is refused. Uploads are capped elsewhere and always wait.
   * @default Infinity
   */
  readonly maxWaiting?: number
  /** Wall clock of the task itself, in seconds; waiting does not count. */
  readonly maxSeconds: number
}

/** Runs tasks, a few at a time, in the order in which they came. */
export interface DecoderSlots {
  /**
   * Run a task when its turn comes. A task past its wall clock rejects at once, but holds its slot until it really ends.
   * @throws MediaError RATE_LIMITED when too many wait.
   * @throws MediaError IMAGE_INVALID when the wall clock ran out.
   */
  run<Result>(task: () => Promise<Result>, turn: DecodeTurn): Promise<Result>
}

/** Make slots for `size` tasks at once. */
export function createDecoderSlots(size: number): DecoderSlots {
  const waiting: (() => void)[] = []
  let running = 0

  async function enter(maxWaiting: number): Promise<void> {
    if (running < size) {
      running += 1
      return
    }
    if (waiting.length >= maxWaiting) {
      throw new MediaError('RATE_LIMITED', {
        message: `${waiting.length} pictures wait to be derived already`,
        details: { retryAfterSeconds: 1 },
      })
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function leave(): void {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return {
    async run(task, { maxWaiting = Number.POSITIVE_INFINITY, maxSeconds }) {
      await enter(maxWaiting)
      const work = task().finally(leave)
      return withinSeconds(work, maxSeconds)
    },
  }
}

function withinSeconds<Result>(work: Promise<Result>, maxSeconds: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new MediaError('IMAGE_INVALID', {
          message: `The image took longer than ${maxSeconds} seconds`,
          details: { maxSeconds },
        }),
      )
    }, maxSeconds * 1000)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
