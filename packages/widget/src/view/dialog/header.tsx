/** The header: title, Back, Minimize and Close. @module */

import type { JSX } from 'preact'
import { acceptAttribute } from '../../core/files/check-file.js'
import { Icon } from '../controls/icons.js'
import type { WidgetModel } from '../state/model.js'
import type { Texts } from '../words/texts.js'
import { FilesTitle } from './parts.js'

/** Draws the header. */
export function Header({
  model,
  isInline,
}: {
  model: WidgetModel
  isInline: boolean
}): JSX.Element {
  const texts = model.texts
  const { screen, panel } = model
  const isActive = model.totals.active > 0
  const hasFiles = screen === 'queue' || screen === 'finished'
  return (
    <header class="head" part="header">
      {panel && !(panel.kind === 'crop' && model.options.croppingShowBackButton === false) ? (
        <button
          class="btn icon"
          type="button"
          data-test="back"
          aria-label={texts.say('back')}
          onClick={() => model.leavePanel()}
        >
          <Icon name="back" className="flip" />
        </button>
      ) : null}
      {hasFiles ? (
        <FilesTitle model={model} />
      ) : (
        <div class="titles">
          <h2 id="t" part="title" tabIndex={-1}>
            {panel ? panel.title : emptyTitle(model, texts)}
          </h2>
          {panel?.detail ? <span class="meta">{panel.detail}</span> : null}
        </div>
      )}
      {isActive && !isInline ? (
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
      {isInline ? null : (
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
      )}
    </header>
  )
}

function emptyTitle({ rules }: WidgetModel, texts: Texts): string {
  const isPhotosOnly = /^(image\/[^,]+,?)+$/.test(acceptAttribute(rules))
  return texts.say(isPhotosOnly ? 'local.main_title_photos' : 'local.main_title')
}
