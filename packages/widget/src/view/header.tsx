/** The header: what is going on, and the way out. @module */

import type { JSX } from 'preact'
import { acceptAttribute } from '../core/index.js'
import { Icon } from './icons.js'
import type { WidgetModel } from './model.js'
import type { Texts } from './texts.js'

/** Title, its detail, Minimise and Close. */
export function Header({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  const { title, detail, isDone } = titleOf(model, texts)
  const isActive = model.totals.active > 0
  return (
    <header class="head" part="header">
      {isDone ? <Icon name="done" className="ok" /> : null}
      <div class="titles">
        <h2 id="t" part="title" tabIndex={-1}>
          {title}
        </h2>
        {detail ? <span class="meta num">{detail}</span> : null}
      </div>
      {isActive ? (
        <button
          class="btn icon"
          type="button"
          data-test="minimize"
          aria-label={texts.say('minimize')}
          onClick={() => model.host.minimize()}
        >
          <Icon name="minimize" />
        </button>
      ) : null}
      <button
        class="btn icon"
        type="button"
        part="close"
        data-test="close"
        aria-label={texts.say('close')}
        onClick={() => model.host.close(false)}
      >
        <Icon name="close" />
      </button>
    </header>
  )
}

interface Title {
  readonly title: string
  readonly detail?: string
  readonly isDone?: boolean
}

function titleOf(model: WidgetModel, texts: Texts): Title {
  const screen = model.screen
  const { active, done, failed, files, refused, bytes } = model.totals
  if (screen === 'empty' || screen === 'problem') return { title: emptyTitle(model, texts) }
  if (screen === 'finished') {
    return { title: texts.count('queue.finished', done), detail: texts.bytes(bytes), isDone: true }
  }
  const total = active > 0 ? files - refused : files
  const ofDone = texts.say('queue.of_done', { done, total })
  if (active > 0) {
    const left = timeLeft(model.secondsLeft, texts)
    return {
      title: texts.say('queue.title_uploading'),
      detail: left ? `${ofDone} · ${left}` : ofDone,
    }
  }
  const title = failed > 0 ? texts.count('queue.failed', failed) : texts.say('queue.stopped')
  return { title, detail: ofDone }
}

function emptyTitle({ rules }: WidgetModel, texts: Texts): string {
  const isPhotosOnly = /^(image\/[^,]+,?)+$/.test(acceptAttribute(rules))
  return texts.say(isPhotosOnly ? 'local.main_title_photos' : 'local.main_title')
}

function timeLeft(seconds: number | undefined, texts: Texts): string | undefined {
  if (seconds === undefined) return undefined
  // Steps of five, so that the words stand still.
  const rounded = seconds > 10 ? Math.round(seconds / 5) * 5 : seconds
  const isMinutes = rounded >= 90
  const n = isMinutes ? Math.round(rounded / 60) : rounded
  const time = texts.say(isMinutes ? 'queue.minutes' : 'queue.seconds', { n })
  return texts.say('queue.time_left', { time })
}
