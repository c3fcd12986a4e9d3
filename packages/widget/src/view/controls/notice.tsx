/** The message about files that were not added. @module */

import type { JSX } from 'preact'
import type { WidgetModel } from '../state/model.js'
import { Icon } from './icons.js'

/** Shows which files were not added, and why. Draws nothing without a notice. */
export function Notice({ model }: { model: WidgetModel }): JSX.Element | null {
  if (!model.notice) return null
  return (
    <p class="hint error" part="message" data-test="notice">
      <Icon name="refused" />
      {model.notice}
    </p>
  )
}
