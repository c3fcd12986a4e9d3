/** Defines the error of a failed catalog write. @module */

import { type ErrorCode, MediaError } from '@countersign/protocol/errors'

/** A catalog write that failed. */
export class CatalogWriteError extends MediaError {
  /** True if the database certainly holds nothing of the write. False if the write may have reached the disk. */
  readonly isUndone: boolean

  constructor(
    code: ErrorCode,
    {
      isUndone,
      ...options
    }: { readonly message: string; readonly cause: unknown; readonly isUndone: boolean },
  ) {
    super(code, options)
    this.isUndone = isUndone
  }
}
