/** Checks the size of a crop selection against the pixel limits. @module */

import type { UploadWidgetOptions } from '../../options/options.js'
import type { Texts } from '../words/texts.js'
import type { CropBox } from './crop-stage.js'

/** Returns a sentence if the selection is too small or too large. Checks only if `croppingValidateDimensions` is true. */
export function selectionProblem(
  { width, height }: Pick<CropBox, 'width' | 'height'>,
  options: UploadWidgetOptions,
  texts: Texts,
): string | undefined {
  if (!options.croppingValidateDimensions || width === 0) return undefined
  const minWidth = options.minImageWidth ?? 0
  const minHeight = options.minImageHeight ?? 0
  if (width < minWidth || height < minHeight) {
    return texts.say('crop.too_small', { width, height, minWidth, minHeight })
  }
  if (!options.validateMaxWidthHeight) return undefined
  const maxWidth = options.maxImageWidth ?? Number.POSITIVE_INFINITY
  const maxHeight = options.maxImageHeight ?? Number.POSITIVE_INFINITY
  if (width <= maxWidth && height <= maxHeight) return undefined
  return texts.say('crop.too_big', { width, height, maxWidth, maxHeight })
}
