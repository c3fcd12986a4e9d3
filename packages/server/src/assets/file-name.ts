/** Turns the name of a picked file into a segment of a public id and into a display name. @module */

import { extensionOf } from '@countersign/protocol/media-types'

/** Limits on the result of {@link nameSegment}. */
export interface SegmentRoom {
  /** Maximum length of the segment including its suffix, in UTF-16 units. */
  readonly maxUnits: number
  /** ASCII text to append to the stem: a random ending, or an extension with its dot. @default '' */
  readonly suffix?: string
}

const MAX_SHOWN_UNITS = 255
/** Maximum UTF-16 units of a stem that are read, so that the patterns below stay fast. */
const MAX_STEM_UNITS = 4096

/** Names that Windows reserves for devices, with any extension. */
const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?=\.|$)/i

/** Returns true if Windows reserves the segment for a device, such as `con` or `aux.v1`. */
export function isReservedOnWindows(segment: string): boolean {
  return RESERVED_ON_WINDOWS.test(segment)
}

/** Returns a file name without its folders and its extension, or `''` if the name is missing. */
export function stemOf(filename: string | undefined): string {
  // A client may send a whole path of its computer; the last segment is the name.
  const base = (filename ?? '').replace(/^.*[/\\]/s, '')
  const extension = extensionOf(base)
  return extension ? base.slice(0, -extension.length - 1) : base
}

/**
 * Composes the last segment of a public id from the stem and the suffix. Keeps letters, marks, digits, `.`, `_` and `-` in NFC.
 * Replaces every other character with `_`, drops invisible characters, and cuts a long stem between two graphemes.
 *
 * @returns A segment that every key may use, or `''` if the stem has no usable character.
 */
export function nameSegment(stem: string, { maxUnits, suffix = '' }: SegmentRoom): string {
  const clean = trimSeparators(
    stem
      .slice(0, MAX_STEM_UNITS)
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .normalize('NFC')
      // A combining mark stays with its base character.
      .replace(/(?:[^\p{L}\p{M}\p{N}._-]\p{M}*)+/gu, '_'),
  )
  const cut = trimSeparators(cutByGrapheme(clean, maxUnits - suffix.length))
  if (cut === '') return ''
  const segment = `${cut}${suffix}`
  if (!isReservedOnWindows(segment)) return segment
  return segment.length < maxUnits ? segment.replace(RESERVED_ON_WINDOWS, '$1_') : ''
}

/** Returns a display name: NFC, at most 255 UTF-16 units, without characters that hide or reorder text. Returns `''` if the name is missing. */
export function shownName(stem: string): string {
  const visible = stem
    .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '')
    .normalize('NFC')
  return cutByGrapheme(visible.trim(), MAX_SHOWN_UNITS).trim()
}

function trimSeparators(text: string): string {
  return text.replace(/^[._\p{M}]+|[._]+$/gu, '')
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function cutByGrapheme(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text
  let end = 0
  // One more character than the limit is enough to find every grapheme that ends before the limit.
  for (const { index, segment } of graphemes.segment(text.slice(0, Math.max(0, maxUnits) + 2))) {
    if (index + segment.length > maxUnits) break
    end = index + segment.length
  }
  // A single grapheme may be longer than the limit: cut it between two code points.
  return end > 0 ? text.slice(0, end) : text.slice(0, Math.max(0, maxUnits)).replace(/\p{Cs}$/u, '')
}
