/** Stores the signing endpoint's rate limits in the catalog, so that all instances of an app share them. @module */

import type { Catalog } from './catalog.js'

/** A rate limiter store for the `limiterStore` option of `createSignHandler` in `@countersign/endpoint`. */
export interface CatalogLimiterStore {
  /**
   * Counts one call against a key's rate limit.
   * @throws MediaError STORAGE_UNAVAILABLE when the database fails. The endpoint then still allows signed-in users and refuses anonymous
   * requests.
   */
  take(
    key: string,
    allowance: { readonly limit: number; readonly windowSeconds: number },
  ): Promise<{ readonly ok: boolean; readonly retryAfterSeconds?: number }>
}

/** Options of {@link createCatalogLimiterStore}. */
export interface CatalogLimiterStoreOptions {
  /** An open catalog. The caller closes it. */
  readonly catalog: Pick<Catalog, 'takeAllowance'>
  /** Cloud that the counts belong to. Apps with the same cloud share them. */
  readonly cloud: string
  /** Returns the current time, Unix milliseconds. @default Date.now */
  readonly now?: () => number
}

/**
 * Creates a limiter store that counts in the catalog.
 *
 * A key may use its whole limit at once and regains it evenly over the window. Each call is a committed write.
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
