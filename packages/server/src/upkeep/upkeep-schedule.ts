/** Runs the collector and the scrub at start, and then every hour, in one process of a data folder. @module */

import type { Services } from '../services.js'
import { lockForUpkeep } from '../storage/disk/data-locks.js'
import type { FolderLock } from '../storage/disk/lock-folder.js'
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

/**
 * Starts the schedule. The first pass begins at once in the background. The process that makes a pass keeps a lock until it ends, and the
 * others make no pass.
 */
export function startCollector(
  services: CollectorServices & Pick<Services, 'trail' | 'config'>,
): Collector {
  const stop = new AbortController()
  const { signal } = stop
  let pass: Promise<void> = Promise.resolve()
  let lock: FolderLock | null = null
  function begin(): void {
    pass = pass.then(async () => {
      try {
        lock ??= await lockForUpkeep(services.config)
        if (!lock) return
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
    async close() {
      clearInterval(timer)
      stop.abort()
      await pass
      lock?.release()
    },
  }
}
