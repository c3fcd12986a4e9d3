/** The footer: buttons for the next step, or the question before stopping. @module */

import type { JSX } from 'preact'
import { FILE_ICONS } from '../controls/file-icons.js'
import { Icon } from '../controls/icons.js'
import { hasSettableOptions } from '../options/settable-options.js'
import type { WidgetModel } from '../state/model.js'
import { openOptions } from '../state/open-panel.js'
import { hasSources } from '../state/shown-sources.js'
import type { PickFiles } from './pick-files.js'

interface FooterProps {
  readonly model: WidgetModel
  readonly pick: PickFiles
}

/** Draws the footer: Add more, Cancel all, Retry and Done. */
export function Footer({ model, pick }: FooterProps): JSX.Element {
  const texts = model.texts
  const { active, ready } = model.totals
  const { showUploadMoreButton = true, showAdvancedOptions } = model.options
  const isFinished = model.screen === 'finished'
  if (model.isAsking) return <CloseQuestion model={model} />
  return (
    <footer class="foot" part="footer">
      {showUploadMoreButton ? (
        <AddMore
          model={model}
          pick={pick}
          words={texts.say(isFinished ? 'queue.upload_more' : 'queue.add_more')}
        />
      ) : null}
      {showAdvancedOptions && hasSettableOptions(model.host, model.options) ? (
        <button
          class="btn plain"
          type="button"
          data-test="btn-advanced"
          onClick={() => openOptions(model)}
        >
          <Icon path={FILE_ICONS.options} />
          {texts.say('queue.options')}
        </button>
      ) : null}
      <span class="end" />
      {active > 0 ? <PauseAll model={model} /> : null}
      {active > 0 ? (
        <button
          class="btn"
          type="button"
          data-test="cancel-all"
          onClick={() => model.host.cancel()}
        >
          {texts.say('queue.abort_all')}
        </button>
      ) : ready > 0 ? (
        <button
          class="btn primary"
          type="button"
          data-test="upload"
          onClick={() => model.host.upload()}
        >
          {texts.count('queue.upload', ready)}
        </button>
      ) : (
        <EndButtons model={model} />
      )}
    </footer>
  )
}

interface AddMoreProps extends FooterProps {
  readonly words: string
}

/** Opens the menu of sources if there is more than one source, else the file picker. */
function AddMore({ model, pick, words }: AddMoreProps): JSX.Element {
  const hasMenu = hasSources(model.options)
  return (
    <button
      class="btn plain"
      type="button"
      data-test="add-more"
      {...(hasMenu ? { 'aria-haspopup': 'menu', 'aria-expanded': model.isMenuOpen } : {})}
      onClick={() => (hasMenu ? model.set({ isMenuOpen: !model.isMenuOpen }) : pick('files'))}
    >
      <Icon name="plus" />
      {words}
    </button>
  )
}

function PauseAll({ model }: { model: WidgetModel }): JSX.Element {
  const { active, paused } = model.totals
  const isPaused = paused === active
  return (
    <button
      class="btn plain"
      type="button"
      data-test={isPaused ? 'resume-all' : 'pause-all'}
      onClick={() => (isPaused ? model.host.resume() : model.host.pause())}
    >
      <Icon path={isPaused ? FILE_ICONS.resume : FILE_ICONS.pause} />
      {model.texts.say(isPaused ? 'queue.resume_all' : 'queue.pause_all')}
    </button>
  )
}

function EndButtons({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  const { retryable, done } = model.totals
  return (
    <>
      {model.options.showCompletedButton && done > 0 ? (
        <button
          class="btn"
          type="button"
          data-test="show-completed-button"
          onClick={() => model.host.showCompleted()}
        >
          {texts.say('queue.show_completed')}
        </button>
      ) : null}
      {retryable > 0 ? (
        <button class="btn" type="button" data-test="retry-all" onClick={() => model.host.retry()}>
          <Icon path={FILE_ICONS.retry} />
          {retryable > 1
            ? texts.say('queue.retry_some', { n: retryable })
            : texts.say('queue.retry_failed')}
        </button>
      ) : null}
      <button
        class="btn primary"
        type="button"
        data-test="queue-done"
        onClick={() => model.host.close(true)}
      >
        {texts.say('queue.done')}
      </button>
    </>
  )
}

function CloseQuestion({ model }: { model: WidgetModel }): JSX.Element {
  const texts = model.texts
  const { active } = model.totals
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own
    <div class="ask" role="group" aria-labelledby="ask" data-test="close-question">
      <p id="ask">
        <strong>{texts.say('uploader.close_mid_upload')}</strong>{' '}
        {texts.count('uploader.close_explanation', active)}
      </p>
      <button class="btn" type="button" data-test="stop" onClick={() => model.host.close(true)}>
        {texts.say('uploader.stop')}
      </button>
      <button
        ref={focusWhenShown}
        class="btn primary"
        type="button"
        data-test="keep"
        onClick={() => {
          model.set({ isAsking: false })
        }}
      >
        {texts.say('uploader.keep')}
      </button>
    </div>
  )
}

// One function for all renders, so that Preact calls it only when the button appears.
function focusWhenShown(button: HTMLButtonElement | null): void {
  button?.focus()
}
