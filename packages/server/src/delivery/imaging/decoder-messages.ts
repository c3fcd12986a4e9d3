/** Messages between a server and its decoders. @module */

import { MediaError } from '@countersign/protocol/errors'
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

/** Creates the error for a refused image. */
export function toRefusalError({ code, message, details }: DecoderRefusal): MediaError {
  return new MediaError(code, { message, details })
}
