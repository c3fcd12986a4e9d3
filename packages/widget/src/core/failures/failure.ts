/** A failure of the widget: a `MediaError` whose details a queue and a view can act on. @module */

import { type ErrorCode, MediaError } from '@countersign/protocol/errors'
import { fillSentence, SENTENCES, type SentenceKey } from './sentences.js'

/** Values for the placeholders of a sentence. */
type SentenceValues = Readonly<Record<string, string | number>>

/** Details of a failure, for the queue, the view and the developer. */
export interface FailureDetails {
  /** Text key of the sentence, so that a view can translate it. */
  readonly sentence?: SentenceKey
  /** Values for the placeholders of the sentence. */
  readonly values?: SentenceValues
  /**
   * Cause and remedy in English for the developer; may contain the server's message. Goes to the console, and is
   * shown on development pages only (localhost, or `debug`).
   */
  readonly detail?: string
  /** HTTP status; 0 without an answer. */
  readonly status?: number
  /** True if the queue retries by itself. */
  readonly isTransient?: boolean
  /** True if a later retry may succeed. The view then offers a Retry button. */
  readonly isRetryable?: boolean
  /** True if a limit forbids the file, so that it is not sent. */
  readonly isRefused?: boolean
  /** True if uploads fail until a developer changes the configuration. */
  readonly isConfiguration?: boolean
  /** Value of the `Retry-After` header. */
  readonly retryAfter?: string | null
  /** Method and address of the request, for the developer. */
  readonly request?: string
  /** Status line of the answer. */
  readonly answer?: string
}

/** The explanation of an answer, from which a failure is created. */
export interface Explanation {
  readonly code: ErrorCode
  readonly sentence: SentenceKey
  readonly values?: SentenceValues
  readonly details?: FailureDetails
}

/** Creates a `MediaError` whose message is the given English sentence. */
export function createFailure(
  code: ErrorCode,
  sentence: SentenceKey,
  values: SentenceValues = {},
  details: FailureDetails & { readonly cause?: unknown } = {},
): MediaError {
  const { cause, ...rest } = details
  return new MediaError(code, {
    message: fillSentence(SENTENCES[sentence], values),
    details: { ...rest, sentence, values },
    cause,
  })
}

/** Creates a failure for a wrong configuration. People read that uploads do not work right now; the developer reads `detail`. */
export function createConfigFailure(detail: string): MediaError {
  return createFailure('CONFIG_INVALID', 'not_now', {}, { isConfiguration: true, detail })
}

/**
 * Creates the failure for an answer.
 *
 * @param details Facts about the request and its answer.
 * @param explaining Loads the explanation. If the load fails, the failure has a general sentence.
 */
export async function explainFailure(
  details: FailureDetails,
  explaining: Promise<Explanation>,
): Promise<MediaError> {
  const unknown: Explanation = { code: 'INTERNAL', sentence: 'not_now' }
  const found = await explaining.catch(() => unknown)
  const known = { isRetryable: true, ...details, ...found.details }
  return createFailure(found.code, found.sentence, found.values, known)
}

/** Returns the details of a failure that `createFailure` made. */
export function failureDetails(error: MediaError): FailureDetails {
  return error.details as FailureDetails
}

/** Turns any thrown value into a `MediaError`. The message of an unexpected error becomes the developer's detail. */
export function toFailure(thrown: unknown): MediaError {
  if (thrown instanceof MediaError) return thrown
  const details = { cause: thrown, detail: wordsOf(thrown), isRetryable: true }
  return createFailure('INTERNAL', 'refused', {}, details)
}

/** Logs the developer's detail of a failure to the console. Logs nothing for a failure without one. */
export function logFailure(error: MediaError): void {
  const { detail, request, answer } = failureDetails(error)
  if (!detail && !request) return
  console.error(
    `[countersign] ${[detail ?? error.message, request, answer].filter(Boolean).join(' · ')}`,
  )
}

/** Returns the message of a thrown error, or the thrown value as text. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
