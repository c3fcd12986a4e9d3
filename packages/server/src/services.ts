/** The parts of the server that its actions use. `createMediaServer` creates them once and passes them on. @module */

import type { Explain } from './access/explain-rarely.js'
import type { KeyRing } from './access/key-ring.js'
import type { AuditTrail } from './audit/audit-trail.js'
import type { Catalog } from './catalog/catalog.js'
import type { EventTopic } from './catalog/outbox-event.js'
import type { ServerConfig } from './config.js'
import type { DecoderPool } from './delivery/imaging/decoder-pool.js'
import type { Derivations } from './delivery/imaging/derivations.js'
import type { MetadataReader } from './inspection/metadata-reader.js'
import type { Log } from './log.js'
import type { AnnouncedApps } from './notifications/announced-app.js'
import type { Dialler } from './remote/dialler.js'
import type { ReadRemote } from './remote/read-remote.js'
import type { BlobStore } from './storage/blob-store.js'
import type { FreeSpace } from './storage/disk/free-space.js'
import type { StagingFolder } from './storage/disk/staging.js'
import type { PartStore } from './storage/part-store.js'
import type { UploadResult } from './upload/answer-upload.js'

/** The server's working parts. */
export interface Services {
  readonly config: ServerConfig
  /** Development apps that have announced themselves. Absent outside `dev`. */
  readonly apps?: AnnouncedApps
  /** Stores records. Each change adds a line to `trail`. */
  readonly catalog: Catalog
  /** Creates the catalog that records in another trail. */
  readonly catalogOf: (trail: AuditTrail) => Catalog
  /** Audit trail with the actor. Each request has services with a trail of its own. */
  readonly trail: AuditTrail
  readonly blobs: BlobStore
  readonly staging: StagingFolder
  /** Stores the parts of chunked uploads. */
  readonly parts: PartStore
  /** Chunked uploads whose parts are being joined, by session id, so that two last parts do not join twice. */
  readonly joining: Map<string, Promise<UploadResult>>
  readonly freeSpace: FreeSpace
  readonly keys: KeyRing
  readonly explain: Explain
  readonly derivations: Derivations
  /** Reads videos, audio files and the tags of pictures, in a thread. */
  readonly metadataReader: MetadataReader
  /** Decodes pictures, in separate processes. */
  readonly decoders: DecoderPool
  /** Connects to hosts that clients name. */
  readonly dialler: Dialler
  /** Fetches a file from a URL that a client names. */
  readonly readRemote: ReadRemote
  readonly log: Log
  /** Starts the outbox lanes of these topics at once, because a transaction has enqueued events. @default all lanes */
  readonly wakeOutbox: (topics?: readonly EventTopic[]) => void
  /** Returns the current time, Unix milliseconds. */
  readonly now: () => number
  /** Returns the public address that URLs in responses start with, without a trailing slash. */
  readonly publicUrl: () => string
}
