/** A handler with two users and two presets, and requests for it. All suites use them. @module */

import {
  createSignHandler,
  force,
  list,
  type SignHandler,
  type SignHandlerConfig,
  text,
} from '../src/index.js'

/** Time of the endpoint in every suite, in Unix seconds: 2023-11-14T22:13:20Z. */
export const NOW_SECONDS = 1_700_000_000
/** Secret of the demo key. */
export const SECRET = 'demo-secret-of-at-least-20-chars'

/** A user who can sign in. */
export interface DemoUser {
  readonly id: string
  readonly plan: 'free' | 'pro'
}

/** A logger that keeps its lines. */
export interface KeptLog {
  readonly lines: string[]
  warn(message: string): void
  error(message: string, error: unknown): void
}

/** Creates a logger whose lines a test can read. */
export function keptLog(): KeptLog {
  const lines: string[] = []
  return {
    lines,
    warn: (message) => lines.push(message),
    error: (message, error) => lines.push(`${message} ${String(error)}`),
  }
}

/** Creates the handler that the suites share. `options` override its options. */
export function demoHandler(options: Partial<SignHandlerConfig<DemoUser>> = {}): SignHandler {
  return createSignHandler<DemoUser>({
    authorize: async (request) => userOf(request.headers.get('cookie')),
    presets: {
      default: {
        limits: { accept: ['image/*'], maxBytes: 5_000_000 },
        params: (user) => ({
          folder: force(`users/${user.id}`),
          tags: list({ maxItems: 5, item: text({ max: 40, match: /^[\p{L}\w -]+$/u }) }),
        }),
      },
      video: {
        limits: { accept: ['video/mp4'], resourceTypes: ['video'], overwrite: false },
        params: (user) => (user.plan === 'pro' ? { folder: force(`users/${user.id}`) } : null),
      },
    },
    cloudName: 'demo',
    url: 'https://media.example',
    keys: () => [{ id: '123456789012345', secret: SECRET, scopes: ['upload'] }],
    logger: keptLog(),
    now: () => NOW_SECONDS * 1000,
    ...options,
  })
}

/** Creates a request as a page of the app sends it. `options` replace parts; a header with the value `null` is left out. */
export function signRequest(
  body: string | Uint8Array<ArrayBuffer> | undefined,
  options: {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string | null>>
  } = {},
): Request {
  const headers = new Headers({
    host: 'app.example',
    origin: 'http://app.example',
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    cookie: 'session=alice',
  })
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  const method = options.method ?? 'POST'
  return new Request('http://localhost:3000/api/sign-cloudinary-params', {
    method,
    headers,
    ...(method === 'GET' || body === undefined ? {} : { body }),
  })
}

/** Creates the body of a signing request from Alice's widget. `params` override parameters; `undefined` removes one. */
export function signBody(
  params: Readonly<Record<string, unknown>> = {},
  beside: Readonly<Record<string, unknown>> = {},
): string {
  const usual = { timestamp: NOW_SECONDS, source: 'uw', folder: 'users/alice' }
  return JSON.stringify({ paramsToSign: { ...usual, ...params }, ...beside })
}

function userOf(cookie: string | null): DemoUser | null {
  if (cookie === 'session=alice') return { id: 'alice', plan: 'free' }
  if (cookie === 'session=bob') return { id: 'bob', plan: 'pro' }
  return null
}
