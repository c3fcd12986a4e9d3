/** The error class of the project and its list of codes. @module */

/**
 * All error codes that a caller can branch on. Codes are upper case in code and lower case on the
 * wire.
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

/** One code of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number]

/** Optional parts of a {@link MediaError}. */
export interface MediaErrorOptions {
  /** Sentence for a person: names the field, the limit and the received value, never a secret. */
  readonly message?: string
  /** Structured data for callers and logs, without secrets and signatures. */
  readonly details?: Readonly<Record<string, unknown>>
  /** The error that caused this one. */
  readonly cause?: unknown
}

/** The only error class that crosses a package boundary. Branch on `code`, not on the message. */
export class MediaError extends Error {
  override readonly name = 'MediaError'
  /** Error code, one of {@link ERROR_CODES}. */
  readonly code: ErrorCode
  /** Structured data for callers and logs. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, options: MediaErrorOptions = {}) {
    super(options.message ?? code.toLowerCase().replaceAll('_', ' '), { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }
}

/**
 * Returns the code as it appears on the wire: `SIGNATURE_MISMATCH` becomes `signature_mismatch`.
 */
export function wireCode(code: ErrorCode): string {
  return code.toLowerCase()
}

/** Returns the `code` of an error, such as `ENOENT` of Node or a {@link MediaError}'s own, or `undefined` if it has none. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
