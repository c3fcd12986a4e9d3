/** The action `context`: adds to the context of many assets, or removes it. @module */

import { type ActionCall, requiredText } from '../access/authorize-action.js'
import type { ContextEdit } from '../catalog/asset-edits.js'
import type { Fields } from '../http/form/fields.js'
import { parseContext } from '../params/annotations.js'
import { invalidParam } from '../params/param-values.js'
import type { Services } from '../services.js'
import { editNamed } from './edit-assets.js'

/**
 * Applies one command to the context of the named assets.
 * @returns The public ids of the assets that exist.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PARAM_INVALID for an unknown command or too much context.
 */
export function writeContext(services: Services, call: ActionCall): Promise<readonly string[]> {
  return editNamed(services, 'context', {
    call,
    readEdit: (fields) => ({ context: readContextEdit(fields) }),
  })
}

function readContextEdit(fields: Fields): ContextEdit {
  const command = requiredText(fields, 'command')
  if (command === 'remove_all') return { command: 'replace', context: {} }
  if (command === 'add') {
    return { command: 'add', context: parseContext(requiredText(fields, 'context')) }
  }
  throw invalidParam('command', `must be add or remove_all, received ${command.slice(0, 64)}`)
}
