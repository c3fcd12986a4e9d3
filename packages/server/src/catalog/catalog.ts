/** The catalog contract: the store of all records. Every driver must pass the same contract suite. @module */

import type {
  Asset,
  AssetName,
  AssetPage,
  AssetQuery,
  AssetReference,
  RenameOutcome,
  StoredVersion,
} from './asset.js'
import type { EditOutcome, EditQuery } from './asset-edits.js'
import type {
  ChunkPart,
  ChunkSession,
  NewSession,
  OpenedSession,
  PartOutcome,
} from './chunk-session.js'
import type { Key, Preset } from './key.js'
import type {
  Direction,
  FieldOrder,
  FieldOutcome,
  MetadataField,
  StoredField,
} from './metadata-fields.js'
import type {
  CommitOutcome,
  DerivativesOutcome,
  DerivedAsset,
  NewBlob,
  NewUpload,
  RedeemOutcome,
  StoredUpload,
} from './new-upload.js'
import type {
  ClaimQuery,
  Completion,
  EventClaim,
  EventState,
  EventTopic,
  ListedEvent,
  NewEvent,
  OutboxEvent,
  Settling,
} from './outbox-event.js'

/** A rate limit and the name it applies to. */
export interface AllowanceQuery {
  readonly cloud: string
  /** Name of the counter; any text. */
  readonly name: string
  /** Maximum calls per window. All of them may come at once; the allowance refills evenly over the window. */
  readonly limit: number
  readonly windowMs: number
  /** Current time, Unix milliseconds. */
  readonly now: number
}

/** Result of counting one call: allowed, or how long to wait. */
export type AllowanceTaken =
  | { readonly isTaken: true }
  | { readonly isTaken: false; readonly retryAfterMs: number }

/** Identifies a blob. */
export interface BlobName {
  readonly cloud: string
  /** 32 hex. */
  readonly blobId: string
}

/** A stored blob that has no row in the catalog. */
export interface UnknownBlob {
  readonly blobId: string
  /** When a collector pass first saw the blob, Unix milliseconds. `null` if no pass has recorded it. */
  readonly firstSeenAt: number | null
}

/** A blob with the size and digest that its bytes must have. */
export interface CheckedBlob extends BlobName {
  readonly bytes: number
  /** 32 hex. */
  readonly md5: string
}

/** Number of blob rows, and the age of the newest. */
export interface BlobTally {
  readonly count: number
  /** When the newest row was created, Unix milliseconds. `null` if there are no rows. */
  readonly newestAt: number | null
}

/** Stores all records. Every method is one transaction and rejects with MediaError STORAGE_UNAVAILABLE when the database fails. */
export interface Catalog {
  /** Stores an uploaded asset: its row, version, blob, nonce and events, in one transaction. */
  commitUpload(upload: NewUpload): Promise<CommitOutcome>
  /** Stores a durable blob without an asset and enqueues the event that turns it into one. */
  acceptUpload(query: { cloud: string; blob: NewBlob; event: NewEvent; now: number }): Promise<void>
  /** Enqueues an event whose bytes are already stored. */
  acceptWork(query: { cloud: string; event: NewEvent; now: number }): Promise<void>
  /** Reads the result of an earlier upload by its nonce. `null` if there is none, or its nonce has expired. */
  readUpload(query: {
    cloud: string
    nonce: string
    /** Finds only an upload with this `user_tag`. @default any upload */
    userTag?: string | undefined
    now: number
  }): Promise<StoredUpload | null>
  /** Reads an asset by name. `null` if there is none. */
  readAsset(name: AssetName): Promise<Asset | null>
  /** Reads an asset by its immutable id. `null` if there is none. */
  readAssetById(query: { cloud: string; assetId: string }): Promise<Asset | null>
  /** Reads a version of an asset. `null` if there is no such version, or its bytes are not kept. */
  readVersion(query: {
    cloud: string
    assetId: string
    versionId: string
  }): Promise<StoredVersion | null>
  /**
   * Stops keeping versions and returns the ids of those that were kept. Bytes of replaced versions go to the collector; the newest
   * version stays.
   */
  releaseVersions(query: {
    cloud: string
    assetId: string
    versionIds: readonly string[]
    now: number
  }): Promise<readonly string[]>
  /** Returns one page of assets. */
  listAssets(query: AssetQuery): Promise<AssetPage>
  /** Returns one page of the tags in use, ordered by tag. */
  listTags(query: {
    cloud: string
    resourceType: string
    prefix?: string
    maxResults: number
    cursor?: string
  }): Promise<{ tags: readonly string[]; nextCursor?: string }>
  /** Changes the metadata of the named assets that exist. Public ids without an asset are ignored. */
  editAssets(query: EditQuery): Promise<EditOutcome>
  /** Deletes an asset's row and returns the asset, `null` if there was none. The collector deletes the blob later. */
  destroyAsset(
    query: AssetReference & { events?: readonly NewEvent[]; now: number },
  ): Promise<Asset | null>
  /** Returns the structured metadata fields in their order, or oldest first without one. Newer fields come last. */
  listMetadataFields(query: { cloud: string }): Promise<readonly MetadataField[]>
  /** Stores an order for all fields of a cloud, and returns the fields in that order. */
  orderMetadataFields(query: {
    cloud: string
    orderBy: FieldOrder
    direction: Direction
    now: number
  }): Promise<readonly MetadataField[]>
  /** Reads a structured metadata field. `null` if it does not exist or was deleted. */
  readMetadataField(query: { cloud: string; externalId: string }): Promise<StoredField | null>
  /** Creates a structured metadata field if `revision` is `null`. Otherwise replaces the field if it still has that revision. */
  writeMetadataField(query: {
    field: MetadataField
    revision: number | null
    now: number
  }): Promise<FieldOutcome>
  /** Deletes a structured metadata field; its id cannot be used again. Returns false if there was none. */
  destroyMetadataField(query: { cloud: string; externalId: string; now: number }): Promise<boolean>
  /** Removes a field's values from one page of assets. Returns the `after` of the next page, `null` on the last. */
  stripMetadata(query: {
    cloud: string
    externalId: string
    after: string
    maxResults: number
  }): Promise<{ after: string | null }>
  /** Redeems a delete token: deletes its asset. A token works once. */
  redeemDeleteToken(query: {
    cloud: string
    hash: string
    events?: readonly NewEvent[]
    now: number
  }): Promise<RedeemOutcome>
  /** Creates a chunk session, or returns the live session with that owner and client id, even if it is finished. */
  openSession(session: NewSession): Promise<OpenedSession>
  /** Reads a live chunk session. Without `owner`, returns the newest with that client id; use this only for client ids that cannot be guessed. */
  readSession(query: {
    cloud: string
    owner?: string
    clientId: string
    now: number
  }): Promise<ChunkSession | null>
  /** Records a stored part of a chunk session. */
  addPart(query: {
    cloud: string
    sessionId: string
    part: ChunkPart
    totalBytes: number | null
    /** Earliest expiry of the session from now on, Unix milliseconds. */
    expiresAt: number
  }): Promise<PartOutcome>
  /** Deletes a chunk session and returns its parts, whose bytes can then be deleted. */
  destroySession(query: { cloud: string; sessionId: string }): Promise<readonly ChunkPart[]>
  /** Returns up to 100 expired chunk sessions with their parts. */
  listExpiredSessions(query: { now: number }): Promise<readonly ChunkSession[]>
  /** Returns the places of the parts that unfinished chunk sessions need. */
  listStagedParts(): Promise<readonly string[]>
  /** Reads the state of the app's answer to an upload by its nonce. `null` if there is no such upload, or its nonce has expired. */
  readCompletion(query: {
    cloud: string
    nonce: string
    /** Finds only an upload with this `user_tag`. @default any upload */
    userTag?: string | undefined
    now: number
  }): Promise<Completion | null>
  /**
   * Claims due events and events whose lease has expired, and counts the attempts. Returns only events that this worker now holds. No
   * other worker can claim them until the lease expires.
   */
  claimEvents(query: ClaimQuery): Promise<readonly OutboxEvent[]>
  /**
   * Returns the earliest time at which an event of these topics can be claimed, Unix milliseconds: its due time, or the end of its lease.
   * The time may have passed. `null` if no event is pending.
   */
  readNextDue(query: { topics: readonly EventTopic[] }): Promise<number | null>
  /** Extends the live claims among the given ones to `leaseUntil`, and returns them. The other claims are lost. */
  renewClaims(query: {
    claims: readonly EventClaim[]
    now: number
    leaseUntil: number
  }): Promise<readonly EventClaim[]>
  /** Gives live claims back. The events can be claimed at once, and the attempts do not count. */
  releaseClaims(query: { claims: readonly EventClaim[]; now: number }): Promise<void>
  /** Marks a claimed event as done. Returns false, and changes nothing, if the claim is no longer live. */
  finishEvent(
    query: Settling & {
      /** The app's answer. */
      completion?: { status: 'done' | 'failed'; result: string | null }
    },
  ): Promise<boolean>
  /**
   * Schedules a retry of a claimed event at `dueAt`, or marks the event as dead if `dueAt` is `null`. Returns false, and changes nothing,
   * if the claim is no longer live.
   */
  postponeEvent(query: Settling & { dueAt: number | null; failure: string }): Promise<boolean>
  /** Renames an asset. The outcomes `missing` and `taken` change nothing. */
  renameAsset(
    query: AssetName & {
      to: AssetName
      overwrite: boolean
      /** Events to enqueue if the asset is renamed. The old name is added to their payload as `from`. */
      events?: readonly NewEvent[]
      now: number
    },
  ): Promise<RenameOutcome>
  /** Records derivatives of an asset version and enqueues their events, all or none. Derivatives that were already generated keep their size. */
  writeDerivatives(query: {
    cloud: string
    assetId: string
    versionId: string
    derivatives: readonly DerivedAsset[]
    /** Maximum derivatives of the asset, counted as by `countDerivatives`. Derivatives that are already counted need no room. */
    maxDerivatives: number
    events?: readonly NewEvent[]
    now: number
  }): Promise<DerivativesOutcome>
  /** Returns the derivatives that were requested or generated for an asset's newest version. */
  listDerivatives(query: { cloud: string; assetId: string }): Promise<readonly DerivedAsset[]>
  /** True if this derivative was requested or already generated for the asset's newest version. */
  hasDerivative(query: {
    cloud: string
    assetId: string
    transformation: string
    format: string
    /** Matches only derivatives that were generated. @default false */
    isMade?: boolean
  }): Promise<boolean>
  /** Counts the derivatives that were generated for an asset's newest version, plus those requested in the last day. */
  countDerivatives(query: {
    cloud: string
    assetId: string
    /** A derivative to leave out of the count. */
    except?: { transformation: string; format: string }
    now: number
  }): Promise<number>
  /** Returns events in a state, oldest first. */
  listEvents(query: {
    state: EventState
    cloud?: string
    maxResults: number
  }): Promise<readonly ListedEvent[]>
  /**
   * Makes events pending and due again, with no attempts, and returns their ids. With `eventIds`: those events, if done or dead. Without:
   * all dead events.
   */
  replayEvents(query: {
    eventIds?: readonly string[]
    cloud?: string
    now: number
  }): Promise<readonly string[]>
  /** Reads an upload preset. `null` if there is none. */
  readPreset(query: { cloud: string; name: string }): Promise<Preset | null>
  /** Returns one page of upload presets, ordered by name. */
  listPresets(query: {
    cloud: string
    maxResults: number
    cursor?: string
  }): Promise<{ presets: readonly Preset[]; nextCursor?: string }>
  /** Creates an upload preset, or replaces it if `replace` is set. Returns false if the name is taken and `replace` is not set. */
  writePreset(preset: Preset & { replace: boolean; now: number }): Promise<boolean>
  /** Deletes an upload preset. Returns false if there was none. */
  destroyPreset(query: { cloud: string; name: string }): Promise<boolean>
  /** Returns the keys of all clouds, oldest first. */
  listKeys(): Promise<readonly Key[]>
  /**
   * Creates a key.
   * @throws MediaError CONFIG_INVALID when the id or the secret is taken.
   */
  createKey(key: Key & { now: number }): Promise<void>
  /** Changes a key's state. Returns false if there is no such key. */
  writeKeyState(query: { keyId: string; state: Key['state']; now: number }): Promise<boolean>
  /** Counts the blob rows. */
  tallyBlobs(query: object): Promise<BlobTally>
  /**
   * Returns blobs that were orphaned at or before `retiredBefore`, ordered by id, starting after `after`. Blobs of current assets are
   * never included.
   */
  listDeadBlobs(query: {
    retiredBefore: number
    after: string
    maxResults: number
  }): Promise<readonly BlobName[]>
  /** Deletes the rows of blobs whose bytes are gone, and of their versions. */
  forgetBlobs(query: { blobIds: readonly string[] }): Promise<void>
  /** Returns the given blobs that have no row in the catalog. */
  listUnknownBlobs(query: { blobIds: readonly string[] }): Promise<readonly UnknownBlob[]>
  /** Records that these blobs have no row. The time of the first sighting stays. */
  sightOrphans(query: { orphans: readonly BlobName[]; now: number }): Promise<void>
  /** Deletes sightings of blobs that were last seen before `seenBefore`. */
  forgetOrphans(query: { seenBefore: number }): Promise<void>
  /** Returns live blobs ordered by id, starting at `from`. Quarantined blobs are left out. */
  listBlobsFrom(query: { from: string; maxResults: number }): Promise<readonly CheckedBlob[]>
  /** Marks a blob as quarantined because its bytes have changed. */
  quarantineBlob(query: { blobId: string; now: number }): Promise<void>
  /** Deletes expired nonces, events one day after they were done, dead events after 30 days, and old delete tokens. */
  pruneRows(query: { now: number }): Promise<void>
  /** Counts one call against a name's rate limit. Deletes rows of names whose allowance is full again. */
  takeAllowance(query: AllowanceQuery): Promise<AllowanceTaken>
  /** Checks that the database can be written and still has the schema of this program. */
  probe(): Promise<void>
  /** Closes the database. */
  close(): Promise<void>
}
