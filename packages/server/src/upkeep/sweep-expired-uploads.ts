/** Deletes expired upload sessions with their parts, and staging files that no session needs. @module */

import type { Services } from '../services.js'
import { fileOf } from '../storage/disk/disk-parts.js'

/** Deletes staging files that a crash left behind. Runs before the first request, so every file without a session can be deleted. */
export async function sweepStaging(services: Services): Promise<void> {
  const { catalog, staging } = services
  await sweepSessions(services)
  const needed = new Set((await catalog.listStagedParts()).map((place) => fileOf({ place })))
  const left = (await staging.list()).filter((stagingId) => !needed.has(stagingId))
  await Promise.all(left.map((stagingId) => staging.destroy(stagingId)))
  if (left.length > 0) services.log.info({ files: left.length }, 'removed unfinished uploads')
}

/** Deletes expired upload sessions and their parts. Runs at start and in each pass of the collector. */
export async function sweepSessions(
  services: Pick<Services, 'catalog' | 'parts' | 'now'>,
): Promise<void> {
  const { catalog } = services
  for (;;) {
    const expired = await catalog.listExpiredSessions({ now: services.now() })
    for (const { cloud, sessionId } of expired) {
      await services.parts.destroy(await catalog.destroySession({ cloud, sessionId }))
    }
    if (expired.length === 0) return
  }
}
