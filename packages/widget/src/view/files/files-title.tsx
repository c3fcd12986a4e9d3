/** The title above the files. @module */

import type { JSX } from 'preact'
import { Icon } from '../controls/icons.js'
import type { WidgetModel } from '../state/model.js'
import type { Texts } from '../words/texts.js'

interface Title {
  readonly title: string
  readonly detail?: string
  readonly isDone?: boolean
}

/** Draws the title, and below it the progress or the size. */
export function FilesTitle({ model }: { model: WidgetModel }): JSX.Element {
  const { title, detail, isDone } = titleOf(model, model.texts)
  return (
    <>
      {isDone ? <Icon name="done" className="ok" /> : null}
      <div class="titles">
        <h2 id="t" part="title" tabIndex={-1}>
          {title}
        </h2>
        {detail ? <span class="meta num">{detail}</span> : null}
      </div>
    </>
  )
}

function titleOf({ screen, totals, secondsLeft }: WidgetModel, texts: Texts): Title {
  const { active, ready, done, failed, files, bytes, percent } = totals
  if (screen === 'finished') {
    return { title: texts.count('queue.finished', done), detail: texts.bytes(bytes), isDone: true }
  }
  const ofDone = texts.say('queue.of_done', { done, total: files })
  if (active > 0) {
    const known = [ofDone, texts.percent(percent), timeLeft(secondsLeft, texts)]
    return { title: texts.say('queue.title_uploading'), detail: known.filter(Boolean).join(' · ') }
  }
  if (ready > 0) return { title: texts.count('queue.ready', ready), detail: texts.bytes(bytes) }
  const title = failed > 0 ? texts.count('queue.failed', failed) : texts.say('queue.stopped')
  return { title, detail: ofDone }
}

function timeLeft(seconds: number | undefined, texts: Texts): string | undefined {
  if (!seconds) return undefined
  // Rounds to steps of five, so that the text does not change every second.
  const rounded = seconds > 10 ? Math.round(seconds / 5) * 5 : seconds
  const isMinutes = rounded >= 90
  const n = isMinutes ? Math.round(rounded / 60) : rounded
  const time = texts.say(isMinutes ? 'queue.minutes' : 'queue.seconds', { n })
  return texts.say('queue.time_left', { time })
}
