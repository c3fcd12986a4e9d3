/** The widget's script and its parts, under our path and the official ones. @module */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isUnchanged } from '../http/conditional-request.js'
import type { Services } from '../services.js'

/** What the built script says where this server's public address belongs. */
const PUBLIC_URL_MARKER = '__COUNTERSIGN_PUBLIC_URL__'

/** Where the script is; its parts are beside it, wherever a page took it from. */
const FOLDERS = ['/widget', '/global', '/latest/global', '/:version/global'] as const

/** A part, named by the build for its content: `crop-1a2b3c4d.js`. Nothing else of the folder is served. */
const PART_NAME = /^[a-z][a-z0-9-]*-[0-9a-f]{8}\.js$/

/** How {@link registerWidgetScript} finds the script. */
export interface WidgetScriptOptions {
  /**
   * The built script.
   * @default what `@countersign/widget/script` resolves to
   */
  readonly path?: string
}

/** Add the routes of the widget script and its parts; pages of any origin may run them. */
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
      .send('The widget has no such part. A page from before an update has to be loaded again.\n')
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

// The marker stands inside a string of the built script, in whichever quotes the bundler chose.
function insideString(url: string): string {
  return url.replace(
    /[^\w:/.[\]-]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
