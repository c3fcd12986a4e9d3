/** The canonical string that a request signature covers. @module */

import { MediaError } from '../errors.js'
import type { WireParams } from '../params.js'

/** How name and value become one text: 1 joins them as they are, 2 writes every `&` in them as `%26`. */
export type SignatureVersion = 1 | 2

/** Options of {@link stringToSign}. */
export interface StringToSignOptions {
  /**
   * Version of the string.
   * @default 2
   */
  readonly version?: SignatureVersion
}

/**
 * Join params into the string to sign, as the protocol's own `api_sign_request` does. It signs what it is given: leave out
 * what is never signed with `recognisedParams`, and check values first (every object signs alike, as `[object Object]`).
 *
 * @param params Wire name to value; null, undefined, `''` and lists that join to `''` are left out.
 * @returns `name=value` pairs in code-unit order of the names, joined with `&`; list items joined with `,`, empty ones kept.
 * @throws MediaError PARAM_INVALID when a number is not finite, or a value has no text (a function, a symbol).
 * @see docs/decisions/0010-canonical-string.md
 */
export function stringToSign(params: WireParams, options: StringToSignOptions = {}): string {
  const isEscaped = options.version !== 1
  let text = ''
  for (const name of Object.keys(params).sort()) {
    const value = toText(name, params[name])
    if (value === '') continue
    const pair = `${name}=${value}`
    // Escaped, or the one value `a&tags=b` would sign like two params (CVE-2025-12613).
    const part = isEscaped && pair.includes('&') ? pair.replaceAll('&', '%26') : pair
    text = text === '' ? part : `${text}&${part}`
  }
  return text
}

/**
 * One value as the text that is signed.
 *
 * @returns `''` for what is left out.
 * @throws MediaError PARAM_INVALID as {@link stringToSign}.
 */
export function toText(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (Array.isArray(value)) return value.map((item) => toText(name, item)).join(',')
  // Written out, not asked for: a JSON body may bring a `toString` of its own.
  if (typeof value === 'object') return '[object Object]'
  throw new MediaError('PARAM_INVALID', {
    message: `${name} must be text, a finite number, a boolean or a list of these, received ${describe(value)}`,
    details: { param: name },
  })
}

function describe(value: unknown): string {
  return typeof value === 'number' ? String(value) : `a ${typeof value}`
}
