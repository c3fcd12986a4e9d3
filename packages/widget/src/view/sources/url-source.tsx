/**
 * The link source: adds files by their address. The server fetches them, or the browser if the server may not. A separate chunk.
 * @module
 */

import { Component, createRef, h, type JSX, render } from 'preact'
import type { SourceContext, UploadSource } from '../../options/source.js'
import { Icon } from '../controls/icons.js'
import { fetchFile } from './fetch-file.js'

interface UrlState {
  readonly url: string
  /** Sentence about an invalid address or a failed request. */
  readonly problem: string
  readonly isFetching: boolean
  /** Address of the previewed image. */
  readonly preview: string
}

const PREVIEW_AFTER_MS = 500

/** Creates the source `url`. */
export function urlSource(): UploadSource {
  return {
    name: 'url',
    title: 'Link',
    open(context) {
      render(h(UrlForm, { context }), context.element)
      context.signal.addEventListener('abort', () => render(null, context.element))
    },
  }
}

class UrlForm extends Component<{ context: SourceContext }, UrlState> {
  readonly #field = createRef<HTMLInputElement>()
  #previewing: ReturnType<typeof setTimeout> | undefined

  override state: UrlState = {
    url: this.props.context.address ?? '',
    problem: '',
    isFetching: false,
    preview: '',
  }

  override componentDidMount(): void {
    this.#field.current?.focus()
    if (this.props.context.address) void this.#add()
  }

  override componentWillUnmount(): void {
    clearTimeout(this.#previewing)
  }

  #onInput(url: string): void {
    clearTimeout(this.#previewing)
    this.setState({ url, problem: '', preview: '' })
    if (!isAddress(url)) return
    this.#previewing = setTimeout(() => this.setState({ preview: url.trim() }), PREVIEW_AFTER_MS)
  }

  async #add(): Promise<void> {
    const { context } = this.props
    const url = this.state.url.trim()
    if (!isAddress(url)) {
      this.#refuse(context.say('notifications.invalid_add_url'))
      return
    }
    if (context.canAddUrls) {
      context.addUrls([url])
      return
    }
    this.setState({ isFetching: true, problem: '' })
    const found = await fetchFile(url, context)
    if (context.signal.aborted) return
    this.setState({ isFetching: false })
    if (found instanceof File) context.addFiles([found])
    else this.#refuse(context.say(found.key, found.values))
  }

  #refuse(problem: string): void {
    this.setState({ problem })
    this.#field.current?.focus()
  }

  override render(): JSX.Element {
    const { context } = this.props
    const { url, problem, isFetching, preview } = this.state
    return (
      <div class="body">
        <form
          class="form"
          novalidate
          onSubmit={(event) => {
            event.preventDefault()
            void this.#add()
          }}
        >
          <div class="field">
            <label for="url">{context.say('url.inner_title')}</label>
            <div class="join">
              <input
                ref={this.#field}
                id="url"
                class="input"
                part="input"
                type="url"
                inputMode="url"
                dir="ltr"
                autocomplete="off"
                data-test="search-input-box"
                placeholder={context.say('url.input_placeholder')}
                value={url}
                aria-invalid={problem !== ''}
                aria-describedby="url-hint url-way"
                onInput={(event) => this.#onInput(event.currentTarget.value)}
              />
              <button
                class="btn primary"
                type="submit"
                data-test="upload-from-link-btn"
                disabled={isFetching}
              >
                {context.say(isFetching ? 'url.adding' : 'url.add')}
              </button>
            </div>
            <p id="url-hint" class={problem ? 'hint error' : 'hint'} role="alert">
              {problem ? (
                <>
                  <Icon name="refused" />
                  {problem}
                </>
              ) : null}
            </p>
            <p id="url-way" class="hint">
              {context.say(context.canAddUrls ? 'url.open_to_all' : 'url.by_browser')}
            </p>
          </div>
          {preview ? (
            <img
              class="preview"
              src={preview}
              alt={context.say('url.preview')}
              referrerpolicy="no-referrer"
              // The address is not an image, or the page's policy blocks it. The file can be added anyway.
              onError={() => this.setState({ preview: '' })}
            />
          ) : null}
        </form>
      </div>
    )
  }
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text.trim()) && URL.canParse(text.trim())
}
