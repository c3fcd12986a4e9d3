/** Checks files against the limits of the endpoint and the page before they are sent. @module */

import type { MediaError } from '@countersign/protocol/errors'
import type { Limits } from '@countersign/protocol/limits'
import { extensionOf } from '@countersign/protocol/media-types/names'
import { createFailure } from '../failures/failure.js'
import {
  extensionsOf,
  formatName,
  isAccepted,
  isKnown,
  loadTypes,
  mimeTypeOf,
  resourceTypeOf,
  typeOfExtension,
  typesOf,
} from './file-type.js'
import { formatBytes } from './format-bytes.js'

/** Limits for files: those of the page's options and those of the endpoint's preset. */
export interface FileRules {
  /** The endpoint's limits for the preset in use. */
  readonly limits?: Limits | undefined
  /** Allowed extensions, or the group words `image`, `video` and `raw`. */
  readonly clientAllowedFormats?: readonly string[] | null | undefined
  /** Resource type of the upload; `auto` allows every type. */
  readonly resourceType?: string | undefined
  /** Maximum size of any file, in bytes. */
  readonly maxFileSize?: number | null | undefined
  /** Maximum size of an image, in bytes. */
  readonly maxImageFileSize?: number | null | undefined
  /** Maximum size of a video or audio file, in bytes. */
  readonly maxVideoFileSize?: number | null | undefined
  /** Maximum size of every other file, in bytes. */
  readonly maxRawFileSize?: number | null | undefined
  /** Minimum size of any file, in bytes. */
  readonly minFileSize?: number | null | undefined
  /** Maximum width of an image, in pixels. Refuses only with `validateMaxWidthHeight`. */
  readonly maxImageWidth?: number | null | undefined
  /** Maximum height of an image, in pixels. Refuses only with `validateMaxWidthHeight`. */
  readonly maxImageHeight?: number | null | undefined
  /** True if larger images are refused instead of made smaller. @default false */
  readonly validateMaxWidthHeight?: boolean | undefined
  /** Minimum width of an image, in pixels. */
  readonly minImageWidth?: number | null | undefined
  /** Minimum height of an image, in pixels. */
  readonly minImageHeight?: number | null | undefined
}

/** Returns why a file may not be uploaded, or `null`. Checks the type first, then the bytes, then the pixels. */
export async function checkFile(file: File, rules: FileRules): Promise<MediaError | null> {
  const wrongKind = await checkKind(file, rules)
  if (wrongKind) return wrongKind
  const problem = checkBytes(file, rules) ?? (await checkPixels(file, rules))
  // If the type of a renamed image is wrong as well, report the type, because people understand that reason best.
  return problem && ((isKnown(file) && checkType(file, rules)) || problem)
}

/**
 * Returns why a file may not be uploaded because of its type; `null` if it may. Before a refusal, looks up the table of media types. Also
 * reads the first bytes of an image, and of a file without a known type: iOS names a JPEG `IMG_1.HEIC`, and the server checks the content.
 */
export async function checkKind(file: File, rules: FileRules): Promise<MediaError | null> {
  if (file.type && !checkType(file, rules)) return null
  const more = await loadTypes()
  const problem = checkType(file, rules)
  if (!problem || !more) return problem
  let type = ''
  if (mimeTypeOf(file).startsWith('image/')) type = await more.readPictureType(file)
  else if (!isKnown(file)) type = await more.readContentType(file)
  return type ? checkType({ name: '', type }, rules) : problem
}

/** Returns why a file with this name and type may not be uploaded, or `null`. Does not read the file. */
export function checkType(
  file: { readonly name: string; readonly type: string },
  rules: FileRules,
): MediaError | null {
  const mimeType = mimeTypeOf(file)
  if (acceptLists(rules).every((list) => isOnList(list, file))) return null
  const formats = joinWords(acceptedFormats(rules), 'or')
  const extension = extensionOf(file.name)
  const isHeic = /^image\/hei[cf]/.test(mimeType)
  if (isHeic) return refuse('heic', {})
  if (mimeType.startsWith('video/')) return refuse('video', { formats })
  return refuse('allowed_formats', { ext: extension.toUpperCase() || 'Such', formats })
}

/** Returns the maximum size in bytes for a MIME type, or for any file without one. `undefined` means no limit. */
export function maxBytesOf(rules: FileRules, mimeType?: string): number | undefined {
  const resourceType = mimeType === undefined ? undefined : resourceTypeOf(mimeType)
  const byType = {
    image: rules.maxImageFileSize,
    video: rules.maxVideoFileSize,
    raw: rules.maxRawFileSize,
  }
  const limits = [rules.limits?.maxBytes, rules.maxFileSize, resourceType && byType[resourceType]]
  const set = limits.filter((limit): limit is number => typeof limit === 'number')
  return set.length > 0 ? Math.min(...set) : undefined
}

/** Returns the usual names of the accepted formats, such as `['JPG', 'PNG']`. The list is empty if every format is accepted. */
export function acceptedFormats(rules: FileRules): string[] {
  const [first, ...others] = acceptLists(rules)
  if (!first) return []
  const names = first
    .filter((entry) => others.every((list) => list.some((other) => overlaps(entry, other))))
    .map(entryName)
  return [...new Set(names)]
}

/** Returns the `accept` value of a file field: the types on every list. Documents also get extensions, which operating systems know better. */
export function acceptAttribute(rules: FileRules): string {
  const [first] = acceptLists(rules)
  return (first ?? [])
    .flatMap((entry) => {
      if (!entry.includes('/')) return `.${entry}`
      return resourceTypeOf(entry) === 'raw' ? [entry, ...extensionsOf(entry)] : entry
    })
    .join(',')
}

/** Joins words as in `a, b or c`. */
export function joinWords(words: readonly string[], conjunction: string): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} ${conjunction} ${last}`
}

// An entry is a MIME type, `image/*`, or an extension without its dot.
function acceptLists(rules: FileRules): (readonly string[])[] {
  const { limits, clientAllowedFormats, resourceType } = rules
  const lists: (readonly string[])[] = []
  if (limits?.accept) lists.push(limits.accept)
  if (limits?.resourceTypes && !limits.resourceTypes.includes('raw')) {
    lists.push(limits.resourceTypes.flatMap(typesOfWord))
  }
  if (clientAllowedFormats && clientAllowedFormats.length > 0) {
    const entries = clientAllowedFormats.flatMap(typesOfWord)
    // The word `raw` or `auto` allows every type.
    if (!entries.includes('*')) lists.push(entries)
  }
  if (resourceType === 'image' || resourceType === 'video') lists.push(typesOfWord(resourceType))
  return lists
}

function typesOfWord(word: string): string[] {
  const format = word.toLowerCase().replace(/^\./, '')
  if (format === 'image') return ['image/*']
  if (format === 'video') return ['video/*', 'audio/*']
  if (format === 'raw' || format === 'auto') return ['*']
  return [format === 'jpeg' ? 'jpg' : format]
}

function isOnList(
  list: readonly string[],
  file: { readonly name: string; readonly type: string },
): boolean {
  const types = list.map(entryType)
  return (
    list.includes(extensionOf(file.name)) || typesOf(file).some((type) => isAccepted(types, type))
  )
}

function overlaps(entry: string, other: string): boolean {
  const [mime, otherMime] = [entryType(entry), entryType(other)]
  return entry === other || isAccepted([otherMime], mime) || isAccepted([mime], otherMime)
}

function entryType(entry: string): string {
  return entry.includes('/') ? entry : typeOfExtension(entry) || entry
}

function entryName(entry: string): string {
  if (entry === 'image/*') return 'images'
  if (entry === 'video/*') return 'videos'
  if (entry === 'audio/*') return 'audio'
  const mimeType = entryType(entry)
  return mimeType.includes('/') ? formatName(mimeType) : entry.toUpperCase()
}

function checkBytes(file: File, rules: FileRules): MediaError | null {
  if (file.size === 0) return refuse('file_empty', {}, 'FILE_EMPTY')
  const size = formatBytes(file.size)
  const max = maxBytesOf(rules, mimeTypeOf(file))
  if (max !== undefined && file.size > max) {
    return refuse('file_too_large', { size, allowed: formatBytes(max) }, 'ASSET_TOO_LARGE')
  }
  const min = rules.minFileSize ?? 0
  if (file.size < min) {
    return refuse('file_too_small', { size, allowed: formatBytes(min) }, 'PARAMS_REFUSED')
  }
  return null
}

async function checkPixels(file: File, rules: FileRules): Promise<MediaError | null> {
  const isMaxRefused = rules.validateMaxWidthHeight === true
  const maxWidth = (isMaxRefused && rules.maxImageWidth) || Number.POSITIVE_INFINITY
  const maxHeight = (isMaxRefused && rules.maxImageHeight) || Number.POSITIVE_INFINITY
  const [minWidth, minHeight] = [rules.minImageWidth ?? 0, rules.minImageHeight ?? 0]
  const maxPixels = rules.limits?.maxPixels ?? Number.POSITIVE_INFINITY
  const isUnlimited = Math.min(maxWidth, maxHeight, maxPixels) === Number.POSITIVE_INFINITY
  if ((isUnlimited && minWidth + minHeight === 0) || !mimeTypeOf(file).startsWith('image/'))
    return null
  // Most pages set no such limit, so the reader is loaded late. Without the reader, the server checks the size.
  const size = await import('./image-size.js').then(
    ({ readImageSize }) => readImageSize(file),
    () => null,
  )
  if (!size) return null
  const { widthPx: width, heightPx: height } = size
  if (width > maxWidth || height > maxHeight) {
    const values = { width, height, maxWidth: anySize(maxWidth), maxHeight: anySize(maxHeight) }
    return refuse('max_dimensions_validation', values, 'ASSET_TOO_LARGE')
  }
  if (width < minWidth || height < minHeight) {
    const values = { width, height, minWidth: minWidth || 1, minHeight: minHeight || 1 }
    return refuse('min_dimensions_validation', values, 'PARAMS_REFUSED')
  }
  if (width * height > maxPixels) {
    const allowed = Math.floor(maxPixels / 100_000) / 10
    return refuse('max_pixels', { width, height, allowed }, 'ASSET_TOO_LARGE')
  }
  return null
}

function anySize(limit: number): string | number {
  return Number.isFinite(limit) ? limit : '∞'
}

function refuse(
  sentence: Parameters<typeof createFailure>[1],
  values: Readonly<Record<string, string | number>>,
  code:
    | 'ASSET_TYPE_REFUSED'
    | 'ASSET_TOO_LARGE'
    | 'FILE_EMPTY'
    | 'PARAMS_REFUSED' = 'ASSET_TYPE_REFUSED',
): MediaError {
  return createFailure(code, sentence, values, { isRetryable: false, isRefused: true })
}
