/** A group of radio buttons in one row. @module */

import type { JSX } from 'preact'

interface SegmentsProps<Value> {
  readonly label: string
  readonly value: Value
  readonly choices: readonly (readonly [title: string, value: Value])[]
  readonly onChoose: (value: Value) => void
}

/** Draws a group of radio buttons with one tab stop. Arrow keys choose. */
export function Segments<Value>({
  label,
  value,
  choices,
  onChoose,
}: SegmentsProps<Value>): JSX.Element {
  const choose = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const at = choices.findIndex(([, each]) => each === value)
    const next = (at + step + choices.length) % choices.length
    const chosen = choices[next]
    if (!chosen) return
    onChoose(chosen[1])
    event.currentTarget.querySelectorAll('button')[next]?.focus()
  }
  return (
    <div class="seg" role="radiogroup" aria-label={label} onKeyDown={choose}>
      {choices.map(([title, each]) => (
        // biome-ignore lint/a11y/useSemanticElements: a button looks the same in every browser
        <button
          key={title}
          class="btn"
          type="button"
          role="radio"
          aria-checked={each === value}
          tabIndex={each === value ? 0 : -1}
          onClick={() => onChoose(each)}
        >
          {title}
        </button>
      ))}
    </div>
  )
}
