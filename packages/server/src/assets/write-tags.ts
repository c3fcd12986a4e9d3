/** The action `tags`: adds, removes or replaces tags of many assets. @module */

import { type ActionCall, requiredText } from '../access/authorize-action.js'
import type { TagEdit } from '../catalog/asset-edits.js'
import type { Fields } from '../http/form/fields.js'
import { parseTags } from '../params/annotations.js'
import { invalidParam } from '../params/param-values.js'
import type { Services } from '../services.js'
import { editNamed } from './edit-assets.js'

const COMMANDS: ReadonlyMap<string, TagEdit['command']> = new Map([
  ['add', 'add'],
  ['remove', 'remove'],
  ['replace', 'replace'],
  ['set_exclusive', 'set-exclusive'],
])

/**
 * Applies one command to the tags of the named assets.
 * @returns The public ids of the assets that exist.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PARAM_INVALID for an unknown command or too many tags.
 */
export function writeTags(services: Services, call: ActionCall): Promise<readonly string[]> {
  return editNamed(services, 'tags', {
    call,
    readEdit: (fields) => ({ tags: readTagEdit(fields) }),
  })
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
