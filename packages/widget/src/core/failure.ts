/** A failure of the widget: a `MediaError` whose details a queue and a view can act on. @module */

import { type ErrorCode, MediaError } from '@countersign/protocol/errors'
import { fillSentence, SENTENCES, type SentenceKey } from './sentences.js'

/** What the details of a failure say. */
export interface FailureDetails {
  /** Text key of the sentence, so that a view can say it in another language. */
  readonly sentence?: SentenceKey
  /** What the sentence is filled with. */
  readonly values?: Readonly<Record<string, string | number>>
  /** HTTP status, 0 where there was no answer. */
  readonly status?: number
  /** The queue tries again by itself. */
  readonly isTransient?: boolean
  /** Trying again later may help, so a person is offered it. */
  readonly isRetryable?: boolean
  /** A limit forbids the file: it was never sent. */
  readonly isRefused?: boolean
  /** Nothing can be uploaded until somebody changes the set-up. */
  readonly isConfiguration?: boolean
  /** `Retry-After` as it came. */
  readonly retryAfter?: string | null
  /** Request line, for the person who sets things up. */
  readonly request?: string
  /** Its answer's status line. */
  readonly answer?: string
}

/** A `MediaError` that says the given sentence. */
export function createFailure(
  code: ErrorCode,
  sentence: SentenceKey,
  values: Readonly<Record<string, string | number>> = {},
  details: FailureDetails & { readonly cause?: unknown } = {},
): MediaError {
  const { cause, ...rest } = details
  return new MediaError(code, {
    message: fillSentence(SENTENCES[sentence], values),
    details: { ...rest, sentence, values },
    cause,
  })
}

/** The details of a failure, read as what `createFailure` wrote. */
export function failureDetails(error: MediaError): FailureDetails {
  return error.details as FailureDetails
}

/** Any thrown value as a `MediaError`; one that nobody here threw keeps its own words. */
export function toFailure(thrown: unknown): MediaError {
  if (thrown instanceof MediaError) return thrown
  return createFailure(
    'INTERNAL',
    'refused',
    { message: afterColon(wordsOf(thrown)) },
    { cause: thrown, isRetryable: true },
  )
}

/** What a thrown value says. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** A sentence made to stand after a colon: its first capital dropped, unless an acronym starts it, and a full stop where it has no end. */
export function afterColon(message: string): string {
  const sentence = /[.!?。！？…]$/.test(message) ? message : `${message}.`
  return /^[A-Z][a-z]/.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence
}
