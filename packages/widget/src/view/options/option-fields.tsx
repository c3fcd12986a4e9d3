/** Fields of the advanced options. @module */

import type { JSX } from 'preact'
import type { ParamRule } from '../../core/signing/param-rules.js'
import { Icon } from '../controls/icons.js'
import type { Texts } from '../words/texts.js'
import { prefixOf } from './offered-options.js'

/** Props of every field. */
interface FieldProps {
  /** Id of the input, also its name for tests. */
  readonly id: string
  readonly label: string
  readonly texts: Texts
}

interface RuledFieldProps extends FieldProps {
  readonly rule: ParamRule
  readonly value: string
  readonly hint?: string
  /** Sentence about an invalid value. */
  readonly problem: string | undefined
  readonly onInput: (value: string) => void
}

/** Draws the field for a rule: a text, a choice, or a fixed value. */
export function RuledField(props: RuledFieldProps): JSX.Element {
  const { rule, id, label, value, texts, onInput } = props
  if (rule.kind === 'fixed') return <FixedField id={id} label={label} value={value} texts={texts} />
  if (rule.kind !== 'choice') return <TextField {...props} />
  return (
    <ChoiceField
      id={id}
      label={label}
      value={value}
      values={rule.values}
      unset={rule.default === undefined ? texts.say('advanced_options.none') : undefined}
      onChange={onInput}
    />
  )
}

function TextField({ id, label, rule, value, problem, ...props }: RuledFieldProps): JSX.Element {
  const { hint, texts, onInput } = props
  const prefix = prefixOf(rule)
  const hints = [prefix && texts.say('advanced_options.prefix', { prefix }), hint].filter(Boolean)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        part="input"
        data-test={id}
        autocomplete="off"
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <FieldHint id={`${id}-hint`} problem={problem} hints={hints} />
    </div>
  )
}

interface HintProps {
  readonly id: string
  readonly problem: string | undefined
  readonly hints: readonly (string | undefined)[]
}

/** Draws the line below a field: the problem, else the hints. */
export function FieldHint({ id, problem, hints }: HintProps): JSX.Element {
  return (
    <p id={id} class={problem ? 'hint error' : 'hint'}>
      {problem ? <Icon name="refused" /> : null}
      {problem ? problem : hints.map((hint) => <span key={hint}>{hint} </span>)}
    </p>
  )
}

function FixedField({ id, label, value, texts }: FieldProps & { value: string }): JSX.Element {
  return (
    <div class="field" data-test={id}>
      <span class="label">{label}</span>
      <p class="hint">{texts.say('advanced_options.fixed', { value })}</p>
    </div>
  )
}

interface ChoiceProps extends Omit<FieldProps, 'texts'> {
  readonly value: string
  readonly values: readonly string[]
  /** Label for choosing none. Without it, one value is always chosen. */
  readonly unset: string | undefined
  readonly onChange: (value: string) => void
}

/** Draws a field with a list of values. */
export function ChoiceField({
  id,
  label,
  value,
  values,
  unset,
  onChange,
}: ChoiceProps): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="pick">
        <select
          id={id}
          class="input"
          data-test={id}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {unset === undefined ? null : <option value="">{unset}</option>}
          {values.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <Icon path="m5.5 8 4.5 4.5L14.5 8" />
      </div>
    </div>
  )
}

interface TagFieldProps {
  readonly tags: readonly string[]
  readonly draft: string
  readonly suggestions: readonly string[]
  /** Sentence about invalid tags. */
  readonly problem: string | undefined
  readonly texts: Texts
  readonly onInput: (text: string) => void
  readonly onKey: (event: KeyboardEvent) => void
  readonly onRemove: (tag: string) => void
}

/** Draws tags as chips, and a field for the next tag. */
export function TagField({ tags, draft, problem, texts, ...props }: TagFieldProps): JSX.Element {
  const { suggestions, onInput, onKey, onRemove } = props
  return (
    <div class="field">
      <label for="tags">{texts.say('advanced_options.tags')}</label>
      <div class="input chips" aria-invalid={problem !== undefined}>
        {tags.map((tag) => (
          <span key={tag} class="chip">
            {tag}
            <button
              class="btn icon"
              type="button"
              aria-label={texts.say('advanced_options.remove_tag', { tag })}
              onClick={() => onRemove(tag)}
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
          value={draft}
          aria-invalid={problem !== undefined}
          aria-describedby="tags-hint"
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        <datalist id="tag-suggestions">
          {suggestions.map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
      </div>
      <FieldHint id="tags-hint" problem={problem} hints={[texts.say('advanced_options.tags_ph')]} />
    </div>
  )
}
