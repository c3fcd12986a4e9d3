/** Resolves a transformation of a source image into a plan, without decoding the image. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Format, Quality, Transformation } from '@countersign/protocol/transformation'
import {
  assertOutputSize,
  assertSourceSize,
  type DerivationLimits,
  MAX_ANIMATION_PIXELS,
  MAX_AVIF_PIXELS,
  MAX_COMPONENTS,
  MAX_OUTPUT_PIXELS,
  MAX_OUTPUT_SIDE_PX,
  type PixelSize,
} from '../../picture-limits.js'
import { type ImageFormat, isImageFormat } from './formats.js'
import { type Geometry, planGeometry } from './geometry.js'
import type { InspectedImage } from './inspect.js'
import { type CssColor, cssColor, isOpaque, TRANSPARENT, WHITE } from './operations/background.js'
import {
  type AcceptClass,
  canAnimate,
  chooseFormat,
  type Encoding,
} from './operations/negotiate-format.js'
import { encoderQuality } from './operations/quality.js'

/** Pixel operations of one component. */
export interface PlanStep {
  readonly geometry?: Geometry
  /** Color of padding. */
  readonly canvas: CssColor
  /** Background color behind transparent pixels. */
  readonly fill?: CssColor
}

/** Resolved steps and encoding of a derivative. Equal plans for equal source bytes make equal derivatives. */
export interface DerivativePlan {
  /** Size of the source as browsers show it. */
  readonly source: PixelSize
  readonly steps: readonly PlanStep[]
  readonly encoding: Encoding
  /** True if all frames are kept; false if only the first is. */
  readonly isAnimated: boolean
  readonly output: PixelSize
}

/** Values from which {@link planDerivative} makes a plan. */
export interface PlanRequest {
  readonly transformation: Transformation
  readonly source: InspectedImage
  /** Extension of the URL. */
  readonly extension?: string
  readonly accept: AcceptClass
  /** Quality that replaces the automatic levels of `q_` for this source. */
  readonly autoQuality?: Quality
  /** Limits on the source and on outputs. @default the `MAX_` constants for sources and outputs */
  readonly limits?: DerivationLimits
}

/**
 * Resolves the sizes, colors and encoder settings of a transformation, and checks all limits.
 *
 * @throws MediaError TRANSFORMATION_INVALID if an output or the number of components exceeds a limit, or the format is not supported.
 * @throws MediaError ASSET_TOO_LARGE if the source is too large to decode.
 */
export function planDerivative(request: PlanRequest): DerivativePlan {
  const { transformation, source, accept, limits = {} } = request
  assertComponents(transformation, limits)
  const asked = requestedFormat(request)
  const sizes = planSizes(transformation, source)
  const output = sizes.at(-1)?.output ?? source
  const { maxAvifPixels } = limits
  const format = chooseFormat({ format: asked, source, output, accept, maxAvifPixels })
  const isAnimated = source.pages > 1 && canAnimate(format)
  assertSourceSize(source, { ...limits, pages: isAnimated ? source.pages : 1 })
  assertOutputs([...sizes.map((size) => size.output), output], {
    format,
    pages: isAnimated ? source.pages : 1,
    limits,
  })
  const isTransparent = format !== 'jpg' && (asked !== 'auto' || source.hasAlpha)
  return {
    source: { widthPx: source.widthPx, heightPx: source.heightPx },
    steps: planSteps(transformation, sizes, { isTransparent, format }),
    encoding: { format, quality: encoderQuality(format, qualityOf(request)) },
    isAnimated,
    output,
  }
}

/** Returns true if the `Accept` header decides the format. */
export function hasAutoFormat({ components }: Transformation): boolean {
  return lastOf(components.map((component) => component.format)) === 'auto'
}

function assertComponents(
  { components }: Transformation,
  { maxComponents = MAX_COMPONENTS }: DerivationLimits,
): void {
  if (components.length <= maxComponents) return
  throw new MediaError('TRANSFORMATION_INVALID', {
    message: `A transformation has at most ${maxComponents} components. Requested ${components.length}`,
  })
}

function requestedFormat({ transformation, extension, source }: PlanRequest): Format {
  const named = lastOf(transformation.components.map((component) => component.format))
  if (named !== undefined) return named
  if (extension === undefined) return source.format
  if (isImageFormat(extension)) return extension
  throw new MediaError('TRANSFORMATION_INVALID', {
    message: `Invalid extension in transformation: ${extension}`,
  })
}

function qualityOf({ transformation, autoQuality }: PlanRequest): Quality | undefined {
  const asked = lastOf(transformation.components.map((component) => component.quality))
  return typeof asked === 'string' && autoQuality !== undefined ? autoQuality : asked
}

function lastOf<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  return values.findLast((value) => value !== undefined)
}

interface StepSize {
  readonly geometry: Geometry | null
  readonly output: PixelSize
}

function planSizes({ components }: Transformation, source: PixelSize): StepSize[] {
  let input: PixelSize = { widthPx: source.widthPx, heightPx: source.heightPx }
  return components.map((component) => {
    const geometry = planGeometry(input, component)
    input = geometry?.output ?? input
    return { geometry, output: input }
  })
}

function assertOutputs(
  outputs: readonly PixelSize[],
  { format, pages, limits }: { format: ImageFormat; pages: number; limits: DerivationLimits },
): void {
  const {
    maxOutputPixels: maxPixels = MAX_OUTPUT_PIXELS,
    maxOutputSidePx: maxSidePx = MAX_OUTPUT_SIDE_PX,
    maxAvifPixels = MAX_AVIF_PIXELS,
    maxAnimationPixels = MAX_ANIMATION_PIXELS,
  } = limits
  for (const output of outputs) {
    assertOutputSize(output, { maxPixels, maxSidePx })
    if (pages <= 1) continue
    assertOutputSize(output, { maxPixels: Math.floor(maxAnimationPixels / pages), maxSidePx })
  }
  const last = outputs.at(-1)
  if (last && format === 'avif') assertOutputSize(last, { maxPixels: maxAvifPixels, maxSidePx })
}

function planSteps(
  { components }: Transformation,
  sizes: readonly StepSize[],
  { isTransparent, format }: { isTransparent: boolean; format: ImageFormat },
): PlanStep[] {
  return components.flatMap((component, index) => {
    const geometry = sizes[index]?.geometry ?? undefined
    const asked = component.background === undefined ? undefined : cssColor(component.background)
    const fill = asked !== undefined && isOpaque(asked) ? asked : undefined
    if (!geometry && fill === undefined) return []
    const isUsable = asked !== undefined && (format !== 'jpg' || isOpaque(asked))
    const canvas = isUsable ? asked : isTransparent ? TRANSPARENT : WHITE
    return [{ canvas, ...(geometry ? { geometry } : {}), ...(fill === undefined ? {} : { fill }) }]
  })
}
