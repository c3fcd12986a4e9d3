/** The filter of a long list of files. @module */

import type { JSX } from 'preact'
import type { QueueFilter, WidgetModel } from '../state/model.js'
import type { TextKey } from '../words/texts.js'

/** Draws the filter: all files, files in progress, and files that were not uploaded. */
export function FilterLine({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  const { files, active, failed } = model.totals
  const choices: readonly (readonly [QueueFilter, TextKey, number])[] = [
    ['all', 'queue.filter_all', files],
    ['active', 'queue.filter_active', active],
    ['failed', 'queue.filter_failed', failed],
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own
    <div class="filter" role="group" aria-label={texts.say('queue.filter')}>
      {choices.map(([choice, key, n]) => (
        <button
          key={choice}
          class="btn"
          type="button"
          aria-pressed={model.filter === choice}
          onClick={() => {
            model.set({ filter: choice })
          }}
        >
          {texts.say(key, { n })}
        </button>
      ))}
    </div>
  )
}
