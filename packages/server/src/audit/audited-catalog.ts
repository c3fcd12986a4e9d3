/** A catalog whose writes are recorded: the one place where changes reach the audit log. @module */

import type { Catalog } from '../catalog/catalog.js'
import type { WriteName } from '../catalog/operations/index.js'
import type { Services } from '../services.js'
import type { Actor, AuditTrail, Change, TrailOptions } from './audit-trail.js'
import { CATALOG_CHANGES } from './catalog-changes.js'

/** Makes the catalog of one trail. */
export type CatalogOfTrail = (trail: AuditTrail) => Catalog

interface Recording {
  readonly trail: AuditTrail
}

/**
 * Prepares a catalog for recording. Made once; a request's own catalog then costs two objects and no copy.
 * @param catalog Does the work; what it answers is what is recorded.
 */
export function auditCatalog(catalog: Catalog): CatalogOfTrail {
  const writes = Object.fromEntries(
    (Object.keys(CATALOG_CHANGES) as WriteName[]).map((name) => [name, recorded(catalog, name)]),
  )
  const recording = Object.assign(Object.create(catalog) as Catalog, writes)
  return (trail) =>
    Object.assign(Object.create(recording) as Catalog, { trail } satisfies Recording)
}

/** Returns services for other work: the same parts, with an audit trail of its own. */
export function actingFor(services: Services, options: TrailOptions): Services {
  const trail = services.trail.begin(options)
  return { ...services, trail, catalog: services.catalogOf(trail) }
}

/** Names the actor of a stored upload's signer. */
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
