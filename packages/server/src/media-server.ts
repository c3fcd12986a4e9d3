/** Creates the media server: opens the stores, loads the keys, deletes leftover files and registers the routes. @module */

import { MediaError } from '@countersign/protocol/errors'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { refuseUnsupportedCalls } from './admin/unsupported-calls.js'
import { answerArchive, registerDownloads } from './archives/download-routes.js'
import { ASSET_ACTIONS } from './assets/asset-actions.js'
import { registerResources } from './assets/resource-routes.js'
import { auditRequests, noteRefusal } from './audit/audit-requests.js'
import { startBackground } from './background.js'
import type { ServerConfig } from './config.js'
import { registerDelivery } from './delivery/delivery-routes.js'
import { decorateClientAddress } from './http/client-address.js'
import { registerCors } from './http/cors.js'
import { answerClientError, notFound, sendError } from './http/error-envelope.js'
import { type Readiness, registerHealth } from './http/health.js'
import { registerAnnouncedApp } from './notifications/announced-app-route.js'
import { registerCompletions } from './notifications/completion-routes.js'
import { openServices } from './open-services.js'
import { registerUploadPresets } from './presets/preset-routes.js'
import { publicUrlOf } from './public-url.js'
import type { MediaServerOptions } from './server-options.js'
import type { Services } from './services.js'
import { createId } from './storage/create-id.js'
import { lockForServer, withoutWorkers } from './storage/disk/data-locks.js'
import { registerMetadataFields } from './structured-metadata/metadata-field-routes.js'
import { sweepStaging } from './upkeep/sweep-expired-uploads.js'
import { registerUploadApi } from './upload/upload-routes.js'
import { registerUploadSessions } from './upload/upload-status-routes.js'
import { registerWidgetScript } from './widget-script/widget-script.js'

/** A server that is ready to `listen` or `inject`. `close` stops it gracefully. */
export type MediaServer = FastifyInstance & {
  readonly services: Services
  readonly readiness: Readiness
}

/** Interval at which idle connections are closed while the server stops, in milliseconds. */
const IDLE_CHECK_MS = 100
/** Time from the start of a stop that running jobs get to finish, in milliseconds. Shorter than the 30 s after which `serve` exits. */
const FINISH_JOBS_MS = 20_000

/**
 * Creates a media server. Opens the catalog and the storage folder, and deletes staging files that a crash left behind.
 * @throws MediaError CONFIG_INVALID when keys conflict, or when another server uses the same storage folder or catalog; Error when the catalog cannot be opened or is not durable.
 * @example
 * ```ts
 * const server = await createMediaServer({ config: readConfig(process.env) })
 * await server.listen({ host: '127.0.0.1', port: 8787 })
 * ```
 */
export async function createMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const { config } = options
  const app = createApp(options)
  decorateClientAddress(app, config)
  leaveBodiesUnread(app)
  const lock = await lockForServer(config, config.mode)
  const { close, ...parts } = await openServices(options, {
    log: app.log,
    publicUrl: createPublicUrl(config, app),
  }).catch((error) => {
    lock.release()
    throw error
  })
  const services: Services = { ...parts, wakeOutbox: (topics) => background.outbox.wake(topics) }
  const isSwept = await withoutWorkers(config, () => sweepStaging(services))
  if (!isSwept) services.log.info({}, 'workers run: kept the staging files')
  const background = startBackground(services, options)
  const readiness: Readiness = { isStopping: false, isDraining: false }
  await registerCors(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
    if (readiness.isDraining) assertMayBegin(request, reply)
  })
  auditRequests(app, services)
  refuseUnsupportedCalls(app, services)
  app.addHook('preClose', async () => {
    Object.assign(readiness, { isStopping: true, isDraining: true })
    closeAsTheyFinish(app)
    background.outbox.limitClose(FINISH_JOBS_MS)
  })
  app.setErrorHandler((error, request, reply) => {
    noteRefusal(request, error)
    sendError(request, reply, error)
  })
  app.setNotFoundHandler((request, reply) => sendError(request, reply, notFound()))
  registerHealth(app, services, readiness)
  registerUploadApi(app, services, { ...ASSET_ACTIONS, generate_archive: answerArchive })
  registerDownloads(app)
  registerCompletions(app, services, background.outbox)
  if (services.apps) registerAnnouncedApp(app, services, services.apps)
  registerUploadSessions(app, services)
  registerResources(app, services)
  registerUploadPresets(app, services)
  registerMetadataFields(app)
  registerWidgetScript(app, services)
  registerDelivery(app, services)

  app.addHook('onClose', async () => {
    await background.close()
    await close()
    lock.release()
  })
  services.log.info({ mode: config.mode, keys: services.keys.size }, 'opened')
  return Object.assign(app, { services, readiness })
}

/** Closes idle connections while the server stops. Otherwise, kept-alive connections would delay the stop. */
function closeAsTheyFinish({ server }: FastifyInstance): void {
  const timer = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
  server.once('close', () => clearInterval(timer))
}

/**
 * Refuses new POST requests on open connections while the server stops. Stored parts stay, and the client sends the next part to the next
 * server.
 */
function assertMayBegin(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('connection', 'close')
  if (request.method !== 'POST') return
  throw new MediaError('RATE_LIMITED', { message: 'The server is stopping. Try again' })
}

// Fastify would buffer a body before the request is authenticated, even on unknown paths.
function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

function createApp({ config, logStream }: MediaServerOptions): FastifyInstance {
  return Fastify({
    logger: {
      level: config.logLevel,
      ...(logStream ? { stream: logStream } : {}),
      serializers: { req: describeRequest },
    },
    genReqId: createId,
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: 0,
    http: {
      headersTimeout: config.headersTimeoutSeconds * 1000,
      // By default, Node checks every 30 s.
      connectionsCheckingInterval: config.headersTimeoutSeconds * 250,
      // Node refuses headers of `maxHeaderSize` bytes or more. It counts names, values and the request's address, without separators.
      maxHeaderSize: config.maxHeaderBytes + 1,
    },
    routerOptions: { maxParamLength: 1024, ignoreDuplicateSlashes: false },
    // An open keep-alive connection must not hold up a stop.
    forceCloseConnections: 'idle',
    // Clients of the Upload API cannot read a 503.
    return503OnClosing: false,
    // The Node SDK sends a whole path as one encoded segment (protocol: admin-api 1).
    frameworkErrors: (error, request, reply) => sendError(request, reply, error),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, config),
    rewriteUrl: (request) => decodeAdminPath(request.url ?? '/'),
  }) as unknown as FastifyInstance
}

/** Returns the server's public address. Caches the address, because reading it from the socket is a system call. */
function createPublicUrl(config: ServerConfig, app: FastifyInstance): () => string {
  let kept = config.publicUrl
  return () => {
    if (kept) return kept
    const address = app.server.address()
    if (typeof address !== 'object' || !address) return publicUrlOf(config)
    kept = publicUrlOf({ ...config, port: address.port })
    return kept
  }
}

function decodeAdminPath(url: string): string {
  if (!url.startsWith('/v1_1/')) return url
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  // Only paths whose whole route is one segment. The router itself decodes `%2F` inside a public id.
  const whole = /^(\/v1_1\/[^/]+\/)([a-z_]+%2[fF][^/]*)$/.exec(path)
  return whole
    ? `${whole[1]}${whole[2]?.replaceAll(/%2f/gi, '/')}${query < 0 ? '' : url.slice(query)}`
    : url
}

// Without the query, which may contain a signature.
function describeRequest(request: FastifyRequest): {
  method: string
  path: string
  address: string
} {
  return {
    method: request.method,
    path: request.url.split('?')[0] ?? '',
    address: request.client.address,
  }
}
