/** The views with files: the list and the tiles when all went well. @module */

import type { JSX } from 'preact'
import { isUnfinished, type UploadItem } from '../core/index.js'
import { Notice } from './empty-view.js'
import { FileName } from './file-name.js'
import type { QueueFilter, WidgetModel } from './model.js'
import { QueueRow } from './queue-row.js'
import type { TextKey } from './texts.js'
import { Thumbnail } from './thumbnail.js'

/** A list longer than this can be filtered. */
const FILTER_ABOVE = 12
/** Rows out of sight of a list longer than this are not laid out. */
const CONTAIN_ABOVE = 200

/** Progress of everything, the filter of a long list, and the rows. */
export function QueueView({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  const { active, percent, files } = model.totals
  const items = shownItems(model)
  return (
    <>
      {active > 0 ? (
        <progress
          class="total"
          max={100}
          value={percent}
          aria-label={texts.say('queue.title_uploading')}
        />
      ) : (
        <hr />
      )}
      {files > FILTER_ABOVE ? <FilterLine model={model} /> : null}
      <Notice model={model} />
      <ul
        class="queue"
        part="queue"
        data-long={files > CONTAIN_ABOVE}
        aria-label={texts.say('queue.list')}
      >
        {items.map((item) => (
          <QueueRow key={item.id} item={item} model={model} texts={texts} />
        ))}
      </ul>
    </>
  )
}

/** Every file as a tile. */
export function FinishedView({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  return (
    <>
      <hr />
      <Notice model={model} />
      <ul class="grid" part="queue" aria-label={texts.say('queue.list')}>
        {model.items.map(({ id, file }) => (
          <li key={id} class="tile" part="item" data-state="done">
            <div class="shot" part="thumb" aria-hidden="true">
              <Thumbnail file={file} boxPx={160} />
            </div>
            <FileName name={file.name} />
          </li>
        ))}
      </ul>
    </>
  )
}

function shownItems({ items, totals, filter }: WidgetModel): readonly UploadItem[] {
  if (totals.files > FILTER_ABOVE && filter === 'active') {
    return items.filter(({ state }) => isUnfinished(state))
  }
  if (totals.files > FILTER_ABOVE && filter === 'failed') return items.filter(isProblem)
  // While something runs rows stay where they are; at the end problems come first.
  if (totals.active > 0) return items
  return [...items.filter(isProblem), ...items.filter((item) => !isProblem(item))]
}

function isProblem({ state }: UploadItem): boolean {
  return state.status === 'failed' || state.status === 'refused'
}

function FilterLine({ model }: { model: WidgetModel }): JSX.Element {
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
