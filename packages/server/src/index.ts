/** The self-hosted media server: verifies, stores, transforms and delivers signed uploads. @module */

export { createKeyRing, type KeyRing } from './access/key-ring.js'
export type { Catalog } from './catalog/catalog.js'
export type { Key, Preset } from './catalog/key.js'
export { createSqliteCatalog } from './catalog/sqlite/sqlite.js'
export { readConfig, type ServerConfig } from './config.js'
export { configWarnings } from './config-warnings.js'
export { readKeys } from './configured-keys.js'
export { createMediaServer, type MediaServer } from './media-server.js'
export type { AnnouncedApp, AnnouncedApps } from './notifications/announced-app.js'
export type { MediaServerOptions } from './server-options.js'
export { createWorker, type Worker } from './worker.js'
