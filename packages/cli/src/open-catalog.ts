/** Opens the catalog for a command. @module */

import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import {
  type Actor,
  auditCatalog,
  type Catalog,
  createAuditTrail,
  createSqliteCatalog,
  openAuditLog,
} from '@countersign/server/catalog'
import { findStores, missingCatalog, type Stores } from './find-stores.js'
import { UsageError } from './usage-error.js'

/** Writes warnings and errors of a command to standard error. */
export const stderrLog: {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
} = { info() {}, warn: writeLine, error: writeLine }

function writeLine(details: object, message: string): void {
  process.stderr.write(`countersign: ${message} ${JSON.stringify(details)}\n`)
}

/**
 * Opens the catalog of {@link findStores} for a read-only task.
 * @throws UsageError if the catalog does not exist.
 */
export async function withCatalog<Result>(
  use: (catalog: Catalog, stores: Stores) => Promise<Result>,
): Promise<Result> {
  return openFor(await findStores(), { creates: false, use })
}

/**
 * Opens the catalog of {@link findStores} for changes. Each change adds a line to `audit.jsonl` in the storage folder, with the local
 * user as its actor.
 *
 * @param options.action Name of the command, such as `keys create`.
 * @param options.creates True if a missing catalog is created: only for commands that write the first row.
 * @throws UsageError if the catalog does not exist and may not be created.
 */
export async function withAuditedCatalog<Result>(
  { action, creates = false }: { readonly action: string; readonly creates?: boolean },
  use: (catalog: Catalog, stores: Stores) => Promise<Result>,
): Promise<Result> {
  return openFor(await findStores(), {
    creates,
    use: async (catalog, stores) => {
      await mkdir(stores.storageFolder, { recursive: true, mode: 0o700 })
      const path = join(stores.storageFolder, 'audit.jsonl')
      const audit = await openAuditLog({ path, log: stderrLog, now: Date.now })
      try {
        const trail = createAuditTrail(audit, { actor: operator(), action })
        return await use(auditCatalog(catalog)(trail), stores)
      } finally {
        await audit.close()
      }
    },
  })
}

/** Returns the local user as the actor for the audit log. */
export function operator(): Actor {
  return { kind: 'operator', name: userName() }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // In a container, the user may have a number but no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

async function openFor<Result>(
  stores: Stores,
  options: {
    readonly creates: boolean
    readonly use: (catalog: Catalog, stores: Stores) => Promise<Result>
  },
): Promise<Result> {
  const missing = options.creates ? null : await missingCatalog(stores)
  if (missing !== null) throw new UsageError(missing)
  const catalog = await createSqliteCatalog({ path: stores.databaseFile, log: stderrLog })
  try {
    return await options.use(catalog, stores)
  } finally {
    await catalog.close()
  }
}
