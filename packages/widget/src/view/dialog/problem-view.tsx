/** The view when nothing can be uploaded. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { Component, type JSX } from 'preact'
import { failureDetails } from '../../core/failures/failure.js'
import { failureDetail } from '../controls/failure-detail.js'
import { Icon } from '../controls/icons.js'
import sheet from '../controls/panel.css'
import { SignIn } from '../controls/sign-in.js'
import { isDevelopment } from '../state/is-development.js'
import type { WidgetModel } from '../state/model.js'
import { enProblem } from '../words/locales/en-problem.js'
import type { TextKey } from '../words/texts.js'
import { addWords } from '../words/words.js'

const PLUG = 'M7 3v4M13 3v4M5 7h10v2.5a5 5 0 0 1-10 0ZM10 14.5V17'

addWords(enProblem)

/** Style sheets of this part. */
export const sheets: readonly string[] = [sheet]

interface ProblemProps {
  readonly model: WidgetModel
  readonly problem: MediaError
}

/** Draws the problem and its remedy. On development pages, also draws the request and its answer. */
export function ProblemView({ model, problem }: ProblemProps): JSX.Element {
  const texts = model.texts
  const { isConfiguration = false, request, answer } = failureDetails(problem)
  const isForDeveloper = isDevelopment(model.options)
  const details = isForDeveloper ? [request, answer].filter(Boolean).join('\n') : ''
  const detail = failureDetail(problem, model.options)
  return (
    <div class="note" part="message" data-test="problem">
      <Icon path={PLUG} />
      {isConfiguration && !isForDeveloper ? null : (
        <h3>{texts.say(titleKey(problem, isConfiguration))}</h3>
      )}
      <p>{texts.reason(problem)}</p>
      {detail ? (
        <p dir="ltr" data-test="detail">
          <WithCode text={detail} />
        </p>
      ) : null}
      {details ? <pre>{details}</pre> : null}
      <div class="acts">
        <SignIn error={problem} options={model.options} texts={texts} />
        {isForDeveloper ? (
          <CopyButton model={model} text={[detail || problem.message, details].join('\n')} />
        ) : null}
        <button
          class="btn primary"
          type="button"
          data-test="try-again"
          onClick={() => void tryAgain(model)}
        >
          {texts.say('problem.again')}
        </button>
      </div>
    </div>
  )
}

async function tryAgain(model: WidgetModel): Promise<void> {
  if (await model.host.checkConfiguration()) model.host.retry()
}

function titleKey({ code }: MediaError, isConfiguration: boolean): TextKey {
  if (isConfiguration) return 'problem.title'
  return code === 'UNAUTHORIZED' ? 'problem.title_session' : 'problem.title_refused'
}

/** Draws a text with option and variable names as code, so that developers recognize them. */
function WithCode({ text }: { text: string }): JSX.Element {
  const parts = text.split(
    /\b(signatureEndpoint|cloudName|uploadUrl|uploadPrefix|NEXT_PUBLIC_\w+)\b/,
  )
  return (
    <>{parts.map((part, index) => (index % 2 === 1 ? <code key={part}>{part}</code> : part))}</>
  )
}

class CopyButton extends Component<{ model: WidgetModel; text: string }, { isCopied?: boolean }> {
  async #copy(): Promise<void> {
    const { model, text } = this.props
    await navigator.clipboard?.writeText(text)
    this.setState({ isCopied: true })
    model.announcer.say(model.texts.say('problem.copied'))
  }

  override render(): JSX.Element {
    const { texts } = this.props.model
    return (
      <button
        class="btn"
        type="button"
        data-test="copy"
        // Without permission for the clipboard, the button's label does not change.
        onClick={() => void this.#copy().catch(() => undefined)}
      >
        {texts.say(this.state.isCopied ? 'problem.copied' : 'problem.copy')}
      </button>
    )
  }
}
