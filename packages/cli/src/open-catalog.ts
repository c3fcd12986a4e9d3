/** The catalog that `serve` would use, for commands that look at it or change it. @module */

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
  readConfig,
  type ServerConfig,
} from '@countersign/server/catalog'

/** Writes warnings and errors of a command to standard error. */
export const stderrLog: {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
} = { info() {}, warn: writeLine, error: writeLine }

function writeLine(details: object, message: string): void {
  process.stderr.write(`countersign: ${message} ${JSON.stringify(details)}\n`)
}

/** Opens the configured catalog for one piece of work that changes nothing. */
export async function withCatalog<Result>(
  use: (catalog: Catalog) => Promise<Result>,
): Promise<Result> {
  return openFor(readStores(), use)
}

/**
 * Opens the configured catalog for changes. Each is a line of `audit.jsonl` in the configured storage folder, as done by the user of this
 * machine.
 * @param action Name of the command, such as `keys create`.
 */
export async function withAuditedCatalog<Result>(
  action: string,
  use: (catalog: Catalog) => Promise<Result>,
): Promise<Result> {
  const stores = readStores()
  return openFor(stores, async (catalog) => {
    await mkdir(stores.storageFolder, { recursive: true, mode: 0o700 })
    const path = join(stores.storageFolder, 'audit.jsonl')
    const audit = await openAuditLog({ path, log: stderrLog, now: Date.now })
    try {
      return await use(
        auditCatalog(catalog)(createAuditTrail(audit, { actor: operator(), action })),
      )
    } finally {
      await audit.close()
    }
  })
}

/** Names the user of this machine who runs the command. */
export function operator(): Actor {
  return { kind: 'operator', name: userName() }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container's user may have a number and no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}

function readStores(): Pick<ServerConfig, 'databaseFile' | 'storageFolder'> {
  const { CLOUDINARY_URL: _, COUNTERSIGN_KEYS: __, ...environment } = process.env
  return readConfig(environment)
}

async function openFor<Result>(
  { databaseFile }: Pick<ServerConfig, 'databaseFile'>,
  use: (catalog: Catalog) => Promise<Result>,
): Promise<Result> {
  const catalog = await createSqliteCatalog({ path: databaseFile, log: stderrLog })
  try {
    return await use(catalog)
  } finally {
    await catalog.close()
  }
}
