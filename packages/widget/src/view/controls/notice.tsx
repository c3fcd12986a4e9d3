/** What a person should know about files that did not get into the list. @module */

import type { JSX } from 'preact'
import type { WidgetModel } from '../state/model.js'
import { Icon } from './icons.js'

/** What did not get into the list, and why. */
export function Notice({ model }: { model: WidgetModel }): JSX.Element | null {
  if (!model.notice) return null
  return (
    <p class="hint error" part="message" data-test="notice">
      <Icon name="refused" />
      {model.notice}
    </p>
  )
}
