/** The size of a crop selection: the result that is made of it, and how arrow keys change it. @module */

import type { CropBox } from './crop-stage.js'

/** A size in whole pixels. */
export interface PixelSize {
  readonly width: number
  readonly height: number
}

/** Returns the size of the cropped picture: the selection times a scale of at most 1. A selected side is at least one pixel. */
export function resultSize({ width, height }: PixelSize, scale: number): PixelSize {
  return { width: atLeastOne(width * scale), height: atLeastOne(height * scale) }
}

/** Rounds a side to whole pixels. A side of 0 means that nothing is selected, and stays 0. */
function atLeastOne(pixels: number): number {
  return pixels === 0 ? 0 : Math.max(1, Math.round(pixels))
}

const ARROWS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
])

/** Returns the selection after an arrow key, or `undefined` for another key. Shift moves ten pixels, Alt changes the size. */
export function movedBox(box: CropBox, event: KeyboardEvent): CropBox | undefined {
  const arrow = ARROWS.get(event.key)
  if (!arrow) return undefined
  const pixels = event.shiftKey ? 10 : 1
  const [dx, dy] = [arrow[0] * pixels, arrow[1] * pixels]
  return event.altKey
    ? { ...box, width: box.width + dx, height: box.height + dy }
    : { ...box, x: box.x + dx, y: box.y + dy }
}
