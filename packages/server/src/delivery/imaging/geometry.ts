/** Sizes and places, computed before a single pixel is decoded. @module */

import type { Component, Crop, Gravity, Length } from '@countersign/protocol/transformation'
import { MAX_OUTPUT_PIXELS, type PixelSize } from '../../picture-limits.js'

/** A rectangle and the place of its top left corner. */
export interface Box extends PixelSize {
  readonly leftPx: number
  readonly topPx: number
}

/** What one component does to a picture's size. */
export interface Geometry {
  /** The whole picture is resized to this. */
  readonly scaled: PixelSize
  /** What is cut out of the scaled picture. */
  readonly cut?: Box
  /** True if the cut moves to the most eye-catching part of the image. Animations are cut in the middle. */
  readonly isCutByAttention?: boolean
  /** Where the scaled picture stands on a canvas of the output's size. */
  readonly place?: Pick<Box, 'leftPx' | 'topPx'>
  /** What comes out. */
  readonly output: PixelSize
}

/** The parameters that decide a geometry. */
export type GeometryRequest = Pick<Component, 'crop' | 'width' | 'height' | 'gravity'>

/**
 * The geometry of one component.
 *
 * @param input Size of what comes in.
 * @returns `null` when the component names neither a width nor a height: nothing is resized.
 * @see the crop table of the protocol's delivery paper, section 3
 */
export function planGeometry(input: PixelSize, request: GeometryRequest): Geometry | null {
  const { crop = 'scale', gravity = 'center' } = request
  const box = boxOf(input, request)
  return box && GEOMETRIES[crop](input, box, gravity)
}

type Plan = (input: PixelSize, box: PixelSize, gravity: Gravity) => Geometry

const GEOMETRIES: Readonly<Record<Crop, Plan>> = {
  scale: (_, box) => resized(box),
  fit: (input, box) => resized(fitInto(input, box)),
  limit: (input, box) => resized(isWithin(input, box) ? input : fitInto(input, box)),
  fill(input, box, gravity) {
    const scaled = cover(input, box)
    const cut = { ...box, ...placeOf(scaled, box, gravity) }
    const isCutByAttention = gravity === 'auto' && isSearchable(scaled)
    return { scaled, cut, output: box, ...(isCutByAttention ? { isCutByAttention } : {}) }
  },
  pad(input, box, gravity) {
    const scaled = fitInto(input, box)
    return { scaled, place: placeOf(box, scaled, gravity), output: box }
  },
}

/** Returns true if the scaled image is small enough for attention, which reads every pixel. Larger images are cut in the middle. */
function isSearchable({ widthPx, heightPx }: PixelSize): boolean {
  return widthPx * heightPx <= MAX_OUTPUT_PIXELS
}

/** The box that is asked for; a side that is not named follows the picture's own ratio. */
function boxOf(input: PixelSize, { width, height }: GeometryRequest): PixelSize | null {
  const widthPx = toPx(width, input.widthPx)
  const heightPx = toPx(height, input.heightPx)
  if (widthPx !== undefined && heightPx !== undefined) return { widthPx, heightPx }
  if (widthPx !== undefined) {
    return { widthPx, heightPx: wholePx((input.heightPx * widthPx) / input.widthPx) }
  }
  if (heightPx !== undefined) {
    return { widthPx: wholePx((input.widthPx * heightPx) / input.heightPx), heightPx }
  }
  return null
}

function toPx(length: Length | undefined, sidePx: number): number | undefined {
  if (length === undefined) return undefined
  return length.unit === 'px' ? length.value : wholePx(length.value * sidePx)
}

function wholePx(px: number): number {
  return Math.max(1, Math.round(px))
}

function resized(scaled: PixelSize): Geometry {
  return { scaled, output: scaled }
}

function isWithin(inner: PixelSize, outer: PixelSize): boolean {
  return inner.widthPx <= outer.widthPx && inner.heightPx <= outer.heightPx
}

/** The largest size of the picture's ratio inside the box. */
function fitInto(input: PixelSize, box: PixelSize): PixelSize {
  return isWidthTight(input, box) ? withWidth(input, box.widthPx) : withHeight(input, box.heightPx)
}

/** The smallest size of the picture's ratio that covers the box. */
function cover(input: PixelSize, box: PixelSize): PixelSize {
  return isWidthTight(input, box) ? withHeight(input, box.heightPx) : withWidth(input, box.widthPx)
}

function isWidthTight(input: PixelSize, box: PixelSize): boolean {
  return box.widthPx * input.heightPx <= box.heightPx * input.widthPx
}

function withWidth(input: PixelSize, widthPx: number): PixelSize {
  return { widthPx, heightPx: wholePx((input.heightPx * widthPx) / input.widthPx) }
}

function withHeight(input: PixelSize, heightPx: number): PixelSize {
  return { widthPx: wholePx((input.widthPx * heightPx) / input.heightPx), heightPx }
}

/** Where the inner rectangle stands in the outer one. */
function placeOf(
  outer: PixelSize,
  inner: PixelSize,
  gravity: Gravity,
): Pick<Box, 'leftPx' | 'topPx'> {
  const freeX = outer.widthPx - inner.widthPx
  const freeY = outer.heightPx - inner.heightPx
  return {
    leftPx: gravity.includes('west') ? 0 : gravity.includes('east') ? freeX : Math.floor(freeX / 2),
    topPx: gravity.startsWith('north')
      ? 0
      : gravity.startsWith('south')
        ? freeY
        : Math.floor(freeY / 2),
  }
}
