/** Opens the browser's file picker. @module */

import { acceptAttribute } from '../../core/files/check-file.js'
import type { FileRules } from '../../core/index.js'

/** Kind of files that a person wants to pick. */
export type PickKind = 'files' | 'library' | 'camera'

/** Opens the file picker. */
export type PickFiles = (kind: PickKind) => void

/** Opens the picker of a file field for one kind of files. */
export function openPicker(
  field: HTMLInputElement,
  kind: PickKind,
  { rules, isMultiple }: { readonly rules: FileRules; readonly isMultiple: boolean },
): void {
  const accept = acceptAttribute(rules)
  field.multiple = isMultiple && kind !== 'camera'
  field.accept = kind === 'files' ? accept : accept || 'image/*,video/*'
  if (kind === 'camera') {
    field.accept = 'image/*'
    field.setAttribute('capture', 'environment')
  } else field.removeAttribute('capture')
  field.click()
}
