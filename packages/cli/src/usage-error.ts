/** Error for wrong use of a command. @module */

import { errorCode } from '@countersign/protocol/errors'

/** An error that is printed as its message only, without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Returns true for a {@link UsageError} and for an option that the command does not have. */
export function isWrongUse(error: unknown): error is Error {
  return error instanceof UsageError || errorCode(error)?.startsWith('ERR_PARSE_ARGS_') === true
}
