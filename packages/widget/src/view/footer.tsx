/** The footer: the next step, or the question before stopping. @module */

import type { JSX } from 'preact'
import { Icon } from './icons.js'
import type { WidgetModel } from './model.js'
import type { PickFiles } from './pick-files.js'

interface FooterProps {
  readonly model: WidgetModel
  readonly pick: PickFiles
}

/** Add more, Cancel all, Retry, Done. */
export function Footer({ model, pick }: FooterProps): JSX.Element {
  const texts = model.texts
  const { active } = model.totals
  const { showUploadMoreButton = true } = model.options
  const isFinished = model.screen === 'finished'
  if (model.isAsking) return <CloseQuestion model={model} />
  return (
    <footer class="foot" part="footer">
      {showUploadMoreButton ? (
        <button class="btn plain" type="button" data-test="add-more" onClick={() => pick('files')}>
          <Icon name="plus" />
          {texts.say(isFinished ? 'queue.upload_more' : 'queue.add_more')}
        </button>
      ) : null}
      <span class="end" />
      {active > 0 ? (
        <button
          class="btn"
          type="button"
          data-test="cancel-all"
          onClick={() => model.host.cancel()}
        >
          {texts.say('queue.abort_all')}
        </button>
      ) : (
        <EndButtons model={model} />
      )}
    </footer>
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
          <Icon name="retry" />
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

// One function for all renders, so that it runs only when the button comes.
function focusWhenShown(button: HTMLButtonElement | null): void {
  button?.focus()
}
