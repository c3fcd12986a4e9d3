/** Starts an app with the delivery routes, on a real disk and catalog, for route tests. @module */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ResourceType } from '@countersign/protocol/limits'
import Fastify, { type FastifyInstance } from 'fastify'
import { createExplainer } from '../src/access/explain-rarely.js'
import { createKeyRing } from '../src/access/key-ring.js'
import { createServerTrail } from '../src/audit/audit-trail.js'
import { auditCatalog } from '../src/audit/audited-catalog.js'
import type { Asset, DeliveryType } from '../src/catalog/asset.js'
import type { Key } from '../src/catalog/key.js'
import { createSqliteCatalog } from '../src/catalog/sqlite/sqlite.js'
import { readConfig, type ServerConfig } from '../src/config.js'
import { registerDelivery } from '../src/delivery/delivery-routes.js'
import { createDecoderPool } from '../src/delivery/imaging/decoder-pool.js'
import { createDerivations } from '../src/delivery/imaging/derivations.js'
import { decorateClientAddress } from '../src/http/client-address.js'
import { createMetadataReader } from '../src/inspection/metadata-reader.js'
import { createDialler } from '../src/remote/dialler.js'
import { createRemoteReader } from '../src/remote/read-remote.js'
import type { Services } from '../src/services.js'
import { createId } from '../src/storage/create-id.js'
import { createDiskBlobStore } from '../src/storage/disk/disk.js'
import { createDiskPartStore } from '../src/storage/disk/disk-parts.js'
import { stageFile } from '../src/storage/disk/stage-file.js'
import { createStagingFolder } from '../src/storage/disk/staging.js'

/** Cloud of every test asset. */
export const CLOUD = 'demo'
/** Secret of the one key that signs deliveries. */
export const DELIVER_SECRET = 'deliver-secret'
/** Initial time of a server's clock, in Unix milliseconds. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

/** An asset to store. */
export interface TestAsset {
  readonly publicId: string
  readonly bytes: Buffer
  /** @default 'image' */
  readonly resourceType?: ResourceType
  /** @default 'upload' */
  readonly deliveryType?: DeliveryType
  /** @default 'png' of an image */
  readonly format?: string
  /** @default CLOUD */
  readonly cloud?: string
}

/** A running app, its services and its folder. */
export interface DeliveryServer {
  readonly app: FastifyInstance
  readonly services: Services
  readonly folder: string
  /** The server's clock. Tests change it. */
  readonly clock: { nowMs: number }
  store(asset: TestAsset): Promise<Asset>
  close(): Promise<void>
}

/** Starts an app in a new folder. `prepare` adds routes and hooks before the delivery routes. */
export async function createDeliveryServer(
  settings: Partial<ServerConfig> = {},
  prepare: (app: FastifyInstance) => void = () => {},
): Promise<DeliveryServer> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-delivery-'))
  const root = join(folder, 'data')
  const catalog = await createSqliteCatalog({ path: join(root, 'catalog.db') })
  const keys: Key[] = [
    {
      cloud: CLOUD,
      id: '100000000000001',
      secret: DELIVER_SECRET,
      scopes: ['deliver'],
      state: 'active',
    },
    {
      cloud: CLOUD,
      id: '100000000000002',
      secret: 'upload-secret',
      scopes: ['upload'],
      state: 'active',
    },
    {
      cloud: 'other',
      id: '100000000000003',
      secret: 'other-secret',
      scopes: ['deliver'],
      state: 'active',
    },
  ]
  const staging = await createStagingFolder(root)
  const clock = { nowMs: NOW }
  const dialler = createDialler({ connectTimeoutMs: 5000 })
  const log = { info() {}, warn() {}, error() {} }
  const config: ServerConfig = {
    ...readConfig({}),
    transformations: 'open',
    storageFolder: root,
    ...settings,
  }
  const trail = createServerTrail({ record() {}, async close() {} })
  const services: Services = {
    config,
    catalog,
    catalogOf: auditCatalog(catalog),
    trail,
    blobs: await createDiskBlobStore({ root }),
    staging,
    parts: createDiskPartStore(staging),
    joining: new Map(),
    freeSpace: { assertRoom: async () => {} },
    keys: await createKeyRing({ configured: keys, catalog }),
    explain: createExplainer({ share: 1, now: Date.now }),
    derivations: createDerivations(
      { folder: join(root, 'derivatives'), keepsNames: settings.transformations === 'strict' },
      () => clock.nowMs,
    ),
    metadataReader: createMetadataReader(),
    decoders: createDecoderPool({ limits: config, log }),
    dialler,
    readRemote: createRemoteReader(dialler, { maxRedirects: 3, totalTimeoutMs: 60_000 }),
    log,
    wakeOutbox() {},
    now: () => clock.nowMs,
    publicUrl: () => 'http://127.0.0.1:8787',
  }
  const app = Fastify({ genReqId: createId })
  decorateClientAddress(app, config)
  prepare(app)
  registerDelivery(app, services)
  return {
    app,
    services,
    folder,
    clock,
    store: (asset) => storeAsset(services, asset),
    async close() {
      await app.close()
      await Promise.all([services.decoders.close(), catalog.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function storeAsset({ staging, blobs, catalog }: Services, asset: TestAsset): Promise<Asset> {
  const { publicId, bytes, resourceType = 'image', deliveryType = 'upload', cloud = CLOUD } = asset
  const staged = await stageFile(staging, Readable.from([bytes]), { assertBytes: () => {} })
  await blobs.write(cloud, staged)
  const { asset: stored } = (await catalog.commitUpload({
    asset: {
      cloud,
      resourceType,
      deliveryType,
      publicId,
      format: resourceType === 'raw' ? null : (asset.format ?? 'png'),
      widthPx: null,
      heightPx: null,
      tags: [],
      context: {},
      extra: {},
      assetFolder: '',
      displayName: publicId,
      originalFilename: null,
    },
    blob: { blobId: staged.stagingId, bytes: staged.bytes, md5: staged.md5 },
    ids: { assetId: createId(), versionId: createId() },
    overwrite: true,
    now: NOW,
  })) as { asset: Asset }
  return stored
}
