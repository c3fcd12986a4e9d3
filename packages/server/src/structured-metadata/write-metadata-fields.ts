/** Creates, updates and deletes metadata fields. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { FieldOutcome, MetadataField } from '../catalog/metadata-fields.js'
import { randomName } from '../catalog/random-name.js'
import type { Services } from '../services.js'
import { assertDefault, type FieldChanges, newMetadataField } from './read-metadata-field.js'

/** Name of a metadata field within its cloud. */
export interface FieldReference {
  readonly cloud: string
  readonly externalId: string
}

/** Maximum attempts of an update that conflicts with other updates. */
const MAX_ATTEMPTS = 5
/** Number of assets per transaction when the values of a deleted field are removed. */
const STRIP_PAGE = 500

/**
 * Creates a metadata field.
 * @throws MediaError PARAM_INVALID or PARAM_MISSING with the name of the member.
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
 * Updates a metadata field. Applies `change` again if another update came first.
 * @throws MediaError ASSET_NOT_FOUND if the field does not exist; PARAM_INVALID; RATE_LIMITED if every attempt conflicts; the errors
 * of `change`.
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
    message: 'Other requests are changing the field. Try again',
  })
}

/**
 * Deletes a metadata field, then removes its values from all assets. The id cannot be used again.
 * @throws MediaError ASSET_NOT_FOUND if the field does not exist.
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

/** Creates the error for an external id without a field. */
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
  if (outcome === 'too-many') throw taken('A cloud has at most 200 metadata fields')
  return outcome
}

function taken(message: string): MediaError {
  return new MediaError('PARAM_INVALID', { message })
}
