/** Computes the sizes and positions of a transformation, before any pixel is decoded. @module */

import type { Component, Crop, Gravity, Length } from '@countersign/protocol/transformation'
import { MAX_OUTPUT_PIXELS, type PixelSize } from '../../picture-limits.js'

/** A rectangle with the position of its top left corner. */
export interface Box extends PixelSize {
  readonly leftPx: number
  readonly topPx: number
}

/** Resize, cut and placement that one component makes. */
export interface Geometry {
  /** Size to which the whole image is resized. */
  readonly scaled: PixelSize
  /** Rectangle that is cut out of the scaled image. */
  readonly cut?: Box
  /** True if the cut moves to the most eye-catching part of the image. Animations are cut in the middle. */
  readonly isCutByAttention?: boolean
  /** Position of the scaled image on a canvas of the output's size. */
  readonly place?: Pick<Box, 'leftPx' | 'topPx'>
  /** Size of the result. */
  readonly output: PixelSize
}

/** The parameters that decide a geometry. */
export type GeometryRequest = Pick<Component, 'crop' | 'width' | 'height' | 'gravity'>

/**
 * Computes the geometry of one component.
 *
 * @param input Size of the image before the component.
 * @returns The geometry, or `null` if the component has neither a width nor a height and resizes nothing.
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

/** Returns the requested box. A missing side follows from the aspect ratio of the image. */
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

/** Returns the largest size that has the image's aspect ratio and fits into the box. */
function fitInto(input: PixelSize, box: PixelSize): PixelSize {
  return isWidthTight(input, box) ? withWidth(input, box.widthPx) : withHeight(input, box.heightPx)
}

/** Returns the smallest size that has the image's aspect ratio and covers the box. */
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

/** Returns the position of the inner rectangle within the outer one. */
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
