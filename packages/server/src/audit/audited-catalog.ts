/** Wraps the catalog so that each write adds audit lines. No other code records changes. @module */

import type { Catalog } from '../catalog/catalog.js'
import type { WriteName } from '../catalog/operations/index.js'
import type { Services } from '../services.js'
import type { Actor, AuditTrail, Change, TrailOptions } from './audit-trail.js'
import { CATALOG_CHANGES } from './catalog-changes.js'

/** Creates the catalog that records in one trail. */
export type CatalogOfTrail = (trail: AuditTrail) => Catalog

interface Recording {
  readonly trail: AuditTrail
}

/**
 * Prepares a catalog for recording. Call once per server; a request's own catalog then costs two objects and no copy.
 * @param catalog Runs the writes. The results that it returns are recorded.
 */
export function auditCatalog(catalog: Catalog): CatalogOfTrail {
  const writes = Object.fromEntries(
    (Object.keys(CATALOG_CHANGES) as WriteName[]).map((name) => [name, recorded(catalog, name)]),
  )
  const recording = Object.assign(Object.create(catalog) as Catalog, writes)
  return (trail) =>
    Object.assign(Object.create(recording) as Catalog, { trail } satisfies Recording)
}

/** Returns the same services with a new audit trail for other work. */
export function actingFor(services: Services, options: TrailOptions): Services {
  const trail = services.trail.begin(options)
  return { ...services, trail, catalog: services.catalogOf(trail) }
}

/** Returns the actor for the signer of a stored upload. */
export function actorOf(
  signer: { readonly keyId: string } | { readonly presetName: string },
): Actor {
  return 'keyId' in signer
    ? { kind: 'key', keyId: signer.keyId }
    : { kind: 'unsigned preset', name: signer.presetName }
}

function recorded(catalog: Catalog, name: WriteName): unknown {
  const write = catalog[name] as (input: unknown) => Promise<unknown>
  const describe = CATALOG_CHANGES[name] as (input: unknown, result: unknown) => readonly Change[]
  return async function record(this: Recording, input: unknown): Promise<unknown> {
    const result = await write.call(catalog, input)
    for (const change of describe(input, result)) this.trail.record(change)
    return result
  }
}
