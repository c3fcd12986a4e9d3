/** The view with files in progress: a list of rows. @module */

import type { JSX } from 'preact'
import type { UploadItem } from '../../core/index.js'
import { isUnfinished } from '../../core/queue/upload-state.js'
import { Notice } from '../controls/notice.js'
import type { WidgetModel } from '../state/model.js'
import { FilterLine } from './filter-line.js'
import { QueueRow } from './queue-row.js'

/** Longer lists get a filter. */
const FILTER_ABOVE = 12
/** In longer lists, the browser skips the layout of rows that are out of sight. */
const CONTAIN_ABOVE = 200

/** Draws the total progress, the filter of a long list, and the rows. */
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
          <QueueRow
            key={item.id}
            item={item}
            host={model.host}
            announcer={model.announcer}
            texts={texts}
          />
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
  // While files upload, the rows keep their order. At the end, problems come first.
  if (totals.active > 0) return items
  return [...items.filter(isProblem), ...items.filter((item) => !isProblem(item))]
}

function isProblem({ state }: UploadItem): boolean {
  return state.status === 'failed' || state.status === 'refused'
}
