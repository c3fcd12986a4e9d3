/** What is left behind: sessions past their time with their parts, and staging files that no session needs. @module */

import type { Services } from '../services.js'

/** Everything that a crash left. Runs at start, before the first request, so that a file without a session is nobody's. */
export async function sweepStaging(services: Services): Promise<void> {
  const { catalog, staging } = services
  await sweepSessions(services)
  const needed = new Set(await catalog.listStagedParts())
  const left = (await staging.list()).filter((stagingId) => !needed.has(stagingId))
  await Promise.all(left.map((stagingId) => staging.destroy(stagingId)))
  if (left.length > 0) services.log.info({ files: left.length }, 'removed unfinished uploads')
}

/** Sessions past their time, with their parts; a part of every pass of the collector. */
export async function sweepSessions(
  services: Pick<Services, 'catalog' | 'staging' | 'now'>,
): Promise<void> {
  const { catalog, staging } = services
  for (;;) {
    const expired = await catalog.listExpiredSessions({ now: services.now() })
    for (const { cloud, sessionId } of expired) {
      const parts = await catalog.destroySession({ cloud, sessionId })
      await Promise.all(parts.map(({ stagingId }) => staging.destroy(stagingId)))
    }
    if (expired.length === 0) return
  }
}
