/** Reads the parameters that convert the uploaded file, create derivatives, or extract metadata. @module */

import { parseTransformation } from '@countersign/protocol/transformation'
import { type EagerOrder, parseEager } from './eager-orders.js'
import { invalidParam, type ParamReader, parseBoolean } from './param-values.js'

/** Parameters of one request that convert its file, create derivatives or extract metadata. Absent members were not sent. */
export interface DerivedContent {
  /** Format that the file is converted to before it is stored: an extension in lower case. `jpeg` and `jpe` become `jpg`. */
  readonly format?: string
  /** Transformation that is applied before the file is stored: valid components joined with `/`. */
  readonly transformation?: string
  /** Derivatives to create at upload time. */
  readonly eager?: readonly EagerOrder[]
  /** True to create the eager derivatives after the response. */
  readonly eagerAsync?: boolean
  /** True if the answer includes the EXIF, IPTC and XMP tags of an image, or the container's metadata of a video. */
  readonly mediaMetadata?: true
  /** True if the answer includes the EXIF tags of an image. */
  readonly exif?: true
  /** True to store the asset after the response. */
  readonly isAsync?: true
}

/**
 * Reads the parameters that convert the file, create derivatives or extract metadata.
 * @throws MediaError PARAM_INVALID with the name of the parameter, TRANSFORMATION_INVALID with the protocol's text.
 */
export function readDerivedContent(read: ParamReader): DerivedContent {
  const format = read('format')
  const transformation = read('transformation')
  const eager = read('eager')
  const eagerAsync = read('eager_async')
  // Parsed here only to refuse an invalid transformation before the file is read.
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
