/** Which routes pages of other origins may call: none, unless the route lists itself. @module */

import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { isPathType } from './upload-paths.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether pages of other origins may call the route. @default false */
    readonly isOpenToPages?: boolean
  }
}

/** Options of a route that pages of other origins may call. */
export const OPEN_TO_PAGES: { readonly config: { readonly isOpenToPages: true } } = {
  config: { isOpenToPages: true },
}

/** Headers that a page may send with every call. */
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

const OPEN = {
  origin: '*',
  methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
  allowedHeaders: [...ALLOWED_HEADERS],
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
 * Answers preflights of listed routes and adds the CORS headers to their answers. No other route gets a CORS header. Call before the
 * routes are registered.
 */
export async function registerCors(app: FastifyInstance): Promise<void> {
  await app.register(cors, {
    delegator: (request, callback) =>
      callback(null, isOpen(request as FastifyRequest) ? OPEN : { origin: false }),
  })
  const opened = new Set<string>()
  app.addHook('onRoute', ({ url, config }: RouteOptions) => {
    if (config?.isOpenToPages !== true || opened.has(url)) return
    opened.add(url)
    // The router has to match a preflight with the route that it is about; the hook above answers the preflight.
    app.options(url, OPEN_TO_PAGES, (_request, reply) => reply.callNotFound())
  })
}

/** Judges what the router matched and decoded, so that no spelling of a path makes a difference. */
function isOpen({ routeOptions, params }: FastifyRequest): boolean {
  if (routeOptions.config.isOpenToPages !== true) return false
  const names = params as Readonly<Record<string, string>>
  // An encoded slash makes two segments look like one.
  if (Object.values(names).some((name) => name.includes('/'))) return false
  // `resources/search` and the like match the pattern of an upload as well.
  return names.resourceType === undefined || isPathType(names.resourceType)
}
