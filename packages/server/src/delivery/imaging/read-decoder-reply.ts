/** Validates the replies of decoders, because a decoder opens untrusted images. @module */

import * as v from 'valibot'
import { type DecoderReply, REFUSAL_CODES } from './decoder-messages.js'
import { IMAGE_MIME_TYPES, isImageFormat } from './formats.js'

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
