/** The view of one source. @module */

import { Component, createRef, type JSX } from 'preact'
import { checkType } from '../../core/files/check-file.js'
import type { SourceContext } from '../../options/source.js'
import sheet from '../controls/panel.css'
import { Spinner } from '../controls/spinner.js'
import type { PickFiles } from '../files/pick-files.js'
import type { WidgetModel } from '../state/model.js'
import type { SourcePanel } from '../state/panel.js'
import { enSources } from '../words/locales/en-sources.js'
import type { TextKey } from '../words/texts.js'
import { addWords } from '../words/words.js'
import { loadSource } from './load-source.js'

addWords(enSources)

/** Style sheets of this part. */
export const sheets: readonly string[] = [sheet]

interface SourceProps {
  readonly model: WidgetModel
  readonly panel: SourcePanel
  readonly pick: PickFiles
}

interface SourceState {
  readonly phase: 'loading' | 'open' | 'failed'
}

/** Loads a source, gives it an element, and aborts its signal at the end. */
export class SourceView extends Component<SourceProps, SourceState> {
  readonly #room = createRef<HTMLDivElement>()
  readonly #life = new AbortController()

  override state: SourceState = { phase: 'loading' }

  override componentDidMount(): void {
    void this.#open()
  }

  override componentWillUnmount(): void {
    this.#life.abort()
  }

  async #open(): Promise<void> {
    const { signal } = this.#life
    try {
      const { source: given } = this.props.panel
      const source = typeof given === 'string' ? await loadSource(given) : given
      const element = this.#room.current
      if (signal.aborted || !element) return
      await source.open(this.#context(element))
      if (!signal.aborted) this.setState({ phase: 'open' })
    } catch (error) {
      if (signal.aborted) return
      console.error('[countersign]', error)
      this.setState({ phase: 'failed' })
    }
  }

  #context(element: HTMLElement): SourceContext {
    const { model, panel, pick } = this.props
    const { host, rules } = model
    const leave = (add: () => Promise<void>): void => {
      model.leavePanel()
      void add()
    }
    const sources = host.queue.limits()?.sources
    return {
      element,
      signal: this.#life.signal,
      language: model.texts.language,
      isMultiple: model.isMultiple,
      ...(panel.address ? { address: panel.address } : {}),
      canAddUrls: !sources || sources.includes('url'),
      accepts: (type) => checkType({ name: '', type }, rules) === null,
      addFiles: (files) => leave(() => host.addFiles(files)),
      addUrls: (urls) => leave(() => host.addUrls(urls)),
      chooseFiles: () => {
        model.leavePanel()
        pick('files')
      },
      say: (key, values) => this.props.model.texts.say(key as TextKey, values),
      announce: (message) => model.announcer.say(message),
      addStyles: model.adopt,
    }
  }

  override render({ model, panel }: SourceProps, { phase }: SourceState): JSX.Element {
    const { texts } = model
    return (
      <>
        {phase === 'loading' ? (
          <div class="note" aria-hidden="true">
            <Spinner />
          </div>
        ) : null}
        {phase === 'failed' ? (
          <div class="note" part="message" data-test="source-failed">
            <h3>{texts.say('sources.failed', { name: panel.title })}</h3>
            <p>{texts.say('sources.failed_hint')}</p>
          </div>
        ) : null}
        <div ref={this.#room} class="source" data-source={panel.name} />
      </>
    )
  }
}
