/** The controls below an image that is cropped: aspect ratio, rotation, and sizes in pixels. @module */

import type { JSX } from 'preact'
import { Icon } from '../controls/icons.js'
import { Segments } from '../controls/segments.js'
import type { WidgetModel } from '../state/model.js'
import type { CropBox } from './crop-stage.js'
import type { PixelSize } from './selection-size.js'

const ROTATE = 'M16 4.5v4h-4M15.6 8.5A6 6 0 1 0 16 11'
const FLIP = 'M10 3v14M7.5 6 3 14h4.5ZM12.5 6l4.5 8h-4.5Z'

/** Values and functions of the controls. */
export interface ToolsView {
  readonly box: CropBox
  readonly ratio: number | null
  /** Size of the result after scaling. */
  readonly result: PixelSize
  /** True for `cropMode: 'client'`. */
  readonly isClient: boolean
  /** True if the person may choose the aspect ratio. */
  readonly isFree: boolean
  setRatio(ratio: number | null): void
  select(box: CropBox): void
  /** Sets the width or the height of the result. The other side follows, and the result is never enlarged. */
  resize(side: keyof PixelSize, pixels: number): void
  rotate(): void
  flip(): void
}

const SHAPES = [
  ['1:1', 1],
  ['4:3', 4 / 3],
  ['16:9', 16 / 9],
] as const

/** Draws the controls. Rotation, mirroring and the result size are for `cropMode: 'client'` only. */
export function CropTools({ view, model }: { view: ToolsView; model: WidgetModel }): JSX.Element {
  const { texts } = model
  return (
    <div class="tools">
      {view.isFree ? (
        <Segments
          label={texts.say('crop.shape')}
          value={view.ratio}
          choices={[[texts.say('crop.free'), null], ...SHAPES]}
          onChoose={(ratio) => view.setRatio(ratio)}
        />
      ) : null}
      {view.isClient ? (
        <>
          <button
            class="btn icon"
            type="button"
            data-test="rotate"
            aria-label={texts.say('crop.rotate')}
            onClick={view.rotate}
          >
            <Icon path={ROTATE} />
          </button>
          <button
            class="btn icon"
            type="button"
            data-test="flip"
            aria-label={texts.say('crop.flip')}
            onClick={view.flip}
          >
            <Icon path={FLIP} />
          </button>
        </>
      ) : null}
      <BoxFields view={view} model={model} />
      {view.isClient ? <ResultFields view={view} model={model} /> : null}
    </div>
  )
}

/** Fields for the selection, so that people can crop without dragging. */
function BoxFields({ view, model }: { view: ToolsView; model: WidgetModel }): JSX.Element {
  const fields = [
    ['x', 'X'],
    ['y', 'Y'],
    ['width', 'W'],
    ['height', 'H'],
  ] as const
  return (
    <div class="dims" dir="ltr">
      {fields.map(([name, letter]) => (
        <PixelField
          key={name}
          letter={letter}
          label={model.texts.say(`crop.${name}`)}
          test={`crop-${name}`}
          min={0}
          value={view.box[name]}
          onValue={(pixels) => view.select(boxWith(view, name, pixels))}
        />
      ))}
    </div>
  )
}

/** Fields for the size of the result. */
function ResultFields({ view, model }: { view: ToolsView; model: WidgetModel }): JSX.Element {
  const { texts } = model
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own
    <div class="dims result" role="group" aria-label={texts.say('crop.output')} dir="ltr">
      <span class="meta" aria-hidden="true">
        {texts.say('crop.output')}
      </span>
      {(['width', 'height'] as const).map((side) => (
        <PixelField
          key={side}
          letter={side === 'width' ? 'W' : 'H'}
          label={texts.say(`crop.output_${side}`)}
          test={`crop-output-${side}`}
          min={1}
          value={view.result[side]}
          onValue={(pixels) => view.resize(side, pixels)}
        />
      ))}
    </div>
  )
}

interface PixelFieldProps {
  readonly letter: string
  readonly label: string
  readonly test: string
  readonly min: number
  readonly value: number
  readonly onValue: (pixels: number) => void
}

function PixelField({ letter, label, test, min, value, onValue }: PixelFieldProps): JSX.Element {
  return (
    <label class="input">
      <span aria-hidden="true">{letter}</span>
      <input
        type="number"
        inputMode="numeric"
        min={min}
        aria-label={label}
        data-test={test}
        value={value}
        onChange={(event) => onValue(Number(event.currentTarget.value))}
      />
    </label>
  )
}

function boxWith({ box, ratio }: ToolsView, name: keyof CropBox, value: number): CropBox {
  const next = { ...box, [name]: value }
  // With a fixed aspect ratio, the other side follows.
  if (ratio !== null && name === 'width') return { ...next, height: value / ratio }
  return ratio !== null && name === 'height' ? { ...next, width: value * ratio } : next
}
