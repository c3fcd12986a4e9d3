/** Add, remove or replace tags of many assets. @module */

import type { TagEdit } from '../catalog/asset-edits.js'
import { parseTags } from '../ingest/annotations.js'
import type { Fields } from '../ingest/fields.js'
import { invalidParam } from '../ingest/param-values.js'
import { parseDeliveryType } from '../ingest/upload-params.js'
import type { Services } from '../services.js'
import {
  type ActionCall,
  authorizeAction,
  requiredPublicIds,
  requiredText,
} from './authorize-action.js'
import { editStored } from './edit-stored.js'

const COMMANDS: ReadonlyMap<string, TagEdit['command']> = new Map([
  ['add', 'add'],
  ['remove', 'remove'],
  ['replace', 'replace'],
  ['set_exclusive', 'set-exclusive'],
])

/**
 * Do one command on the tags of the named assets.
 * @returns The public ids of those that exist.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PARAM_INVALID for an unknown command or too many tags.
 */
export async function writeTags(services: Services, call: ActionCall): Promise<readonly string[]> {
  const { key } = authorizeAction(services, 'tags', call)
  const { cloud, resourceType, fields } = call
  const edited = await editStored(services, {
    cloud,
    resourceType,
    deliveryType: parseDeliveryType(fields.text('type')),
    publicIds: requiredPublicIds(fields),
    edit: { tags: readTagEdit(fields) },
    key,
    read: (name) => fields.text(name),
  })
  return edited.map((asset) => asset.publicId)
}

function readTagEdit(fields: Fields): TagEdit {
  const name = requiredText(fields, 'command')
  if (name === 'remove_all') return { command: 'replace', tags: [] }
  const command = COMMANDS.get(name)
  if (!command) {
    throw invalidParam(
      'command',
      `must be add, remove, replace, set_exclusive or remove_all, received ${name.slice(0, 64)}`,
    )
  }
  return { command, tags: parseTags('tag', requiredText(fields, 'tag')) }
}
