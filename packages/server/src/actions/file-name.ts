/** What the name of a picked file becomes: a segment of a public id, and a name that people see. @module */

import { extensionOf } from '@countersign/protocol/media-types'

/** Room that {@link nameSegment} has. */
export interface SegmentRoom {
  /** Length of the segment with its suffix, in UTF-16 units. */
  readonly maxUnits: number
  /** ASCII text behind the stem: a random ending, an extension with its dot. @default '' */
  readonly suffix?: string
}

const MAX_SHOWN_UNITS = 255
/** Maximum UTF-16 units of a stem that are read, so that no pattern below becomes slow. */
const MAX_STEM_UNITS = 4096

/** Names under which Windows opens a device, whatever extension follows. */
const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?=\.|$)/i

/** True for a segment that is a device on Windows, such as `con` or `aux.v1`. */
export function isReservedOnWindows(segment: string): boolean {
  return RESERVED_ON_WINDOWS.test(segment)
}

/** Returns a file name without its folders and its extension; `''` for none. */
export function stemOf(filename: string | undefined): string {
  // A client may send a whole path of its machine; only the last segment is a name.
  const base = (filename ?? '').replace(/^.*[/\\]/s, '')
  const extension = extensionOf(base)
  return extension ? base.slice(0, -extension.length - 1) : base
}

/**
 * Composes the last segment of a public id: letters, marks, digits, `.`, `_` and `-` of the stem in NFC, and the suffix.
 * Everything else becomes `_`, invisible characters are dropped, and the stem is cut between two graphemes.
 *
 * @returns A segment that every key may use, or `''` where nothing of the stem is left.
 */
export function nameSegment(stem: string, { maxUnits, suffix = '' }: SegmentRoom): string {
  const clean = trimSeparators(
    stem
      .slice(0, MAX_STEM_UNITS)
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .normalize('NFC')
      // A mark goes with the character that it stands on.
      .replace(/(?:[^\p{L}\p{M}\p{N}._-]\p{M}*)+/gu, '_'),
  )
  const cut = trimSeparators(cutByGrapheme(clean, maxUnits - suffix.length))
  if (cut === '') return ''
  const segment = `${cut}${suffix}`
  if (!isReservedOnWindows(segment)) return segment
  return segment.length < maxUnits ? segment.replace(RESERVED_ON_WINDOWS, '$1_') : ''
}

/** Returns a name for people to read: NFC, at most 255 UTF-16 units, without what hides or reorders text; `''` for none. */
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
  // One whole character behind the limit is enough to find every grapheme that ends before it.
  for (const { index, segment } of graphemes.segment(text.slice(0, Math.max(0, maxUnits) + 2))) {
    if (index + segment.length > maxUnits) break
    end = index + segment.length
  }
  // A single grapheme may be longer than the limit: cut it between two code points.
  return end > 0 ? text.slice(0, end) : text.slice(0, Math.max(0, maxUnits)).replace(/\p{Cs}$/u, '')
}
