/** Explains a signing endpoint's answer without a signature. A separate chunk, because most answers have one. @module */

import type { Explanation } from '../failures/failure.js'

/** An answer of the signing endpoint. */
export interface EndpointAnswer {
  readonly response: Response
  /** Parsed body; `undefined` if it was not a JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined
}

/**
 * Explains an answer that has no signature.
 *
 * @param signInUrl Address of the sign-in page, if the page has set one.
 */
export function explainSigning(answer: EndpointAnswer, signInUrl?: string): Explanation {
  const { response, body } = answer
  const { status, url } = response
  const statusLine = `${status} ${response.statusText}`.trim()
  const isPage = response.ok && !body
  if (isPage && response.redirected) {
    const detail = `The signing endpoint redirected to ${url}, a page.`
    if (!isSignInPage(url, signInUrl)) {
      const advice = 'Check that the route exists. If people sign in at that page, set signInUrl.'
      return setUp(`${detail} ${advice}`)
    }
    return { code: 'UNAUTHORIZED', sentence: 'session_ended', details: { detail } }
  }
  if (response.ok) {
    return setUp(
      body
        ? 'The signing endpoint answered JSON without a signature.'
        : 'The signing endpoint answered a page, not JSON. Check that the route runs and no login page stands before it.',
    )
  }
  if (status === 404 || status === 405) {
    return setUp(
      `The signing endpoint answered ${statusLine}. Create this route, or set signatureEndpoint to the one you have.`,
    )
  }
  if (status >= 500) {
    const words = errorOf(body)?.message
    const detail = `The signing endpoint answered ${statusLine}. Look at its log.`
    const failure = setUp(words ? `${detail} It says: ${words}` : detail)
    return { ...failure, details: { ...failure.details, isTransient: true } }
  }
  return explainRefusal(answer)
}

/** Explains a 4xx answer. */
function explainRefusal({ response: { status }, body }: EndpointAnswer): Explanation {
  const { code = '', message } = errorOf(body) ?? {}
  const detail = message ? { detail: `The signing endpoint says: ${message}` } : {}
  if (status === 401) return { code: 'UNAUTHORIZED', sentence: 'session_ended', details: detail }
  if (status === 429) {
    const details = { ...detail, isTransient: true }
    return { code: 'RATE_LIMITED', sentence: 'too_many_stopped', details }
  }
  // Neither another file nor a retry changes these errors.
  if (/^(origin|preset|body|content_type|config)_/.test(code)) {
    return { ...setUp(message ?? code), code: 'PARAMS_REFUSED' }
  }
  const details = { ...detail, isRetryable: false }
  return { code: 'PARAMS_REFUSED', sentence: 'not_allowed', details }
}

/** Routers redirect for many reasons; only a sign-in page means that the user is signed out. */
function isSignInPage(address: string, signInUrl: string | undefined): boolean {
  const { pathname } = new URL(address)
  if (signInUrl && new URL(signInUrl, address).pathname === pathname) return true
  return /(^|[/._-])(log-?in|sign-?in|log-?on|sign-?on|sso|auth)($|[/._-])/i.test(pathname)
}

function setUp(detail: string): Explanation {
  const details = { detail, isConfiguration: true }
  return { code: 'SIGNING_UNREACHABLE', sentence: 'not_now', details }
}

/** Reads `{error: {code, message}}`, or `{error: 'text'}` as in tutorials. */
function errorOf(
  body: EndpointAnswer['body'],
): { readonly code?: string; readonly message?: string } | undefined {
  const error = body?.error
  if (typeof error === 'string') return { message: error }
  if (typeof error !== 'object' || error === null) return undefined
  const { code, message } = error as Readonly<Record<string, unknown>>
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  }
}
