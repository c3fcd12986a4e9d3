/** Creates the media server: opens the stores, loads the keys, deletes leftover files and registers the routes. @module */

import { join } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { answerSigner } from './access/answer-signer.js'
import { createExplainer } from './access/explain-rarely.js'
import { createKeyRing } from './access/key-ring.js'
import { refuseUnsupportedCalls } from './admin/unsupported-calls.js'
import { archiveLane } from './archives/async-archive.js'
import { answerArchive, registerDownloads } from './archives/download-routes.js'
import { ASSET_ACTIONS, explicitJson } from './assets/asset-actions.js'
import { eagerJson, uploadJson } from './assets/asset-json.js'
import { explicitLane } from './assets/async-explicit.js'
import { registerResources } from './assets/resource-routes.js'
import type { AuditLog } from './audit/audit-entry.js'
import { openAuditLog } from './audit/audit-log.js'
import { auditRequests, noteRefusal } from './audit/audit-requests.js'
import { createServerTrail } from './audit/audit-trail.js'
import { auditCatalog } from './audit/audited-catalog.js'
import type { Catalog } from './catalog/catalog.js'
import type { OutboxEvent } from './catalog/outbox-event.js'
import { createSqliteCatalog } from './catalog/sqlite/sqlite.js'
import type { ServerConfig } from './config.js'
import { registerDelivery } from './delivery/delivery-routes.js'
import { deriveLane, type EagerOutcome } from './delivery/derive-eager.js'
import { createDecoderPool } from './delivery/imaging/decoder-pool.js'
import { createDerivations } from './delivery/imaging/derivations.js'
import { decorateClientAddress } from './http/client-address.js'
import { registerCors } from './http/cors.js'
import { answerClientError, notFound, sendError } from './http/error-envelope.js'
import { type Readiness, registerHealth } from './http/health.js'
import type { WireObject } from './http/wire-object.js'
import { createMetadataReader } from './inspection/metadata-reader.js'
import { startOutbox } from './jobs/outbox.js'
import type { Log } from './log.js'
import type { AnnouncedApps } from './notifications/announced-app.js'
import { registerAnnouncedApp } from './notifications/announced-app-route.js'
import { completionLane } from './notifications/completion-lane.js'
import { registerCompletions } from './notifications/completion-routes.js'
import { eagerLane } from './notifications/eager-lane.js'
import { notificationLane } from './notifications/notification-lane.js'
import { registerUploadPresets } from './presets/preset-routes.js'
import { publicUrlOf } from './public-url.js'
import { createDialler, type ResolveHost } from './remote/dialler.js'
import { createRemoteReader } from './remote/read-remote.js'
import type { Services } from './services.js'
import type { BlobStore } from './storage/blob-store.js'
import { createId } from './storage/create-id.js'
import { createDiskBlobStore } from './storage/disk/disk.js'
import { createFreeSpace, type FreeSpaceOptions } from './storage/disk/free-space.js'
import { createPartJoiner } from './storage/disk/part-joiner.js'
import { createStagingFolder } from './storage/disk/staging.js'
import { registerMetadataFields } from './structured-metadata/metadata-field-routes.js'
import { sweepStaging } from './upkeep/sweep-expired-uploads.js'
import { startCollector } from './upkeep/upkeep-schedule.js'
import { storeLane } from './upload/async-upload.js'
import { registerUploadApi } from './upload/upload-routes.js'
import { registerUploadSessions } from './upload/upload-status-routes.js'
import { registerWidgetScript } from './widget-script/widget-script.js'

/** Options of {@link createMediaServer}. */
export interface MediaServerOptions {
  readonly config: ServerConfig
  /** Returns the current time, Unix milliseconds. @default Date.now */
  readonly now?: () => number
  /** Receives the log lines. @default standard output */
  readonly logStream?: { write(line: string): void }
  /** Stores the addresses of development apps. With `mode: 'dev'`, an app's signing endpoint can announce itself. */
  readonly apps?: AnnouncedApps
  /** Catalog to use instead of the configured one. It is closed with the server. */
  readonly catalog?: Catalog
  /** Seconds before each retry of an event, for tests. @default the delays of each lane */
  readonly attemptDelaysSeconds?: readonly number[]
  /** Resolves the hosts that clients name, for tests. @default the system's resolver */
  readonly resolveHost?: ResolveHost
  /** Blob store to use instead of the configured one. */
  readonly blobs?: BlobStore
  /** Reads the state of the file system, for tests. @default `statfs` of node:fs */
  readonly statfs?: NonNullable<FreeSpaceOptions['statfs']>
}

/** A server that is ready to `listen` or `inject`. `close` stops it gracefully. */
export type MediaServer = FastifyInstance & {
  readonly services: Services
  readonly readiness: Readiness
}

/** Interval at which keys are read from the catalog, in milliseconds. A revoked key stops working within it. */
const KEY_REFRESH_MS = 5000
/** Interval at which idle connections are closed while the server stops, in milliseconds. */
const IDLE_CHECK_MS = 100
/** Time from the start of a stop that running jobs get to finish, in milliseconds. Shorter than the 30 s after which `serve` exits. */
const FINISH_JOBS_MS = 20_000
/** Maximum share of time for explaining wrong signatures. */
const EXPLANATION_SHARE = 0.05

/**
 * Creates a media server. Opens the catalog and the storage folder, and deletes staging files that a crash left behind.
 * @throws MediaError CONFIG_INVALID when keys conflict; Error when the catalog cannot be opened or is not durable.
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
  const { audit, ...parts } = await openServices(options, app)
  const services: Services = { ...parts, wakeOutbox: () => outbox.wake() }
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
    outbox.limitClose(FINISH_JOBS_MS)
  })
  app.setErrorHandler((error, request, reply) => {
    noteRefusal(request, error)
    sendError(request, reply, error)
  })
  app.setNotFoundHandler((request, reply) => sendError(request, reply, notFound()))
  registerHealth(app, services, readiness)
  const { attemptDelaysSeconds: delaysSeconds } = options
  const telling = {
    present: (event: OutboxEvent) => presentUpload(services, event),
    ...(delaysSeconds ? { delaysSeconds } : {}),
  }
  const outbox = startOutbox(services, [
    completionLane(services, telling),
    notificationLane(services, telling),
    storeLane(services, delaysSeconds ? { delaysSeconds } : {}),
    archiveLane(services, delaysSeconds ? { delaysSeconds } : {}),
    explicitLane(services, {
      present: (result) => explicitJson(services, result),
      ...(delaysSeconds ? { delaysSeconds } : {}),
    }),
    deriveLane(services, delaysSeconds ? { delaysSeconds } : {}),
    eagerLane(services, ({ asset, payload }) =>
      asset ? eagerJson(services, asset, payload.outcomes as readonly EagerOutcome[]) : [],
    ),
  ])
  registerUploadApi(app, services, { ...ASSET_ACTIONS, generate_archive: answerArchive })
  registerDownloads(app)
  registerCompletions(app, services, outbox)
  if (services.apps) registerAnnouncedApp(app, services, services.apps)
  registerUploadSessions(app, services)
  registerResources(app, services)
  registerUploadPresets(app, services)
  registerMetadataFields(app)
  registerWidgetScript(app, services)
  registerDelivery(app, services)

  await sweepStaging(services)
  const refresh = setInterval(() => {
    services.keys
      .refresh()
      .catch((err) => services.log.error({ err }, 'the keys could not be read'))
  }, KEY_REFRESH_MS)
  refresh.unref()
  const collector = startCollector(services)
  app.addHook('onClose', async () => {
    clearInterval(refresh)
    await Promise.all([outbox.close(), collector.close(), audit.close(), services.joiner.close()])
    services.metadataReader.close()
    await Promise.all([services.decoders.close(), services.catalog.close()])
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

function presentUpload(
  services: Services,
  { asset, payload: { keyId, algorithm } }: OutboxEvent,
): WireObject {
  if (!asset) return {}
  const signer = answerSigner(services, asset.cloud, {
    keyId: String(keyId),
    algorithm: algorithm === 'sha256' ? 'sha256' : 'sha1',
  })
  return uploadJson(services, asset, signer)
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

async function openServices(
  options: MediaServerOptions,
  app: FastifyInstance,
): Promise<Omit<Services, 'wakeOutbox'> & { readonly audit: AuditLog }> {
  const { config } = options
  const log: Log = app.log
  const catalog = options.catalog ?? (await createSqliteCatalog({ path: config.databaseFile, log }))
  const now = options.now ?? Date.now
  const [keys, blobs, staging, audit] = await Promise.all([
    createKeyRing({ configured: config.keys, catalog, webhookSecret: config.webhookSecret }),
    options.blobs ?? createDiskBlobStore({ root: config.storageFolder }),
    createStagingFolder(config.storageFolder),
  ])
    .then(async (opened) => {
      const path = join(config.storageFolder, 'audit.jsonl')
      return [...opened, await openAuditLog({ path, log, now })] as const
    })
    .catch(async (error) => {
      await catalog.close()
      throw error
    })
  const trail = createServerTrail(audit)
  const catalogOf = auditCatalog(catalog)
  const explain = createExplainer({ share: EXPLANATION_SHARE, now: () => performance.now() })
  const dialler = createDialler({
    allow: new Set(config.remoteAllow),
    connectTimeoutMs: config.remoteConnectSeconds * 1000,
    ...(options.resolveHost ? { resolveHost: options.resolveHost } : {}),
  })
  return {
    audit,
    config,
    ...(config.mode === 'dev' && options.apps ? { apps: options.apps } : {}),
    catalog: catalogOf(trail),
    catalogOf,
    trail,
    blobs,
    staging,
    joiner: createPartJoiner(staging),
    joining: new Map(),
    freeSpace: createFreeSpace({
      folder: config.storageFolder,
      limits: config,
      ...(options.statfs ? { statfs: options.statfs } : {}),
    }),
    keys,
    explain,
    derivations: createDerivations(
      {
        folder: join(config.storageFolder, 'derivatives'),
        // Under `strict`, unsigned URLs may name existing derivatives only. A full cache must not refuse them.
        keepsNames: config.transformations === 'strict',
      },
      now,
    ),
    metadataReader: createMetadataReader(),
    decoders: createDecoderPool({ limits: config, log }),
    dialler,
    readRemote: createRemoteReader(dialler, {
      maxRedirects: config.maxRemoteRedirects,
      totalTimeoutMs: config.remoteTotalSeconds * 1000,
    }),
    log,
    now,
    publicUrl: createPublicUrl(config, app),
  }
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
