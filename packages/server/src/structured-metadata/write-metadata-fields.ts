/** Define, change and delete fields of structured metadata. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FieldOutcome, MetadataField } from '../catalog/metadata-fields.js'
import { randomName } from '../catalog/random-name.js'
import type { Services } from '../services.js'
import { assertDefault, type FieldChanges, newMetadataField } from './read-metadata-field.js'

/** Which field. */
export interface FieldReference {
  readonly cloud: string
  readonly externalId: string
}

/** How often a change is tried again that somebody else's came before. */
const MAX_ATTEMPTS = 5
/** Assets of one transaction when a field's values are taken off them. */
const STRIP_PAGE = 500

/**
 * Define a field.
 * @throws MediaError PARAM_INVALID or PARAM_MISSING naming what is wrong.
 */
export async function createMetadataField(
  services: Services,
  cloud: string,
  said: FieldChanges,
): Promise<MetadataField> {
  const { external_id: given } = said
  const externalId = given === undefined || given === null ? randomName(20) : String(given)
  const field = newMetadataField({ cloud, externalId }, said)
  await write(services, field, null)
  return field
}

/**
 * Change a field as it is now.
 * @throws MediaError ASSET_NOT_FOUND without such a field; PARAM_INVALID; whatever `change` throws.
 */
export async function updateMetadataField(
  services: Services,
  reference: FieldReference,
  change: (field: MetadataField) => MetadataField,
): Promise<MetadataField> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const stored = await services.catalog.readMetadataField(reference)
    if (!stored) throw unknownField(reference.externalId)
    const changed = assertDefault(change(stored.field))
    if ((await write(services, changed, stored.revision)) === 'written') return changed
  }
  throw new MediaError('RATE_LIMITED', {
    message: 'The field is being changed by others. Try again',
  })
}

/**
 * Delete a field, then take its values off every asset. Its id is never used again.
 * @throws MediaError ASSET_NOT_FOUND without such a field.
 */
export async function destroyMetadataField(
  services: Services,
  reference: FieldReference,
): Promise<void> {
  const { catalog } = services
  if (!(await catalog.destroyMetadataField({ ...reference, now: services.now() }))) {
    throw unknownField(reference.externalId)
  }
  let after: string | null = ''
  while (after !== null) {
    const page: { after: string | null } = await catalog.stripMetadata({
      ...reference,
      after,
      maxResults: STRIP_PAGE,
    })
    after = page.after
  }
}

/** The refusal of an id that no field has. */
export function unknownField(externalId: string): MediaError {
  return new MediaError('ASSET_NOT_FOUND', {
    message: `External ID ${externalId.slice(0, 255)} doesn't exist`,
  })
}

async function write(
  services: Services,
  field: MetadataField,
  revision: number | null,
): Promise<FieldOutcome> {
  const outcome = await services.catalog.writeMetadataField({
    field,
    revision,
    now: services.now(),
  })
  if (outcome === 'id-taken') throw taken(`external id ${field.externalId} already exists`)
  if (outcome === 'label-taken') throw taken(`label ${field.label} already exists`)
  if (outcome === 'too-many') throw taken('A cloud may have 200 metadata fields')
  return outcome
}

function taken(message: string): MediaError {
  return new MediaError('PARAM_INVALID', { message })
}
