/** Runs the collector and the scrub at start, and then every hour. @module */

import type { Services } from '../services.js'
import { type CollectorServices, collectGarbage } from './collect-garbage.js'
import { recordCollected } from './record-collected.js'
import { scrubBlobs } from './scrub-blobs.js'

/** The running schedule of collector and scrub. */
export interface Collector {
  /** Aborts the running pass and starts no other. */
  close(): Promise<void>
}

const HOUR_MS = 3_600_000
/** Share of all blobs that one scrub reads, so that 24 scrubs read 1 % a day. */
const SCRUB_SHARE_AN_HOUR = 0.01 / 24

/** Starts the schedule. The first pass begins at once in the background. */
export function startCollector(services: CollectorServices & Pick<Services, 'trail'>): Collector {
  const stop = new AbortController()
  const { signal } = stop
  let pass: Promise<void> = Promise.resolve()
  function begin(): void {
    pass = pass.then(async () => {
      try {
        recordCollected(services.trail, await collectGarbage(services, { signal }))
        await scrubBlobs(services, { share: SCRUB_SHARE_AN_HOUR, signal })
      } catch (err) {
        if (!signal.aborted) services.log.error({ err }, 'a pass of the collector failed')
      }
    })
  }
  begin()
  const timer = setInterval(begin, HOUR_MS)
  timer.unref()
  return {
    close() {
      clearInterval(timer)
      stop.abort()
      return pass
    },
  }
}
