/** Name, tags and preset of the files to come. @module */

import { Component, type JSX } from 'preact'
import type { EditedOptions } from './contract.js'
import { Icon } from './icons.js'
import { enOptions } from './locales/en-options.js'
import type { WidgetModel } from './model.js'
import sheet from './options-view.css'
import panelSheet from './panel.css'
import type { Texts } from './texts.js'
import { addWords } from './words.js'

addWords(enOptions)

/** Style sheets of this part. */
export const sheets: readonly string[] = [panelSheet, sheet]

interface OptionsProps {
  readonly model: WidgetModel
}

interface OptionsState {
  readonly publicId: string
  readonly tags: readonly string[]
  readonly draft: string
  readonly preset: string
  readonly presets: readonly string[]
  readonly suggestions: readonly string[]
  readonly isRefused: boolean
}

/** What a name cannot contain. */
const FORBIDDEN = /[?&#\\%<>+|]/

/** The options of the files to come, as far as the page shows them. */
export class OptionsView extends Component<OptionsProps, OptionsState> {
  #isGone = false

  override state: OptionsState = {
    publicId: this.props.model.options.publicId ?? '',
    tags: tagsOf(this.props.model.options.tags),
    draft: '',
    preset: this.props.model.options.uploadPreset ?? '',
    presets: [],
    suggestions: [],
    isRefused: false,
  }

  override componentDidMount(): void {
    this.props.model.options.getUploadPresets?.((presets) => {
      if (!this.#isGone) this.setState({ presets })
    })
  }

  override componentWillUnmount(): void {
    this.#isGone = true
  }

  #suggest(draft: string): void {
    this.setState({ draft })
    this.props.model.options.getTags?.((suggestions) => {
      // An answer to an earlier letter comes too late.
      if (!this.#isGone && this.state.draft === draft) this.setState({ suggestions })
    }, draft)
  }

  #addTag(): void {
    const tag = this.state.draft.trim()
    const { tags } = this.state
    if (tag && !tags.includes(tag)) this.setState({ tags: [...tags, tag] })
    this.setState({ draft: '', suggestions: [] })
  }

  #onTagKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      this.#addTag()
    } else if (event.key === 'Backspace' && this.state.draft === '') {
      this.setState(({ tags }) => ({ tags: tags.slice(0, -1) }))
    }
  }

  #save(event: Event): void {
    event.preventDefault()
    const { publicId, tags, draft, preset } = this.state
    const { model } = this.props
    if (FORBIDDEN.test(publicId)) {
      this.setState({ isRefused: true })
      ;(event.currentTarget as HTMLFormElement).querySelector('input')?.focus()
      return
    }
    const last = draft.trim()
    const edited: EditedOptions = {
      publicId: publicId.trim() || null,
      tags: last && !tags.includes(last) ? [...tags, last] : tags,
      ...(preset ? { uploadPreset: preset } : {}),
    }
    model.leavePanel()
    model.host.edit(edited)
  }

  override render({ model }: OptionsProps, state: OptionsState): JSX.Element {
    const { texts } = model
    return (
      <form class="part" data-test="options" onSubmit={(event) => this.#save(event)}>
        <div class="body">
          <div class="form">
            <NameField
              value={state.publicId}
              isRefused={state.isRefused}
              texts={texts}
              onInput={(publicId) => this.setState({ publicId, isRefused: false })}
            />
            <TagField view={this.#tagField(state)} texts={texts} />
            {state.presets.length > 0 ? (
              <PresetField
                value={state.preset}
                presets={state.presets}
                texts={texts}
                onChange={(preset) => this.setState({ preset })}
              />
            ) : null}
          </div>
        </div>
        <footer class="foot" part="footer">
          <span class="end" />
          <button class="btn" type="button" onClick={() => model.leavePanel()}>
            {texts.say('advanced_options.cancel')}
          </button>
          <button class="btn primary" type="submit" data-test="save-options">
            {texts.say('advanced_options.save')}
          </button>
        </footer>
      </form>
    )
  }

  #tagField({ tags, draft, suggestions }: OptionsState): TagFieldView {
    return {
      tags,
      draft,
      suggestions,
      onInput: (text) => this.#suggest(text),
      onKey: (event) => this.#onTagKey(event),
      onRemove: (tag) => this.setState({ tags: tags.filter((each) => each !== tag) }),
    }
  }
}

interface NameProps {
  readonly value: string
  readonly isRefused: boolean
  readonly texts: Texts
  readonly onInput: (value: string) => void
}

function NameField({ value, isRefused, texts, onInput }: NameProps): JSX.Element {
  const hint = isRefused ? 'notifications.invalid_public_id' : 'advanced_options.public_id_ph'
  return (
    <div class="field">
      <label for="public-id">{texts.say('advanced_options.public_id')}</label>
      <input
        id="public-id"
        class="input"
        part="input"
        data-test="public-id"
        autocomplete="off"
        value={value}
        aria-invalid={isRefused}
        aria-describedby="public-id-hint"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id="public-id-hint" class={isRefused ? 'hint error' : 'hint'}>
        {isRefused ? <Icon name="refused" /> : null}
        {texts.say(hint)}
      </p>
    </div>
  )
}

interface TagFieldView {
  readonly tags: readonly string[]
  readonly draft: string
  readonly suggestions: readonly string[]
  onInput(text: string): void
  onKey(event: KeyboardEvent): void
  onRemove(tag: string): void
}

function TagField({ view, texts }: { view: TagFieldView; texts: Texts }): JSX.Element {
  return (
    <div class="field">
      <label for="tags">{texts.say('advanced_options.tags')}</label>
      <div class="input chips">
        {view.tags.map((tag) => (
          <span key={tag} class="chip">
            {tag}
            <button
              class="btn icon"
              type="button"
              aria-label={texts.say('advanced_options.remove_tag', { tag })}
              onClick={() => view.onRemove(tag)}
            >
              <Icon name="close" />
            </button>
          </span>
        ))}
        <input
          id="tags"
          data-test="tags"
          list="tag-suggestions"
          autocomplete="off"
          value={view.draft}
          aria-describedby="tags-hint"
          onInput={(event) => view.onInput(event.currentTarget.value)}
          onKeyDown={(event) => view.onKey(event)}
        />
        <datalist id="tag-suggestions">
          {view.suggestions.map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
      </div>
      <p id="tags-hint" class="hint">
        {texts.say('advanced_options.tags_ph')}
      </p>
    </div>
  )
}

interface PresetProps {
  readonly value: string
  readonly presets: readonly string[]
  readonly texts: Texts
  readonly onChange: (preset: string) => void
}

function PresetField({ value, presets, texts, onChange }: PresetProps): JSX.Element {
  return (
    <div class="field">
      <label for="preset">{texts.say('advanced_options.upload_preset')}</label>
      <div class="pick">
        <select
          id="preset"
          class="input"
          data-test="preset"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          <option value="">{texts.say('advanced_options.upload_preset_placeholder')}</option>
          {presets.map((preset) => (
            <option key={preset} value={preset}>
              {preset}
            </option>
          ))}
        </select>
        <Icon path="m5.5 8 4.5 4.5L14.5 8" />
      </div>
    </div>
  )
}

function tagsOf(tags: WidgetModel['options']['tags']): readonly string[] {
  if (typeof tags !== 'string') return tags ?? []
  return tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)
}
