/** What is said about an asset besides its bytes and its name: tags, context, coordinates. @module */

import { MAX_CONTEXT_BYTES, MAX_TAGS } from '../catalog/asset-edits.js'
import type { AssetExtra } from '../catalog/catalog.js'
import { invalidParam, type ParamReader, parsePairs, splitList } from './param-values.js'

/** Annotations of one request. Absent members were not sent. */
export interface Annotations {
  readonly tags?: readonly string[]
  /** Custom context, key to text. */
  readonly context?: Readonly<Record<string, string>>
  /** The less common ones, each absent unless sent. */
  readonly extra: AssetExtra
}

const MAX_TAG_LENGTH = 255

/**
 * Read the annotations.
 * @throws MediaError PARAM_INVALID naming the parameter and what it must be.
 */
export function readAnnotations(read: ParamReader): Annotations {
  const tags = read('tags')
  const context = read('context')
  return {
    ...(tags === undefined ? {} : { tags: parseTags('tags', tags) }),
    ...(context === undefined ? {} : { context: parseContext(context) }),
    extra: readExtra(read),
  }
}

/**
 * Tags from text: split at commas, each once.
 * @throws MediaError PARAM_INVALID for more than 1,000, or one of more than 255 characters.
 */
export function parseTags(name: string, text: string): readonly string[] {
  const tags = [...new Set(splitList(text))]
  if (tags.length > MAX_TAGS) {
    throw invalidParam(name, `must be at most ${MAX_TAGS}, received ${tags.length}`)
  }
  if (tags.some((tag) => tag.length > MAX_TAG_LENGTH)) {
    throw invalidParam(name, `must be at most ${MAX_TAG_LENGTH} characters each`)
  }
  return tags
}

/**
 * Context from `k=v|k2=v2`.
 * @throws MediaError PARAM_INVALID for more than 8,192 bytes, or another form.
 */
export function parseContext(text: string): Record<string, string> {
  if (Buffer.byteLength(text) > MAX_CONTEXT_BYTES) {
    throw invalidParam('context', `must be at most ${MAX_CONTEXT_BYTES} bytes`)
  }
  return parsePairs('context', text)
}

type ExtraReader = {
  readonly [Member in Exclude<keyof AssetExtra, 'file'>]-?: (
    read: ParamReader,
  ) => AssetExtra[Member] | undefined
}

const EXTRA_READERS: ExtraReader = {
  customCoordinates: (read) => parseCoordinates('custom_coordinates', read('custom_coordinates')),
  faceCoordinates: (read) => parseCoordinates('face_coordinates', read('face_coordinates')),
}

function readExtra(read: ParamReader): AssetExtra {
  const members = Object.entries(EXTRA_READERS).map(([member, readMember]) => [
    member,
    readMember(read),
  ])
  return Object.fromEntries(members.filter(([, value]) => value !== undefined))
}

function parseCoordinates(name: string, text: string | undefined): string | undefined {
  if (text !== undefined && !/^\d+,\d+,\d+,\d+(\|\d+,\d+,\d+,\d+)*$/.test(text)) {
    throw invalidParam(name, 'must be x,y,width,height in pixels')
  }
  return text
}
