/** The advanced options for the next files: name, folder, tags and preset. @module */

import { Component, type JSX } from 'preact'
import type { ParamProblem } from '../../core/signing/param-problem.js'
import panelSheet from '../controls/panel.css'
import type { EditedOptions } from '../state/contract.js'
import type { WidgetModel } from '../state/model.js'
import { enOptions } from '../words/locales/en-options.js'
import type { Texts } from '../words/texts.js'
import { addWords } from '../words/words.js'
import {
  type OfferedOption,
  type OfferedOptions,
  offeredOptions,
  problemWith,
  sentValue,
  shownText,
  tagsOf,
  withTyped,
} from './offered-options.js'
import { ChoiceField, RuledField, TagField } from './option-fields.js'
import sheet from './options-view.css'
import { rulesOfPreset } from './settable-options.js'

addWords(enOptions)

/** Style sheets of this part. */
export const sheets: readonly string[] = [panelSheet, sheet]

interface OptionsProps {
  readonly model: WidgetModel
}

/** Ids of the fields that can have a problem, in the order of the view. */
const FIELD_IDS = { name: 'public-id', folder: 'folder', tags: 'tags' } as const

type Field = keyof typeof FIELD_IDS

interface OptionsState {
  /** Typed value; `undefined` until the person types. */
  readonly name: string | undefined
  readonly folder: string | undefined
  readonly tags: readonly string[] | undefined
  readonly draft: string
  readonly preset: string
  /** Presets that the page offers. */
  readonly presets: readonly string[]
  readonly suggestions: readonly string[]
  readonly problems: Readonly<Partial<Record<Field, string>>>
}

/** Characters that a name cannot contain. */
const FORBIDDEN = /[?&#\\%<>+|]/

/** Draws the options that the page and the endpoint allow people to set. */
export class OptionsView extends Component<OptionsProps, OptionsState> {
  #isGone = false

  override state: OptionsState = {
    name: undefined,
    folder: undefined,
    tags: undefined,
    draft: '',
    preset: this.props.model.options.uploadPreset ?? '',
    presets: [],
    suggestions: [],
    problems: {},
  }

  override componentDidMount(): void {
    this.props.model.options.getUploadPresets?.((presets) => {
      if (!this.#isGone) this.setState({ presets })
    })
  }

  override componentWillUnmount(): void {
    this.#isGone = true
  }

  #offered(): OfferedOptions {
    const { host, options } = this.props.model
    return offeredOptions(rulesOfPreset(host, this.state.preset || options.uploadPreset))
  }

  /** Returns the page's presets that the endpoint allows this user. */
  #presets(): readonly string[] {
    const open = this.props.model.host.queue.presets()
    return this.state.presets.filter((name) => !open || open.has(name))
  }

  #textOf(field: 'name' | 'folder', { option, rule }: OfferedOption): string {
    const set = this.props.model.options[option]
    return this.state[field] ?? shownText(rule, typeof set === 'string' ? set : '')
  }

  #tags({ tags }: OfferedOptions): readonly string[] {
    const rule = tags?.rule
    const byDefault = rule && rule.kind !== 'fixed' ? rule.default : undefined
    return this.state.tags ?? tagsOf(this.props.model.options.tags ?? byDefault)
  }

  #withoutProblem(field: Field): OptionsState['problems'] {
    const { [field]: _, ...others } = this.state.problems
    return others
  }

  #suggest(draft: string): void {
    this.setState({ draft, problems: this.#withoutProblem('tags') })
    this.props.model.options.getTags?.((suggestions) => {
      // Ignores suggestions for an earlier text.
      if (!this.#isGone && this.state.draft === draft) this.setState({ suggestions })
    }, draft)
  }

  #addTag(): void {
    const offered = this.#offered()
    const tags = withTyped(this.#tags(offered), this.state.draft)
    const problem = problemWith(offered.tags, tags.join(','))
    if (problem) this.#showProblems({ tags: problemText(problem, this.props.model.texts) })
    else this.setState({ tags, draft: '', suggestions: [] })
  }

  #onTagKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault()
      this.#addTag()
    } else if (event.key === 'Backspace' && this.state.draft === '') {
      this.#keepTags(this.#tags(this.#offered()).slice(0, -1))
    }
  }

  #keepTags(tags: readonly string[]): void {
    this.setState({ tags, problems: this.#withoutProblem('tags') })
  }

  #showProblems(problems: OptionsState['problems']): void {
    this.setState({ problems: { ...this.state.problems, ...problems } })
  }

  #save(event: Event): void {
    event.preventDefault()
    const { model } = this.props
    const edited = this.#edited()
    const problems = this.#problemsOf(edited)
    const [first] = Object.keys(problems) as Field[]
    if (first) {
      this.setState({ problems })
      const form = event.currentTarget as HTMLFormElement
      form.querySelector<HTMLElement>(`#${FIELD_IDS[first]}`)?.focus()
      return
    }
    model.leavePanel()
    model.host.edit(edited)
  }

  #edited(): EditedOptions {
    const offered = this.#offered()
    const { preset, draft } = this.state
    const edited: Record<string, string | readonly string[] | null> = this.#dropped()
    for (const field of ['name', 'folder'] as const) {
      const each = offered[field]
      if (!each || each.rule.kind === 'fixed') continue
      edited[each.option] = sentValue(each.rule, this.#textOf(field, each))
    }
    if (offered.tags) edited.tags = withTyped(this.#tags(offered), draft)
    if (preset) edited.uploadPreset = preset
    return edited
  }

  /** Clears the page's values if the person chose another preset, because that preset may refuse them. */
  #dropped(): Record<string, null> {
    const { host, options } = this.props.model
    const { preset } = this.state
    if (!host.queue.presets() || !preset || preset === options.uploadPreset) return {}
    const names = (['publicId', 'tags', 'folder', 'assetFolder'] as const).filter(
      (name) => options[name],
    )
    return Object.fromEntries(names.map((name) => [name, null]))
  }

  #problemsOf(edited: EditedOptions): Partial<Record<Field, string>> {
    const { texts } = this.props.model
    const offered = this.#offered()
    const { publicId } = edited
    const problems: Partial<Record<Field, string>> = {}
    if (publicId && FORBIDDEN.test(publicId)) {
      problems.name = texts.say('notifications.invalid_public_id')
    }
    for (const field of Object.keys(FIELD_IDS) as Field[]) {
      const each = offered[field]
      const value = each && edited[each.option]
      const text = typeof value === 'string' ? value : (value?.join(',') ?? null)
      const problem = problemWith(each, text)
      if (problem) problems[field] ??= problemText(problem, texts)
    }
    return problems
  }

  override render({ model }: OptionsProps): JSX.Element {
    const { texts } = model
    return (
      <form class="part" data-test="options" onSubmit={(event) => this.#save(event)}>
        <div class="body">
          <div class="form">{this.#fields()}</div>
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

  #fields(): JSX.Element {
    const { texts } = this.props.model
    const { preset } = this.state
    const { name, folder, tags } = this.#offered()
    const presets = this.#presets()
    return (
      <>
        {name ? this.#textField('name', name) : null}
        {folder ? this.#textField('folder', folder) : null}
        {tags ? this.#tagField(tags) : null}
        {presets.length > 0 ? (
          <ChoiceField
            id="preset"
            label={texts.say('advanced_options.upload_preset')}
            value={preset}
            values={presets}
            unset={texts.say('advanced_options.upload_preset_placeholder')}
            onChange={(chosen) => this.setState({ preset: chosen, problems: {} })}
          />
        ) : null}
      </>
    )
  }

  #textField(field: 'name' | 'folder', offered: OfferedOption): JSX.Element {
    const { texts } = this.props.model
    const isName = field === 'name'
    return (
      <RuledField
        id={FIELD_IDS[field]}
        label={texts.say(isName ? 'advanced_options.public_id' : 'advanced_options.folder')}
        rule={offered.rule}
        value={this.#textOf(field, offered)}
        {...(isName ? { hint: texts.say('advanced_options.public_id_ph') } : {})}
        problem={this.state.problems[field]}
        texts={texts}
        onInput={(text) => this.setState({ [field]: text, problems: this.#withoutProblem(field) })}
      />
    )
  }

  #tagField({ rule }: OfferedOption): JSX.Element {
    const { texts } = this.props.model
    const { draft, suggestions, problems } = this.state
    const tags = this.#tags({ tags: { option: 'tags', rule } })
    if (rule.kind === 'choice') {
      return (
        <RuledField
          id="tags"
          label={texts.say('advanced_options.tags')}
          rule={rule}
          value={shownText(rule, tags.join(','))}
          problem={problems.tags}
          texts={texts}
          onInput={(chosen) => this.#keepTags(tagsOf(chosen))}
        />
      )
    }
    const values = rule.kind === 'list' && rule.item.kind === 'choice' ? rule.item.values : []
    return (
      <TagField
        tags={tags}
        draft={draft}
        suggestions={[...values.filter((value) => !tags.includes(value)), ...suggestions]}
        problem={problems.tags}
        texts={texts}
        onInput={(text) => this.#suggest(text)}
        onKey={(event) => this.#onTagKey(event)}
        onRemove={(tag) => this.#keepTags(tags.filter((each) => each !== tag))}
      />
    )
  }
}

function problemText(problem: ParamProblem, texts: Texts): string {
  switch (problem.code) {
    case 'too_long':
      return texts.say('advanced_options.too_long', { n: problem.length, max: problem.max })
    case 'too_many':
      return texts.say('advanced_options.too_many', { max: problem.max })
    case 'no_match':
      return texts.say('advanced_options.no_match', { form: problem.form })
    case 'not_allowed':
      return texts.say('advanced_options.not_allowed', { values: problem.values.join(', ') })
  }
}
