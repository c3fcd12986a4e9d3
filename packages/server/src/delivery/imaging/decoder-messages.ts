/** What a server and its decoders say to each other. An answer is checked like a stranger's: its writer has opened what strangers sent. @module */

import { MediaError } from '@countersign/protocol/errors'
import { IMAGE_MIME_TYPES, isImageFormat } from './formats.js'
import type { InspectedImage, InspectImageOptions } from './inspect.js'
import type { DerivativePlan } from './plan.js'

/** One picture's work. Files are named by absolute paths; no bytes travel. */
export type DecoderRequest =
  | { readonly task: 'header'; readonly path: string }
  | { readonly task: 'inspect'; readonly path: string; readonly options: InspectImageOptions }
  | {
      readonly task: 'derive'
      readonly path: string
      readonly plan: DerivativePlan
      /** A new file that the derivative is written to. */
      readonly outputPath: string
    }

/** What a decoder says once it can take the first picture. */
export const DECODER_READY = 'ready'

/** How a decoder answers; one answer a request. */
export type DecoderReply =
  | { readonly image: InspectedImage }
  | { readonly isWritten: true }
  /** The picture is refused. */
  | { readonly refusal: DecoderRefusal }
  /** The picture wants more memory than there is. */
  | { readonly isOutOfMemory: true }
  /** What went wrong is not the picture's fault. */
  | { readonly failure: string }

/** A refusal on its way. */
export interface DecoderRefusal {
  readonly code: (typeof REFUSAL_CODES)[number]
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Codes that a decoder may refuse with. */
export const REFUSAL_CODES = ['IMAGE_INVALID', 'ASSET_TOO_LARGE'] as const

const MAX_TEXT = 1000

/**
 * Read what a decoder says.
 * @returns `null` for anything that is no answer.
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

/** The refusal as its caller gets it. */
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
