/** Entry point for commands that need the catalog without the server, such as those for keys and presets. @module */

export { defaultPreset } from './access/effective-limits.js'
export { openAuditLog } from './audit/audit-log.js'
export { type Actor, createAuditTrail } from './audit/audit-trail.js'
export { auditCatalog } from './audit/audited-catalog.js'
export type { Catalog } from './catalog/catalog.js'
export {
  type CatalogLimiterStore,
  type CatalogLimiterStoreOptions,
  createCatalogLimiterStore,
} from './catalog/catalog-limiter-store.js'
export type { Key, Preset } from './catalog/key.js'
export type { EventState, ListedEvent } from './catalog/outbox-event.js'
export { createSqliteCatalog } from './catalog/sqlite/sqlite.js'
export { readConfig, type ServerConfig } from './config.js'
export { configWarnings } from './config-warnings.js'
export { RESERVED_CLOUD_NAMES } from './configured-keys.js'
export { LIMIT_NAMES, LIMIT_SPECS } from './limits.js'
export { publicUrlOf } from './public-url.js'
export { closeToOthers } from './storage/private-file.js'
