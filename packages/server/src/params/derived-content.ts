/** What a request derives from its file: what is stored, what is made beside it, what is read out of it. @module */

import { parseTransformation } from '@countersign/protocol/transformation'
import { type EagerOrder, parseEager } from './eager-orders.js'
import { invalidParam, type ParamReader, parseBoolean } from './param-values.js'

/** Derived content of one request. Absent members were not sent. */
export interface DerivedContent {
  /** What the file is converted to before it is stored: an extension in lower case, `jpg` for all of JPEG's. */
  readonly format?: string
  /** What is done to the file before it is stored: components joined with `/`, readable. */
  readonly transformation?: string
  /** What is made of it besides. */
  readonly eager?: readonly EagerOrder[]
  /** Whether that is made after the answer. */
  readonly eagerAsync?: boolean
  /** Whether EXIF, IPTC and XMP of a picture are answered, or what a video's container says. */
  readonly mediaMetadata?: true
  /** Whether EXIF alone is. */
  readonly exif?: true
  /** Whether all of it is done after the answer. */
  readonly isAsync?: true
}

/**
 * Read what a request derives.
 * @throws MediaError PARAM_INVALID naming the parameter; TRANSFORMATION_INVALID with the protocol's text.
 */
export function readDerivedContent(read: ParamReader): DerivedContent {
  const format = read('format')
  const transformation = read('transformation')
  const eager = read('eager')
  const eagerAsync = read('eager_async')
  // Refused before a byte of the file is read.
  if (transformation !== undefined) parseTransformation(transformation)
  return {
    ...(format === undefined ? {} : { format: parseExtension(format) }),
    ...(transformation === undefined ? {} : { transformation }),
    ...(eager === undefined ? {} : { eager: parseEager(eager) }),
    ...(isAsked(read, ['media_metadata', 'image_metadata']) ? { mediaMetadata: true } : {}),
    ...(isAsked(read, ['exif']) ? { exif: true } : {}),
    ...(isAsked(read, ['async']) ? { isAsync: true } : {}),
    ...(eagerAsync === undefined ? {} : { eagerAsync: parseBoolean('eager_async', eagerAsync) }),
  }
}

function parseExtension(text: string): string {
  if (!/^[A-Za-z0-9]{1,12}$/.test(text)) throw invalidParam('format', 'must be a file extension')
  return /^jpe?g?$/i.test(text) ? 'jpg' : text.toLowerCase()
}

function isAsked(read: ParamReader, names: readonly string[]): boolean {
  return names.some((name) => {
    const text = read(name)
    return text !== undefined && parseBoolean(name, text)
  })
}
