/** The logger that the server's parts use. @module */

/** Methods of pino's logger that the server uses. */
export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}
