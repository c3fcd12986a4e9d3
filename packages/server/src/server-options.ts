/** Options of a media server and of a worker. @module */

import type { Catalog } from './catalog/catalog.js'
import type { ServerConfig } from './config.js'
import type { AnnouncedApps } from './notifications/announced-app.js'
import type { ResolveHost } from './remote/dialler.js'
import type { BlobStore } from './storage/blob-store.js'
import type { FreeSpaceOptions } from './storage/disk/free-space.js'

/** Options of `createMediaServer` and `createWorker`. */
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
