/** Remembers the structured metadata fields of each cloud for a second, because every upload reads them. @module */

import type { Catalog } from '../catalog/catalog.js'
import type { MetadataField } from '../catalog/metadata-fields.js'

/** How long a process may work with the fields that it has read, in milliseconds. Its own changes count at once. */
const KEPT_MS = 1000
/** Writes that can change fields. An upload or an edit can add a value to a field's list. */
const CHANGING = [
  'writeMetadataField',
  'orderMetadataFields',
  'destroyMetadataField',
  'commitUpload',
  'editAssets',
] as const satisfies readonly (keyof Catalog)[]

interface Remembered {
  readonly at: number
  readonly fields: Promise<readonly MetadataField[]>
}

/**
 * Wraps a catalog so that `listMetadataFields` reads a cloud's fields once a second.
 * @param now Returns a time that only grows, in milliseconds.
 */
export function rememberFields(catalog: Catalog, now: () => number): Catalog {
  const clouds = new Map<string, Remembered>()
  const writes = Object.fromEntries(
    CHANGING.map((name) => [
      name,
      async (input: unknown) => {
        try {
          return await (catalog[name] as (input: unknown) => Promise<unknown>)(input)
        } finally {
          if (changesFields(input)) clouds.clear()
        }
      },
    ]),
  )
  return Object.assign(Object.create(catalog) as Catalog, writes, {
    listMetadataFields({ cloud }) {
      const known = clouds.get(cloud)
      if (known && now() - known.at < KEPT_MS) return known.fields
      const fields = catalog.listMetadataFields({ cloud })
      clouds.set(cloud, { at: now(), fields })
      // After a failure, the next call reads again.
      fields.catch(() => clouds.delete(cloud))
      return fields
    },
  } satisfies Pick<Catalog, 'listMetadataFields'>)
}

/** False for an upload without metadata values, which is the usual one. */
function changesFields(input: unknown): boolean {
  const { asset, metadata } = input as { asset?: object; metadata?: { values?: object } }
  if (asset === undefined) return true
  return Object.keys(metadata?.values ?? {}).length > 0
}
