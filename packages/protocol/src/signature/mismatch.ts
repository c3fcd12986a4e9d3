/** The known ways to get a signature wrong, by name. @module */

/** What `explainMismatch` can find. */
export type MismatchCause =
  | 'none'
  | 'secret_quoted'
  | 'secret_padded'
  | 'secret_missing'
  | 'secret_of_other_key'
  | 'signature_altered'
  | 'algorithm_wrong'
  | 'version_1'
  | 'timestamp_milliseconds'
  | 'param_not_signed'
  | 'param_not_sent'
  | 'blank_signed'
  | 'params_unsorted'
  | 'values_encoded'
  | 'list_as_json'
  | 'object_as_text'
  | 'boolean_text'
  | 'unicode_form'
  | 'line_breaks'
  | 'unknown'

/** One string that a signer may have signed in place of ours, and what that would mean. */
export interface Mismatch {
  readonly text: string
  readonly cause: MismatchCause
  readonly message: string
}
