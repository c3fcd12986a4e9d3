/** Runs the collector without the server, for `countersign collect`. @module */

import { join } from 'node:path'
import { openAuditLog } from './audit/audit-log.js'
import { type Actor, createAuditTrail } from './audit/audit-trail.js'
import { createSqliteCatalog } from './catalog/sqlite/sqlite.js'
import type { ServerConfig } from './config.js'
import type { Log } from './log.js'
import { createDiskBlobStore } from './storage/disk/disk.js'
import { createDiskPartStore } from './storage/disk/disk-parts.js'
import { createStagingFolder } from './storage/disk/staging.js'
import { type Collected, type CollectOptions, collectGarbage } from './upkeep/collect-garbage.js'
import { recordCollected } from './upkeep/record-collected.js'

export type { Collected, CollectOptions } from './upkeep/collect-garbage.js'

/** Opens the configured stores and runs one collector pass. A server may run at the same time. */
export async function collect(
  config: Pick<ServerConfig, 'databaseFile' | 'storageFolder'>,
  options: CollectOptions & {
    /** Actor of the pass in the audit log. @default the server */
    readonly actor?: Actor
    /** Receives warnings and errors. @default no log */
    readonly log?: Log
    /** Returns the current time, Unix milliseconds. @default Date.now */
    readonly now?: () => number
  } = {},
): Promise<Collected> {
  const { log = SILENT, now = Date.now, actor = { kind: 'server' }, ...rest } = options
  const catalog = await createSqliteCatalog({ path: config.databaseFile, log })
  try {
    const blobs = await createDiskBlobStore({ root: config.storageFolder })
    const staging = await createStagingFolder(config.storageFolder)
    const parts = createDiskPartStore(staging)
    const collected = await collectGarbage({ catalog, blobs, staging, parts, log, now }, rest)
    if (rest.isDryRun) return collected
    const path = join(config.storageFolder, 'audit.jsonl')
    const audit = await openAuditLog({ path, log, now })
    recordCollected(createAuditTrail(audit, { actor, action: 'collect' }), collected)
    await audit.close()
    return collected
  } finally {
    await catalog.close()
  }
}

const SILENT: Log = { info() {}, warn() {}, error() {} }
