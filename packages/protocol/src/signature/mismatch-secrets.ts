/** Secrets that result from common configuration mistakes. @module */

import type { MismatchCause } from './mismatch.js'

/** A wrong secret that a signer may have used, with its explanation. */
export interface MismatchedSecret {
  readonly secret: string
  readonly cause: MismatchCause
  readonly message: string
}

const BLANKS: readonly string[] = [' ', '\n', '\r\n', '\r', '\t', '\u00a0', '\ufeff']
const QUOTES: readonly (readonly [open: string, close: string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['\u201c', '\u201d'],
  ['\u2018', '\u2019'],
]

/**
 * Returns variants of a key's secret as a shell, an environment file or a missing variable may
 * change it.
 */
export function otherSecrets(key: { id: string; secret: string }): MismatchedSecret[] {
  const { id, secret } = key
  const padded = BLANKS.flatMap((blank) => [secret + blank, blank + secret, blank + secret + blank])
  const quoted = QUOTES.flatMap(([open, close]) => [
    ...[secret, ...padded].map((inner) => open + inner + close),
    open + secret,
    secret + close,
  ])
  return [
    ...found(quoted, 'secret_quoted', [
      `The signer's secret of key ${id} has quotes around it:`,
      'remove them where CLOUDINARY_API_SECRET is set (docker --env-file keeps them).',
    ]),
    ...found(padded, 'secret_padded', [
      `The signer's secret of key ${id} has a blank or a line break at its start or end:`,
      'remove it where CLOUDINARY_API_SECRET is set.',
    ]),
    ...found(['', 'undefined', 'null', id], 'secret_missing', [
      'The signer used no secret: CLOUDINARY_API_SECRET is not set where it runs,',
      'or is set to the id of the API key.',
    ]),
  ]
}

function found(
  secrets: readonly string[],
  cause: MismatchCause,
  message: readonly string[],
): MismatchedSecret[] {
  return secrets.map((secret) => ({ secret, cause, message: message.join(' ') }))
}
