/** Messages between a server and its decoders. Replies are validated, because a decoder opens untrusted images. @module */

import { MediaError } from '@countersign/protocol/errors'
import * as v from 'valibot'
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

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const text = v.pipe(
  v.string(),
  v.transform((value) => value.slice(0, MAX_TEXT)),
)

const replySchema = v.union([
  v.object({ isWritten: v.literal(true) }),
  v.object({ isOutOfMemory: v.literal(true) }),
  v.object({ failure: text }),
  v.object({
    image: v.pipe(
      v.object({
        format: v.pipe(v.string(), v.guard(isImageFormat)),
        widthPx: count,
        heightPx: count,
        pages: count,
        hasAlpha: v.boolean(),
      }),
      // The type follows from the format, so the decoder's own value is not used.
      v.transform((image) => ({ ...image, mimeType: IMAGE_MIME_TYPES[image.format] })),
    ),
  }),
  v.object({
    refusal: v.object({
      code: v.picklist(REFUSAL_CODES),
      message: text,
      details: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
  }),
])

/**
 * Validates a message from a decoder.
 * @returns The reply, or `null` if the message is not a valid reply.
 */
export function readDecoderReply(message: unknown): DecoderReply | null {
  const { success, output } = v.safeParse(replySchema, message)
  return success ? output : null
}

/** Creates the error for a refused image. */
export function toRefusalError({ code, message, details }: DecoderRefusal): MediaError {
  return new MediaError(code, { message, details })
}
