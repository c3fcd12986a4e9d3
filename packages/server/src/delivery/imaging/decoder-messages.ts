/** Messages between a server and its decoders. Replies are validated, because a decoder opens untrusted images. @module */

import { MediaError } from '@countersign/protocol/errors'
import { IMAGE_MIME_TYPES, isImageFormat } from './formats.js'
import type { InspectedImage, InspectImageOptions } from './inspect.js'
import type { DerivativePlan } from './plan.js'

/** One task for a decoder. Names files by absolute path and contains no image bytes. */
export type DecoderRequest =
  | { readonly task: 'header'; readonly path: string }
  | { readonly task: 'inspect'; readonly path: string; readonly options: InspectImageOptions }
  | {
      readonly task: 'derive'
      readonly path: string
      readonly plan: DerivativePlan
      /** Path of the new file for the derivative. */
      readonly outputPath: string
    }

/** Message that a decoder sends when it can take its first task. */
export const DECODER_READY = 'ready'

/** Reply of a decoder. Each request gets one reply. */
export type DecoderReply =
  | { readonly image: InspectedImage }
  | { readonly isWritten: true }
  /** The image is refused. */
  | { readonly refusal: DecoderRefusal }
  /** The image needs more memory than the decoder may use. */
  | { readonly isOutOfMemory: true }
  /** The task failed for a reason that is not the image. Holds the text of the error. */
  | { readonly failure: string }

/** A refused image: error code, text and details. */
export interface DecoderRefusal {
  readonly code: (typeof REFUSAL_CODES)[number]
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Error codes with which a decoder may refuse an image. */
export const REFUSAL_CODES = ['IMAGE_INVALID', 'ASSET_TOO_LARGE'] as const

/** Maximum characters of a text in a reply. Longer texts are cut. */
const MAX_TEXT = 1000

/**
 * Validates a message from a decoder.
 * @returns The reply, or `null` if the message is not a valid reply.
 */
export function readDecoderReply(message: unknown): DecoderReply | null {
  if (typeof message !== 'object' || message === null) return null
  const { image, isWritten, refusal, isOutOfMemory, failure } = message as Record<string, unknown>
  if (isWritten === true) return { isWritten }
  if (isOutOfMemory === true) return { isOutOfMemory }
  if (typeof failure === 'string') return { failure: failure.slice(0, MAX_TEXT) }
  if (image !== undefined) return readImage(Object(image))
  return refusal === undefined ? null : readRefusal(Object(refusal))
}

/** Creates the error for a refused image. */
export function toRefusalError({ code, message, details }: DecoderRefusal): MediaError {
  return new MediaError(code, { message, details })
}

function readImage(image: Readonly<Record<string, unknown>>): DecoderReply | null {
  const { format, widthPx, heightPx, pages, hasAlpha } = image
  if (typeof format !== 'string' || !isImageFormat(format)) return null
  if (!isCount(widthPx) || !isCount(heightPx) || !isCount(pages)) return null
  if (typeof hasAlpha !== 'boolean') return null
  const mimeType = IMAGE_MIME_TYPES[format]
  return { image: { format, mimeType, widthPx, heightPx, pages, hasAlpha } }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}

function readRefusal(refusal: Readonly<Record<string, unknown>>): DecoderReply | null {
  const { message, details } = refusal
  const code = REFUSAL_CODES.find((known) => known === refusal.code)
  if (!code || typeof message !== 'string') return null
  return { refusal: { code, message: message.slice(0, MAX_TEXT), details: { ...Object(details) } } }
}
