/** The bar of the minimized widget, at the edge of the window. @module */

import type { JSX } from 'preact'
import type { UploadItem } from '../../core/index.js'
import { percentOf } from '../../options/upload-result.js'
import { FILE_ICONS } from '../controls/file-icons.js'
import { Icon } from '../controls/icons.js'
import type { WidgetModel } from '../state/model.js'
import { Thumbnail } from './thumbnail.js'

/** Draws the bar with the progress or the result of the uploads. */
export function MiniBar({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  const { active, failed, files, done } = model.totals
  const position = model.options.queueViewPosition
  const item = shownItem(model.items)
  const isEnded = active === 0
  const needed = neededFile(model)
  return (
    <section
      ref={(bar) => {
        if (bar) dock(bar, position)
      }}
      class="mini"
      part="minibar"
      aria-label={texts.say(isEnded ? 'queue.mini_ended' : 'queue.mini_title')}
    >
      <div class="row" data-state={barState(model)}>
        <div class="thumb" aria-hidden="true">
          {item ? <Thumbnail key={item.id} file={item.file} host={model.host} boxPx={48} /> : null}
        </div>
        <div>
          <strong>
            {needed
              ? needed.file.name
              : active > 0
                ? texts.say('queue.mini_upload_count', {
                    i: files - active + 1,
                    n: files,
                  })
                : failed > 0
                  ? texts.say('queue.mini_failed', { n: failed })
                  : texts.count('queue.finished', done)}
          </strong>
          <BarState model={model} item={item} />
        </div>
        <BarButtons model={model} />
      </div>
    </section>
  )
}

/** Returns the first file that a person must choose again, if nothing is uploading. */
function neededFile({ totals, items }: WidgetModel): UploadItem | undefined {
  if (totals.active > 0 || totals.failed > 0) return undefined
  return items.find(({ state }) => state.status === 'file-needed')
}

function barState(model: WidgetModel): string {
  const { totals } = model
  if (totals.active > 0) return 'uploading'
  if (neededFile(model)) return 'file-needed'
  return totals.failed > 0 ? 'failed' : 'done'
}

function BarState({
  model,
  item,
}: {
  model: WidgetModel
  item: UploadItem | undefined
}): JSX.Element | null {
  const texts = model.texts
  const { active, failed, percent, bytes } = model.totals
  if (active > 0) {
    return (
      <div class="state">
        <progress
          part="progress"
          max={100}
          value={percent}
          aria-label={texts.say('queue.title_uploading')}
        />
        <span class="num">{texts.percent(percent)}</span>
      </div>
    )
  }
  const needed = neededFile(model)
  if (needed) {
    const percent = texts.percent(percentOf(needed))
    return <div class="state">{texts.say('queue.statuses.file_needed', { percent })}</div>
  }
  const error = item && 'error' in item.state ? item.state.error : undefined
  return (
    <div class="state">
      {failed > 0 ? <Icon path={FILE_ICONS.failed} /> : <Icon name="done" />}
      <span>{error ? texts.reason(error) : texts.bytes(bytes)}</span>
    </div>
  )
}

function BarButtons({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  const { active, retryable } = model.totals
  return (
    <div class="acts">
      {active === 0 && retryable > 0 ? (
        <button class="btn" type="button" data-test="retry-all" onClick={() => model.host.retry()}>
          {texts.say('queue.retry_failed')}
        </button>
      ) : null}
      <button
        class="btn icon"
        type="button"
        data-test="expand"
        aria-label={texts.say('queue.expand')}
        onClick={() => model.host.expand()}
      >
        <Icon path={FILE_ICONS.expand} />
      </button>
      {active === 0 ? (
        <button
          class="btn icon"
          type="button"
          data-test="close"
          aria-label={texts.say('close')}
          onClick={() => model.host.close(true)}
        >
          <Icon name="close" />
        </button>
      ) : null}
    </div>
  )
}

/** Returns the file that the bar shows: one that is uploading, else one that failed, else the first. */
function shownItem(items: readonly UploadItem[]): UploadItem | undefined {
  const byStatus = (...statuses: string[]): UploadItem | undefined =>
    items.find(({ state }) => statuses.includes(state.status))
  return byStatus('uploading', 'processing', 'signing') ?? byStatus('failed', 'refused') ?? items[0]
}

/** Docks the bar at `right:35px` or `left:10px`. Any other text means the default. */
function dock(bar: HTMLElement, position = ''): void {
  const [, side = 'right', offset = '35px'] =
    /^\s*(left|right)\s*:\s*(\d+(?:px|%|r?em))\s*$/.exec(position) ?? []
  bar.style.left = side === 'left' ? offset : 'auto'
  bar.style.right = side === 'left' ? 'auto' : offset
}
