/** Names of the known signing mistakes. @module */

/** Cause of a wrong signature, as found by `explainMismatch`. */
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

/** A string that a mistaken signer may have signed, with its explanation. */
export interface Mismatch {
  readonly text: string
  readonly cause: MismatchCause
  readonly message: string
}
