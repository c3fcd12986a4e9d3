/** The catalog that `serve` would use, for commands that look at it or change it. @module */

import { createSqliteCatalog, readConfig } from '@countersign/server/catalog'

/** An open catalog. */
export type OpenCatalog = Awaited<ReturnType<typeof createSqliteCatalog>>

/** Open the configured catalog for one piece of work. */
export async function withCatalog<Result>(
  use: (catalog: OpenCatalog) => Promise<Result>,
): Promise<Result> {
  const { CLOUDINARY_URL: _, COUNTERSIGN_KEYS: __, ...environment } = process.env
  const catalog = await createSqliteCatalog({ path: readConfig(environment).databaseFile })
  try {
    return await use(catalog)
  } finally {
    await catalog.close()
  }
}
