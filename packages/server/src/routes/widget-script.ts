/** The widget as one script, under our path and the official ones. @module */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Services } from '../services.js'
import { isUnchanged } from './conditional-request.js'

/** What the built script says where this server's public address belongs. */
const PUBLIC_URL_MARKER = '__COUNTERSIGN_PUBLIC_URL__'

const PATHS = [
  '/widget/all.js',
  '/global/all.js',
  '/latest/global/all.js',
  '/:version/global/all.js',
] as const

/** How {@link registerWidgetScript} finds the script. */
export interface WidgetScriptOptions {
  /**
   * The built script.
   * @default what `@countersign/widget/script` resolves to
   */
  readonly path?: string
}

/** Add the routes of the widget script; pages of any origin may run it. */
export function registerWidgetScript(
  app: FastifyInstance,
  services: Services,
  options: WidgetScriptOptions = {},
): void {
  for (const url of PATHS) {
    app.route({
      method: ['GET', 'HEAD'],
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => answerScript(services, options, { request, reply }),
    })
  }
}

async function answerScript(
  services: Services,
  options: WidgetScriptOptions,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  reply.headers({
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  })
  // Every origin gets the same script.
  reply.removeHeader('vary')
  const built = await readScript(options.path ?? builtScriptPath())
  if (built === null) {
    return reply
      .code(404)
      .header('cache-control', 'no-store')
      .type('text/plain; charset=utf-8')
      .send('The widget script is not built. Build it with: npm run build\n')
  }
  const script = built.replaceAll(PUBLIC_URL_MARKER, insideString(services.publicUrl()))
  const etag = `"${createHash('sha256').update(script).digest('hex').slice(0, 32)}"`
  reply.headers({ etag, 'cache-control': 'public, max-age=300' })
  if (isUnchanged(request.headers, { etag, lastModifiedMs: Number.POSITIVE_INFINITY })) {
    return reply.code(304).send()
  }
  return reply.type('text/javascript; charset=utf-8').send(script)
}

function builtScriptPath(): string | null {
  try {
    return createRequire(import.meta.url).resolve('@countersign/widget/script')
  } catch {
    return null
  }
}

async function readScript(path: string | null): Promise<string | null> {
  if (path === null) return null
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

// The marker stands inside a string of the built script, in whichever quotes the bundler chose.
function insideString(url: string): string {
  return url.replace(
    /[^\w:/.[\]-]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
