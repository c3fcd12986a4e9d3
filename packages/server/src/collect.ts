/** The collector without the server around it: for `countersign collect`. @module */

import { type Collected, type CollectOptions, collectGarbage } from './actions/collect-garbage.js'
import { createSqliteCatalog } from './catalog/sqlite.js'
import type { ServerConfig } from './config.js'
import type { Log } from './services.js'
import { createDiskBlobStore } from './storage/disk.js'
import { createStagingFolder } from './storage/staging.js'

export type { Collected, CollectOptions } from './actions/collect-garbage.js'
export { readConfig } from './config.js'

/** Open the configured stores and make one pass over them; a server may run meanwhile. */
export async function collect(
  config: Pick<ServerConfig, 'databaseFile' | 'storageFolder'>,
  options: CollectOptions & {
    /** Where alarms go. @default nowhere */
    readonly log?: Log
    /** Unix milliseconds. @default Date.now */
    readonly now?: () => number
  } = {},
): Promise<Collected> {
  const { log = SILENT, now = Date.now, ...rest } = options
  const catalog = await createSqliteCatalog({ path: config.databaseFile, log })
  try {
    const blobs = await createDiskBlobStore({ root: config.storageFolder })
    const staging = await createStagingFolder(config.storageFolder)
    return await collectGarbage({ catalog, blobs, staging, log, now }, rest)
  } finally {
    await catalog.close()
  }
}

const SILENT: Log = { info() {}, warn() {}, error() {} }
