/** `countersign work`: runs background jobs without an HTTP server, configured by the environment. @module */

import { parseArgs } from 'node:util'
import { configWarnings, createWorker, readConfig } from '@countersign/server'
import { missingCatalog, shortPath } from '../find-stores.js'
import { endOnSignals, withinFinishTime } from '../run-server.js'
import { UsageError } from '../usage-error.js'

/**
 * Runs a worker until a signal.
 * @throws UsageError if the catalog does not exist, because a worker without a server's catalog has nothing to do.
 */
export async function work(args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const config = readConfig(process.env)
  if ((await missingCatalog({ ...config, dev: null })) !== null) {
    throw new UsageError(
      `there is no catalog at ${shortPath(config.databaseFile)}. Start countersign serve first, or set COUNTERSIGN_DATABASE and COUNTERSIGN_STORAGE as for serve`,
    )
  }
  const starting = createWorker({ config })
  endOnSignals(starting, (worker) => withinFinishTime(worker.close()))
  const { log, services } = await starting
  for (const warning of configWarnings(process.env)) log.warn(warning)
  if (!config.publicUrl) {
    log.warn(
      { publicUrl: services.publicUrl() },
      'COUNTERSIGN_PUBLIC_URL is not set: URLs in notifications start with the default address of countersign serve',
    )
  }
}
