/** What a crash left behind: staging files that no chunk session needs, and sessions past their time. @module */

import type { Services } from '../services.js'

/** Remove them. Runs at start, before the first request, so that a file without a session is nobody's. */
export async function sweepStaging(services: Services): Promise<void> {
  const { catalog, staging } = services
  for (const session of await catalog.listExpiredSessions({ now: services.now() })) {
    await catalog.destroySession({ cloud: session.cloud, sessionId: session.sessionId })
  }
  const needed = new Set(await catalog.listStagedParts())
  const left = (await staging.list()).filter((stagingId) => !needed.has(stagingId))
  await Promise.all(left.map((stagingId) => staging.destroy(stagingId)))
  if (left.length > 0) services.log.info({ files: left.length }, 'removed unfinished uploads')
}
