/** The one error class and the word list of codes. @module */

/**
 * Every failure that a caller may branch on. In capitals in code, lower case on the wire.
 * @see docs/errors.md
 */
export const ERROR_CODES = [
  'ACTION_NOT_ALLOWED',
  'ACTION_UNSUPPORTED',
  'API_KEY_UNKNOWN',
  'API_SECRET_WRONG',
  'ASSET_NOT_FOUND',
  'ASSET_TOO_LARGE',
  'ASSET_TYPE_REFUSED',
  'BODY_INVALID',
  'BODY_TOO_LARGE',
  'CHUNK_INVALID',
  'CLOUD_UNKNOWN',
  'CONFIG_INVALID',
  'CONNECTION_LOST',
  'CONTENT_TYPE_REFUSED',
  'DELETE_TOKEN_INVALID',
  'DELIVERY_DENIED',
  'FILE_CHANGED',
  'FILE_EMPTY',
  'FILE_MISSING',
  'IMAGE_INVALID',
  'INTERNAL',
  'METHOD_NOT_ALLOWED',
  'NONCE_REUSED',
  'ORIGIN_REFUSED',
  'PARAMS_REFUSED',
  'PARAM_INVALID',
  'PARAM_MISSING',
  'PRESET_EXISTS',
  'PRESET_REFUSED',
  'PRESET_UNKNOWN',
  'PUBLIC_ID_INVALID',
  'RATE_LIMITED',
  'SIGNATURE_EXPIRED',
  'SIGNATURE_MISMATCH',
  'SIGNING_UNREACHABLE',
  'SOURCE_REFUSED',
  'SOURCE_UNREACHABLE',
  'STORAGE_FULL',
  'STORAGE_UNAVAILABLE',
  'TRANSFORMATION_INVALID',
  'TRANSFORMATION_REFUSED',
  'UNAUTHORIZED',
  'UPLOAD_ABORTED',
] as const

/** One word of the list. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** What a {@link MediaError} may carry besides its code. */
export interface MediaErrorOptions {
  /** One sentence for a person: names the field, the limit and the received value, never a secret. */
  readonly message?: string
  /** Plain data for callers and logs; no secret, no signature. */
  readonly details?: Readonly<Record<string, unknown>>
  /** What went wrong underneath. */
  readonly cause?: unknown
}

/** The only error class that this project throws across a package border. Branch on `code`, never on text. */
export class MediaError extends Error {
  override readonly name = 'MediaError'
  /** One word of {@link ERROR_CODES}. */
  readonly code: ErrorCode
  /** Plain data for callers and logs. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, options: MediaErrorOptions = {}) {
    super(options.message ?? code.toLowerCase().replaceAll('_', ' '), { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/** The code as it travels: `SIGNATURE_MISMATCH` becomes `signature_mismatch`. */
export function wireCode(code: ErrorCode): string {
  return code.toLowerCase()
}
