/** The parameter `q_`: the quality of lossy encoders. @module */

import type { Quality } from '@countersign/protocol/transformation'
import type { ImageFormat } from '../formats.js'

/** Formats whose encoders take a quality. The parameter has no effect on PNG and GIF. */
export type LossyFormat = Extract<ImageFormat, 'jpg' | 'webp' | 'avif'>

// Qualities of JPEG, WebP and AVIF that look alike. The middle rows are the levels low, eco, good and best.
const EQUAL_QUALITIES: readonly Readonly<Record<LossyFormat, number>>[] = [
  { jpg: 1, webp: 1, avif: 1 },
  { jpg: 60, webp: 55, avif: 35 },
  { jpg: 70, webp: 65, avif: 42 },
  { jpg: 80, webp: 75, avif: 50 },
  { jpg: 90, webp: 82, avif: 60 },
  { jpg: 100, webp: 100, avif: 100 },
]

const AUTO_LEVELS: Readonly<Record<Exclude<Quality, number>, number>> = {
  'auto:low': 60,
  'auto:eco': 70,
  'auto:good': 80,
  'auto:best': 90,
}

/**
 * Converts a requested quality to the scale of a format's encoder.
 *
 * @param quality Number on JPEG's scale, or an automatic level.
 * @default 'auto:best', close to what a classic account delivers without `q_`
 * @returns 1 to 100 on the format's own scale; `null` for PNG and GIF.
 */
export function encoderQuality(format: ImageFormat, quality: Quality = 'auto:best'): number | null {
  if (format === 'png' || format === 'gif') return null
  const jpeg = typeof quality === 'number' ? quality : AUTO_LEVELS[quality]
  const above = EQUAL_QUALITIES.findIndex((row) => row.jpg >= jpeg)
  const high = EQUAL_QUALITIES[above]
  const low = EQUAL_QUALITIES[above - 1] ?? high
  if (!high || !low) return jpeg
  const share = high.jpg === low.jpg ? 0 : (jpeg - low.jpg) / (high.jpg - low.jpg)
  return Math.round(low[format] + share * (high[format] - low[format]))
}
