/** The image and the selection on it, built from cropperjs elements. Sizes are in pixels of the image. @module */

import 'cropperjs'
import type { CropperSelection } from 'cropperjs'

/** A selection in whole pixels of the image. */
export interface CropBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Options of a stage. */
export interface StageOptions {
  /** Address of the image. The page's Content Security Policy must allow it. */
  readonly src: string
  /** Width of the image in pixels. */
  readonly widthPx: number
  /** Height of the image in pixels. */
  readonly heightPx: number
  /** Maximum width of the stage in CSS pixels. */
  readonly roomWidth: number
  /** Maximum height of the stage in CSS pixels. */
  readonly roomHeight: number
  /** Share of the image that is selected first, 0.1 to 1. */
  readonly coverage: number
  /** Called when the selection changes. */
  readonly onChange: (box: CropBox) => void
}

/** An image with a selection that people move by pointer. */
export interface CropStage {
  readonly element: HTMLElement
  /** Returns the current selection. */
  box(): CropBox
  /** Selects a box. A box that does not fit is moved and made smaller. */
  select(box: CropBox): void
  /** Fixes the selection's aspect ratio; `null` allows any. */
  setRatio(ratio: number | null): void
  /** Restores the first selection. */
  reset(): void
}

const HANDLES = ['n', 'e', 's', 'w', 'ne', 'nw', 'se', 'sw'] as const
const SHADE = 'rgb(10 11 14 / .62)'

/** Creates a stage. It works once its element is in the document. */
export function createCropStage(options: StageOptions): CropStage {
  const { widthPx, heightPx, roomWidth, roomHeight } = options
  // The image is never enlarged, and never larger than the stage.
  const scale = Math.min(1, roomWidth / widthPx, roomHeight / heightPx)
  const [width, height] = [widthPx * scale, heightPx * scale]
  // The group around the canvas handles keys and has the label. cropperjs positions boxes from the left in every language.
  const canvas = create('cropper-canvas', { 'aria-hidden': 'true', dir: 'ltr' })
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const image = create('cropper-image', {
    src: options.src,
    alt: '',
    'initial-center-size': 'contain',
  })
  const selection = create('cropper-selection', {
    movable: '',
    resizable: '',
    outlined: '',
    precise: '',
  }) as unknown as CropperSelection & HTMLElement
  selection.append(
    create('cropper-grid', { covered: '', 'theme-color': 'rgb(255 255 255 / .4)' }),
    create('cropper-handle', { action: 'move', 'theme-color': 'rgb(255 255 255 / 0)' }),
    ...HANDLES.map((side) =>
      create('cropper-handle', { action: `${side}-resize`, 'theme-color': '#fff' }),
    ),
  )
  canvas.append(image, create('cropper-shade', { 'theme-color': SHADE }), selection)
  let ratio: number | null = null

  function inside({ x, y, width: wide, height: high }: CropBox): boolean {
    const slack = 0.5
    return x >= -slack && y >= -slack && x + wide <= width + slack && y + high <= height + slack
  }

  function box(): CropBox {
    return rounded(selection, scale, { widthPx, heightPx })
  }

  function select(wanted: CropBox): void {
    const fitted = fit(wanted, { widthPx, heightPx, ratio })
    selection.$change(
      fitted.x * scale,
      fitted.y * scale,
      fitted.width * scale,
      fitted.height * scale,
      ratio ?? Number.NaN,
    )
  }

  selection.addEventListener('change', (event) => {
    const { detail } = event as CustomEvent<CropBox>
    if (!inside(detail)) {
      event.preventDefault()
      return
    }
    options.onChange(rounded(detail, scale, { widthPx, heightPx }))
  })

  function reset(): void {
    const share = Math.min(1, Math.max(0.1, options.coverage))
    const wide = widthPx * share
    const high = heightPx * share
    const [w, h] = ratio === null ? [wide, high] : shaped(wide, high, ratio)
    select({ x: (widthPx - w) / 2, y: (heightPx - h) / 2, width: w, height: h })
  }

  return {
    element: canvas,
    box,
    select,
    reset,
    setRatio(next) {
      ratio = next
      selection.aspectRatio = next ?? Number.NaN
      reset()
    },
  }
}

/** Returns the largest size with an aspect ratio inside a box. */
function shaped(width: number, height: number, ratio: number): [number, number] {
  return width / height > ratio ? [height * ratio, height] : [width, width / ratio]
}

function fit(
  { x, y, width, height }: CropBox,
  { widthPx, heightPx, ratio }: { widthPx: number; heightPx: number; ratio: number | null },
): CropBox {
  const wide = clamp(width, 1, widthPx)
  const high = clamp(height, 1, heightPx)
  const [w, h] = ratio === null ? [wide, high] : shaped(wide, high, ratio)
  return { x: clamp(x, 0, widthPx - w), y: clamp(y, 0, heightPx - h), width: w, height: h }
}

function rounded(
  { x, y, width, height }: CropBox,
  scale: number,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): CropBox {
  const left = clamp(Math.round(x / scale), 0, widthPx - 1)
  const top = clamp(Math.round(y / scale), 0, heightPx - 1)
  return {
    x: left,
    y: top,
    width: clamp(Math.round(width / scale), 1, widthPx - left),
    height: clamp(Math.round(height / scale), 1, heightPx - top),
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

function create(name: string, attributes: Readonly<Record<string, string>>): HTMLElement {
  const element = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) {
    element.setAttribute(attribute, value)
  }
  return element
}
