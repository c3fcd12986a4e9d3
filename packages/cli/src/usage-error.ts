/** What the user of the command got wrong. @module */

/** An error whose message alone is shown. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
