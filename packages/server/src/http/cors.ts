/** Enables CORS for the routes that allow it in their config. Other routes get no CORS header. @module */

import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { isPathType } from './resource-type-path.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if pages of other origins may call the route. @default false */
    readonly isOpenToPages?: boolean
  }
}

/** Config of a route that pages of other origins may call. */
export const OPEN_TO_PAGES: { readonly config: { readonly isOpenToPages: true } } = {
  config: { isOpenToPages: true },
}

/** Headers that a page may always send. */
const ALLOWED_HEADERS: readonly string[] = [
  'X-Unique-Upload-Id',
  'Content-Range',
  'X-Requested-With',
  'Content-Type',
  'Cache-Control',
  'Authorization',
  'Range',
  'If-Match',
  'If-None-Match',
  'If-Range',
  'If-Modified-Since',
]

/** `Vary` value of a preflight, so that caches keep one answer per list of requested headers. */
export const REQUESTED_HEADERS = 'Access-Control-Request-Headers'
const MAX_REQUESTED_HEADERS = 64
/** Matches a header name (RFC 9110 5.6.2) of at most 128 characters. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,128}$/

const OPEN = {
  origin: '*',
  methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
  exposedHeaders: [
    'X-Cld-Error',
    'X-Request-Id',
    'X-Unique-Upload-Id',
    'Retry-After',
    'Date',
    'ETag',
    'Content-Length',
    'Content-Range',
    'Accept-Ranges',
  ],
  maxAge: 86_400,
}

/**
 * Answers preflights of routes with CORS, and adds the CORS headers to their answers. No other route gets a CORS header. Call this
 * function before the routes are registered.
 */
export async function registerCors(app: FastifyInstance): Promise<void> {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'OPTIONS' && isOpen(request)) reply.header('vary', REQUESTED_HEADERS)
    done()
  })
  await app.register(cors, {
    delegator: (request, callback) =>
      callback(null, isOpen(request as FastifyRequest) ? optionsFor(request) : { origin: false }),
  })
  const opened = new Set<string>()
  app.addHook('onRoute', ({ url, config }: RouteOptions) => {
    if (config?.isOpenToPages !== true || opened.has(url)) return
    opened.add(url)
    // The router must match a preflight with its route before the hook above can answer it.
    app.options(url, OPEN_TO_PAGES, (_request, reply) => reply.callNotFound())
  })
}

/**
 * Returns the headers that a preflight may allow: the headers that uploads need, and those that the page requests.
 *
 * Pages add their own headers to every request (tracing, CSRF tokens, client hints). The server uses no cookies, so a header gives a
 * page no authority that its sender did not have.
 * @param requested Value of `Access-Control-Request-Headers`. Reads at most 64 names of at most 128 characters; ignores other text.
 */
export function allowedHeaders(requested: string | undefined): string[] {
  const known = new Map(ALLOWED_HEADERS.map((name) => [name.toLowerCase(), name]))
  const names = (requested ?? '').split(',').map((name) => name.trim())
  // As an allowed header, `*` would allow all headers.
  const valid = names.filter((name) => name !== '*' && HEADER_NAME.test(name))
  for (const name of valid.slice(0, MAX_REQUESTED_HEADERS)) {
    if (!known.has(name.toLowerCase())) known.set(name.toLowerCase(), name)
  }
  return [...known.values()]
}

function optionsFor({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>) {
  if (method !== 'OPTIONS') return OPEN
  const requested = headers['access-control-request-headers']
  return { ...OPEN, allowedHeaders: allowedHeaders(requested) }
}

/** Checks the route as the router matched and decoded it, so that no spelling of a path makes a difference. */
function isOpen({ routeOptions, params }: FastifyRequest): boolean {
  if (routeOptions.config.isOpenToPages !== true) return false
  const names = params as Readonly<Record<string, string>>
  // An encoded slash makes two segments look like one.
  if (Object.values(names).some((name) => name.includes('/'))) return false
  // `resources/search` and similar paths also match the pattern of an upload.
  return names.resourceType === undefined || isPathType(names.resourceType)
}
