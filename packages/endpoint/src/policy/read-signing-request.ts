/** Reads and validates the body of a signing request. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Issue } from '../http/error-answer.js'
import { readBody } from '../http/read-body.js'
import { canonicalValue } from './canonical-value.js'
import { quote } from './rule.js'

/** Maximum bytes of the body of a signing request. */
export const MAX_BODY_BYTES = 16_384
/** Maximum number of parameters in one signing request. */
export const MAX_PARAMS = 64

/** Upload parameters that a client asks the endpoint to sign. */
export interface SigningRequest {
  /** `merge`: the client uploads with the parameters of the response. `compatible`: the client uploads with the parameters it requested. */
  readonly mode: 'compatible' | 'merge'
  /** Text of each requested parameter, by name on the wire. Empty values are left out. */
  readonly params: ReadonlyMap<string, string>
  /** Malformed parameter names and values. */
  readonly issues: readonly Issue[]
  /** Nonce of the upload, 32 lower-case hex characters. `undefined` if the client sent none. */
  readonly nonce: string | undefined
}

/**
 * Refuses a request without the content type JSON. Another site can send a `text/plain` form without a CORS preflight request.
 * @throws MediaError CONTENT_TYPE_REFUSED if the content type is not `application/json`.
 */
export function assertJson(headers: Headers): void {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new MediaError('CONTENT_TYPE_REFUSED', {
      message: `Send the header Content-Type: application/json; it was ${type ? quote(type) : 'missing'}.`,
    })
  }
}

/**
 * Reads the members `paramsToSign` (or `params_to_sign`), `accept` and `nonce` from the body of a signing request.
 *
 * @throws MediaError CONFIG_INVALID if the app has already read the body.
 * @throws MediaError BODY_TOO_LARGE if the body is larger than 16 KiB, counted while reading.
 * @throws MediaError BODY_INVALID if the body is not UTF-8, not JSON, or has a wrong member.
 */
export async function readSigningRequest(request: Request): Promise<SigningRequest> {
  const body = parseBody(await readBody(request, MAX_BODY_BYTES))
  const mode = readMode(body)
  const asked = readParams(body)
  const params = new Map<string, string>()
  const issues: Issue[] = []
  for (const [name, value] of asked) {
    const issue = readParam(params, { name, value, isNormalized: mode === 'merge' })
    if (issue) issues.push(issue)
  }
  return { mode, params, issues, nonce: mode === 'merge' ? readNonce(body) : undefined }
}

function parseBody(text: string): Readonly<Record<string, unknown>> {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw invalid('The body is not JSON. Send {"paramsToSign": {...}}.')
  }
  if (!isPlainObject(body))
    throw invalid('The body is not a JSON object. Send {"paramsToSign": {...}}.')
  return body
}

function readMode(body: Readonly<Record<string, unknown>>): SigningRequest['mode'] {
  const accept = own(body, 'accept')
  if (accept === undefined) return 'compatible'
  if (accept === 'params') return 'merge'
  throw invalid('accept must be "params", or left out.')
}

function readParams(body: Readonly<Record<string, unknown>>): [string, unknown][] {
  const camel = own(body, 'paramsToSign')
  const snake = own(body, 'params_to_sign')
  if (camel !== undefined && snake !== undefined) {
    throw invalid('Send paramsToSign or params_to_sign, not both.')
  }
  const params = camel ?? snake
  if (!isPlainObject(params)) throw invalid('paramsToSign must be an object of parameters.')
  const entries = Object.entries(params)
  if (entries.length > MAX_PARAMS) {
    throw invalid(
      `paramsToSign has ${entries.length} parameters, at most ${MAX_PARAMS} are allowed.`,
    )
  }
  return entries
}

function readParam(
  params: Map<string, string>,
  param: { readonly name: string; readonly value: unknown; readonly isNormalized: boolean },
): Issue | undefined {
  const { name, value, isNormalized } = param
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) {
    const shown = name.slice(0, 64)
    return {
      param: shown,
      code: 'malformed',
      message: `${quote(shown)} is not a parameter name: it must be lower-case snake_case.`,
    }
  }
  const canonical = canonicalValue(value, { isNormalized })
  if (!canonical.ok)
    return { param: name, code: 'malformed', message: `${name} ${canonical.problem}.` }
  if (canonical.text !== '') params.set(name, canonical.text)
  return undefined
}

function readNonce(body: Readonly<Record<string, unknown>>): string | undefined {
  const nonce = own(body, 'nonce')
  if (nonce === undefined || nonce === null) return undefined
  if (typeof nonce === 'string' && /^[0-9a-f]{32}$/.test(nonce)) return nonce
  throw invalid('nonce must be 32 lower-case hex characters.')
}

function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): MediaError {
  return new MediaError('BODY_INVALID', { message })
}
