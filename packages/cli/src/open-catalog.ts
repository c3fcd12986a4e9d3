/** The catalog that `serve` would use, for commands that look at it or change it. @module */

import { createSqliteCatalog, readConfig } from '@countersign/server/catalog'

/** An open catalog. */
export type OpenCatalog = Awaited<ReturnType<typeof createSqliteCatalog>>

/** Writes warnings and errors of a command to standard error. */
export const stderrLog: {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
} = { info() {}, warn: writeLine, error: writeLine }

function writeLine(details: object, message: string): void {
  process.stderr.write(`countersign: ${message} ${JSON.stringify(details)}\n`)
}

/** Open the configured catalog for one piece of work. */
export async function withCatalog<Result>(
  use: (catalog: OpenCatalog) => Promise<Result>,
): Promise<Result> {
  const { CLOUDINARY_URL: _, COUNTERSIGN_KEYS: __, ...environment } = process.env
  const catalog = await createSqliteCatalog({
    path: readConfig(environment).databaseFile,
    log: stderrLog,
  })
  try {
    return await use(catalog)
  } finally {
    await catalog.close()
  }
}
