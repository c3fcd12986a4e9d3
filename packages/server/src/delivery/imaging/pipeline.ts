/** Makes a derivative with sharp, by its plan. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Sharp } from 'sharp'
import { loadSharp, type SharpFactory } from './load-sharp.js'
import { fillTransparency, WHITE } from './operations/background.js'
import { applyGeometry } from './operations/crop.js'
import { encode } from './operations/negotiate-format.js'
import type { DerivativePlan, PlanStep } from './plan.js'
import { SHOWN_FAIL_ON } from './tolerance.js'

/**
 * Makes a derivative. Drops metadata, applies the EXIF orientation and converts colors to sRGB.
 *
 * @param path Local path of the source.
 * @returns The encoded bytes.
 * @throws MediaError IMAGE_INVALID if no part of the source can be decoded.
 */
export async function deriveImage(path: string, plan: DerivativePlan): Promise<Buffer> {
  const sharp = await loadSharp()
  const source = sharp(path, {
    failOn: SHOWN_FAIL_ON,
    // The plan checked the size in the header. A file with more pixels than its header says is refused.
    limitInputPixels: plan.source.widthPx * plan.source.heightPx,
    // sharp stacks the frames of an animation vertically, so this limit does not fit. The plan has already checked their total.
    ...(plan.isAnimated ? { pages: -1, limitInputPixels: false } : {}),
    autoOrient: true,
  })
  try {
    const steps = plan.steps.length > 0 ? plan.steps : [{ canvas: WHITE }]
    let image = source
    for (const [index, step] of steps.entries()) {
      const isLast = index === steps.length - 1
      const isOpaque = isLast && plan.encoding.format === 'jpg'
      const done = applyStep(image, isOpaque ? { fill: WHITE, ...step } : step, plan)
      image = isLast ? done : await settle(sharp, done, plan)
    }
    return await encode(image, plan.encoding).toBuffer()
  } catch (cause) {
    throw new MediaError('IMAGE_INVALID', { message: 'Invalid image file', cause })
  }
}

function applyStep(
  image: Sharp,
  { geometry, canvas, fill }: PlanStep,
  { isAnimated }: DerivativePlan,
): Sharp {
  const filled = fill === undefined ? image : fillTransparency(image, fill)
  return geometry ? applyGeometry(filled, geometry, { canvas, isAnimated }) : filled
}

/** Renders the result of a component without loss, as input of the next component. A sharp instance can resize only once. */
async function settle(
  sharp: SharpFactory,
  image: Sharp,
  { isAnimated }: DerivativePlan,
): Promise<Sharp> {
  if (isAnimated) {
    // Raw pixels would lose the frames' delays.
    const frames = await image.webp({ lossless: true, effort: 0 }).toBuffer()
    return sharp(frames, { pages: -1, limitInputPixels: false })
  }
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return sharp(data, { raw: { width, height, channels } })
}
