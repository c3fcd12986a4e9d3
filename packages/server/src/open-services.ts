/** Opens the stores and creates the services that a server and a worker share. @module */

import { join } from 'node:path'
import { createExplainer } from './access/explain-rarely.js'
import { createKeyRing } from './access/key-ring.js'
import { openAuditLog } from './audit/audit-log.js'
import { createServerTrail } from './audit/audit-trail.js'
import { auditCatalog } from './audit/audited-catalog.js'
import { createSqliteCatalog } from './catalog/sqlite/sqlite.js'
import { createDecoderPool } from './delivery/imaging/decoder-pool.js'
import { createDerivations } from './delivery/imaging/derivations.js'
import { createMetadataReader } from './inspection/metadata-reader.js'
import { createDialler } from './remote/dialler.js'
import { createRemoteReader } from './remote/read-remote.js'
import type { MediaServerOptions } from './server-options.js'
import type { Services } from './services.js'
import { createBlobFolders } from './storage/disk/blob-folders.js'
import { createDiskBlobStore } from './storage/disk/disk.js'
import { createDiskPartStore } from './storage/disk/disk-parts.js'
import { createFreeSpace } from './storage/disk/free-space.js'
import { createStagingFolder } from './storage/disk/staging.js'
import { rememberFields } from './structured-metadata/remember-fields.js'

/** Maximum share of time for explaining wrong signatures. */
const EXPLANATION_SHARE = 0.05

/** Services, and the function that closes them. */
export type OpenedServices = Omit<Services, 'wakeOutbox'> & { close(): Promise<void> }

/**
 * Opens the stores and creates the services of a server or a worker.
 * @throws MediaError CONFIG_INVALID when keys conflict; Error when the catalog cannot be opened or is not durable.
 */
export async function openServices(
  options: MediaServerOptions,
  { log, publicUrl }: Pick<Services, 'log' | 'publicUrl'>,
): Promise<OpenedServices> {
  const { config } = options
  const opened = options.catalog ?? (await createSqliteCatalog({ path: config.databaseFile, log }))
  const catalog = rememberFields(opened, () => performance.now())
  const now = options.now ?? Date.now
  const folders = createBlobFolders(join(config.storageFolder, 'blobs'))
  const [keys, blobs, staging, audit] = await Promise.all([
    createKeyRing({ configured: config.keys, catalog, webhookSecret: config.webhookSecret }),
    options.blobs ?? createDiskBlobStore({ root: config.storageFolder, folders }),
    createStagingFolder(config.storageFolder, folders),
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
  const parts = createDiskPartStore(staging)
  const metadataReader = createMetadataReader()
  const decoders = createDecoderPool({ limits: config, log })
  return {
    config,
    ...(config.mode === 'dev' && options.apps ? { apps: options.apps } : {}),
    catalog: catalogOf(trail),
    catalogOf,
    trail,
    blobs,
    staging,
    parts,
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
    metadataReader,
    decoders,
    dialler,
    readRemote: createRemoteReader(dialler, {
      maxRedirects: config.maxRemoteRedirects,
      totalTimeoutMs: config.remoteTotalSeconds * 1000,
    }),
    log,
    now,
    publicUrl,
    async close() {
      await Promise.all([audit.close(), parts.close()])
      metadataReader.close()
      await Promise.all([decoders.close(), catalog.close()])
    },
  }
}
