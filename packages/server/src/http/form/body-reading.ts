/** Types, limits and errors that the readers of all three form encodings share. @module */

import { MediaError } from '@countersign/protocol/errors'
import { LIMIT_SPECS, type ServerLimits } from '../../limits.js'
import type { TextBytes } from './data-uri.js'
import type { Fields } from './fields.js'
import type { RequestChunks } from './request-chunks.js'

/** Limits on a form's fields and parts. The file has limits of its own. */
export type FormLimits = Pick<
  ServerLimits,
  'maxFormFields' | 'maxFormParts' | 'maxFieldNameBytes' | 'maxFieldBytes' | 'maxFormBytes'
>

/** Maximum bytes of the body of a call without a file, and of a JSON form without the text of its file. */
export const MAX_CALL_BYTES: number = 512 * 1024
/** Maximum bytes of a form outside its file, part headers included. */
export const MAX_OUTSIDE_BYTES: number = 16 * 1024 * 1024

/** Adds a field. @throws MediaError BODY_TOO_LARGE if the name, the value or all values together are too long. */
export type AddField = (name: string, value: string) => void

/** Input and callbacks of the function that reads a JSON or url-encoded body. */
export interface BodyReading {
  /** Chunks of the body. */
  readonly chunks: RequestChunks
  readonly limits: FormLimits
  readonly add: AddField
  /**
   * Reports the bytes that the reader keeps in memory besides the fields.
   * @throws MediaError RATE_LIMITED if all requests together keep too many bytes.
   */
  hold(bytes: number): void
  /** Receives the text of `file` as it arrives. The reader continues when the promise resolves. */
  onText(text: TextBytes, options?: { readonly hasBarePlus: boolean }): Promise<void>
}

/** Returns a function that adds fields within the limits. */
export function fieldAdder(fields: Fields, limits: FormLimits): AddField {
  let total = 0
  return (name, value) => {
    const bytes = Buffer.byteLength(value)
    total += bytes
    if (Buffer.byteLength(name) > limits.maxFieldNameBytes || bytes > limits.maxFieldBytes) {
      throw fieldTooLarge(name, limits)
    }
    if (total > limits.maxFormBytes) throw formTooLarge(limits)
    fields.add(name, value)
  }
}

/** Creates the error for a field whose name or value is too long. */
export function fieldTooLarge(
  name: string,
  { maxFieldBytes, maxFieldNameBytes, maxFormBytes }: FormLimits,
): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `${name.slice(0, 100)} is too large: a field may have ${maxFieldBytes} bytes and its name ${maxFieldNameBytes}, all fields ${maxFormBytes}`,
    details: { limit: LIMIT_SPECS.maxFieldBytes.variable },
  })
}

/** Creates the error for a body whose text without the file is too long. */
export function bodyTooLarge(maxBytes: number): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The body is too large: text may have ${maxBytes} bytes`,
  })
}

function formTooLarge({ maxFormBytes }: FormLimits): MediaError {
  return new MediaError('BODY_TOO_LARGE', {
    message: `The form is too large: all fields may have ${maxFormBytes} bytes`,
    details: { limit: LIMIT_SPECS.maxFormBytes.variable },
  })
}
