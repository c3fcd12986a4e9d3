/** Error for wrong use of a command. @module */

/** An error that is printed as its message only, without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
