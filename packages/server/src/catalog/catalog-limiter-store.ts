/** The signing endpoint's limiter store in the catalog: instances of an app that share a database share their counts. @module */

import type { Catalog } from './catalog.js'

/** What `createSignHandler` of `@countersign/endpoint` takes as `limiterStore`. */
export interface CatalogLimiterStore {
  /**
   * Take one call from a key's allowance.
   * @throws MediaError STORAGE_UNAVAILABLE when the database fails; the endpoint then lets users pass and strangers not.
   */
  take(
    key: string,
    allowance: { readonly limit: number; readonly windowSeconds: number },
  ): Promise<{ readonly ok: boolean; readonly retryAfterSeconds?: number }>
}

/** Options of {@link createCatalogLimiterStore}. */
export interface CatalogLimiterStoreOptions {
  /** An open catalog; it stays the caller's to close. */
  readonly catalog: Pick<Catalog, 'takeAllowance'>
  /** Whose counts: apps of one cloud share them. */
  readonly cloud: string
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number
}

/**
 * Count in the catalog. A key may take its whole limit at once and gets it back evenly over the window; each call is a committed write.
 *
 * @example
 * const catalog = await createSqliteCatalog({ path: './data/catalog.db' })
 * createSignHandler({ authorize, presets, limiterStore: createCatalogLimiterStore({ catalog, cloud: 'acme' }) })
 */
export function createCatalogLimiterStore(
  options: CatalogLimiterStoreOptions,
): CatalogLimiterStore {
  const { catalog, cloud, now = Date.now } = options
  return {
    async take(name, { limit, windowSeconds }) {
      const windowMs = windowSeconds * 1000
      const taken = await catalog.takeAllowance({ cloud, name, limit, windowMs, now: now() })
      if (taken.isTaken) return { ok: true }
      return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil(taken.retryAfterMs / 1000)) }
    },
  }
}
