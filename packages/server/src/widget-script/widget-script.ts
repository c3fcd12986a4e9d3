/** Serves the widget's script and its other files, under Countersign's path and Cloudinary's. @module */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isUnchanged } from '../http/conditional-request.js'
import type { Services } from '../services.js'

/** Text in the built script that the server replaces with its public address. */
const PUBLIC_URL_MARKER = '__COUNTERSIGN_PUBLIC_URL__'

/** Paths of the script. Its other files are served from the same path that the page used. */
const FOLDERS = ['/widget', '/global', '/latest/global', '/:version/global'] as const

/**
 * Name of a further file of the widget, such as `crop-1a2b3c4d.js`; the build derives it from the content. Other files of the folder are
 * not served.
 */
const PART_NAME = /^[a-z][a-z0-9-]*-[0-9a-f]{8}\.js$/

/** Options of {@link registerWidgetScript}. */
export interface WidgetScriptOptions {
  /**
   * Path of the built script.
   * @default the path of `@countersign/widget/script`
   */
  readonly path?: string
}

/** Registers the routes of the widget script and its other files. Pages of any origin may load them. */
export function registerWidgetScript(
  app: FastifyInstance,
  services: Services,
  options: WidgetScriptOptions = {},
): void {
  for (const folder of FOLDERS) {
    const route = { method: ['GET', 'HEAD'], exposeHeadRoute: false }
    app.route({
      ...route,
      url: `${folder}/all.js`,
      handler: (request, reply) => answerScript(services, options, { request, reply }),
    })
    app.route<{ Params: { part: string } }>({
      ...route,
      url: `${folder}/:part`,
      handler: ({ params }, reply) => answerPart(params.part, options, reply),
    })
  }
}

async function answerScript(
  services: Services,
  options: WidgetScriptOptions,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  allowEveryOrigin(reply)
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

async function answerPart(
  name: string,
  options: WidgetScriptOptions,
  reply: FastifyReply,
): Promise<FastifyReply> {
  allowEveryOrigin(reply)
  const script = options.path ?? builtScriptPath()
  const isPart = script !== null && PART_NAME.test(name)
  const part = isPart ? await readScript(join(dirname(script), name)) : null
  if (part === null) {
    return reply
      .code(404)
      .header('cache-control', 'no-store')
      .type('text/plain; charset=utf-8')
      .send('Unknown widget file. If the server was updated, reload the page.\n')
  }
  return reply
    .header('cache-control', 'public, max-age=31536000, immutable')
    .type('text/javascript; charset=utf-8')
    .send(part)
}

function allowEveryOrigin(reply: FastifyReply): void {
  reply.headers({
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  })
  // Every origin gets the same code.
  reply.removeHeader('vary')
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

// The marker is inside a string of the built script. The bundler chooses its quotes, so all special characters are escaped.
function insideString(url: string): string {
  return url.replace(
    /[^\w:/.[\]-]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
