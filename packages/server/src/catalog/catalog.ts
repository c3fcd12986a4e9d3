/** The catalog contract: where records live. SQLite implements it now, Postgres later; both run one contract suite. @module */

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
  Completion,
  EventState,
  EventTopic,
  ListedEvent,
  NewEvent,
  OutboxEvent,
} from './outbox-event.js'

/** How much a name may take. */
export interface AllowanceQuery {
  readonly cloud: string
  /** Whose allowance, and of what; any text. */
  readonly name: string
  /** Takes in a window: all may come at once, and they come back evenly. */
  readonly limit: number
  readonly windowMs: number
  /** Unix milliseconds. */
  readonly now: number
}

/** Whether there was one left. */
export type AllowanceTaken =
  | { readonly isTaken: true }
  | { readonly isTaken: false; readonly retryAfterMs: number }

/** Names a blob of which nothing else is known. */
export interface BlobName {
  readonly cloud: string
  /** 32 hex. */
  readonly blobId: string
}

/** A stored blob that no row knows. */
export interface UnknownBlob {
  readonly blobId: string
  /** Unix milliseconds of the first pass that saw it; `null`: none has. */
  readonly firstSeenAt: number | null
}

/** A blob with what its bytes must be. */
export interface CheckedBlob extends BlobName {
  readonly bytes: number
  /** 32 hex. */
  readonly md5: string
}

/** How many blobs rows know. */
export interface BlobTally {
  readonly count: number
  /** Unix milliseconds of the newest row; `null`: there is none. */
  readonly newestAt: number | null
}

/** Where records live. Every method is one transaction; rejects with MediaError STORAGE_UNAVAILABLE when the database fails. */
export interface Catalog {
  commitUpload(upload: NewUpload): Promise<CommitOutcome>
  /** Keeps a durable blob that no asset names yet, and owes the event that makes one of it. */
  acceptUpload(query: { cloud: string; blob: NewBlob; event: NewEvent; now: number }): Promise<void>
  /** Owes work that makes an asset of what is stored already. */
  acceptWork(query: { cloud: string; event: NewEvent; now: number }): Promise<void>
  /** Leaves a blob that was accepted to the collector. */
  releaseBlob(query: { blobId: string; now: number }): Promise<void>
  /** `null`: no live upload under that nonce. */
  readUpload(query: {
    cloud: string
    nonce: string
    /** Finds only an upload with this `user_tag`. @default any upload */
    userTag?: string | undefined
    now: number
  }): Promise<StoredUpload | null>
  readAsset(name: AssetName): Promise<Asset | null>
  readAssetById(query: { cloud: string; assetId: string }): Promise<Asset | null>
  /** `null`: no such version, or its bytes are not kept. */
  readVersion(query: {
    cloud: string
    assetId: string
    versionId: string
  }): Promise<StoredVersion | null>
  /** Keeps versions no longer, except as the newest; answers those that were kept. */
  releaseVersions(query: {
    cloud: string
    assetId: string
    versionIds: readonly string[]
    now: number
  }): Promise<readonly string[]>
  listAssets(query: AssetQuery): Promise<AssetPage>
  /** Tags in use, in order. */
  listTags(query: {
    cloud: string
    resourceType: string
    prefix?: string
    maxResults: number
    cursor?: string
  }): Promise<{ tags: readonly string[]; nextCursor?: string }>
  /** Changes what is said about assets; unknown public ids are passed over. */
  editAssets(query: EditQuery): Promise<EditOutcome>
  /** The asset that is gone now, `null` if there was none. Its blob is deleted later, by the collector. */
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
  readMetadataField(query: { cloud: string; externalId: string }): Promise<StoredField | null>
  /** Creates a field where `revision` is `null`, else replaces that revision. */
  writeMetadataField(query: {
    field: MetadataField
    revision: number | null
    now: number
  }): Promise<FieldOutcome>
  /** False if there was none. Its id stays taken. */
  destroyMetadataField(query: { cloud: string; externalId: string; now: number }): Promise<boolean>
  /** Takes a field's values off the assets of one page; `after` is `null` when that was the last. */
  stripMetadata(query: {
    cloud: string
    externalId: string
    after: string
    maxResults: number
  }): Promise<{ after: string | null }>
  /** Destroys the asset of a delete token, once. */
  redeemDeleteToken(query: {
    cloud: string
    hash: string
    events?: readonly NewEvent[]
    now: number
  }): Promise<RedeemOutcome>
  /** Creates the session, or reads the live one, a finished one too. */
  openSession(session: NewSession): Promise<OpenedSession>
  /** Without an owner: the newest of that client id, for ids that nobody can guess. */
  readSession(query: {
    cloud: string
    owner?: string
    clientId: string
    now: number
  }): Promise<ChunkSession | null>
  addPart(query: {
    cloud: string
    sessionId: string
    part: ChunkPart
    totalBytes: number | null
    /** Earliest expiry of the session from now on, Unix milliseconds. */
    expiresAt: number
  }): Promise<PartOutcome>
  /** Forgets the session and answers the parts whose staging files may go. */
  destroySession(query: { cloud: string; sessionId: string }): Promise<readonly ChunkPart[]>
  /** Sessions past their time, with their parts. */
  listExpiredSessions(query: { now: number }): Promise<readonly ChunkSession[]>
  /** Staging files that live sessions need. */
  listStagedParts(): Promise<readonly string[]>
  /** `null`: no live upload under that nonce. */
  readCompletion(query: {
    cloud: string
    nonce: string
    /** Finds only an upload with this `user_tag`. @default any upload */
    userTag?: string | undefined
    now: number
  }): Promise<Completion | null>
  /** Events of these topics whose time has come, oldest first. */
  listDueEvents(query: {
    topics: readonly EventTopic[]
    now: number
    maxResults: number
    /** Targets that have enough to do. */
    exceptTargets?: readonly string[]
  }): Promise<readonly OutboxEvent[]>
  /** When the first event of these topics that is not due yet will be, Unix milliseconds; `null`: none waits. */
  readNextDue(query: { topics: readonly EventTopic[]; now: number }): Promise<number | null>
  /** The event is done; `completion` is what the app said, `owes` is owed about the same asset from now on. */
  finishEvent(query: {
    eventId: string
    now: number
    completion?: { status: 'done' | 'failed'; result: string | null }
    owes?: readonly NewEvent[]
  }): Promise<void>
  /** Another attempt at `dueAt`, or none where it is `null`: the event is dead. An attempt `isCounted` when it was before it began. */
  postponeEvent(query: {
    eventId: string
    now: number
    dueAt: number | null
    failure: string
    isCounted?: boolean
    owes?: readonly NewEvent[]
  }): Promise<void>
  /** What it is now; `missing` and `taken` change nothing. */
  renameAsset(
    query: AssetName & {
      to: AssetName
      overwrite: boolean
      /** Owed where it is renamed; the old name is added to them as `from`. */
      events?: readonly NewEvent[]
      now: number
    },
  ): Promise<RenameOutcome>
  /** All of them and what they owe, or nothing. What was made before stays. */
  writeDerivatives(query: {
    cloud: string
    assetId: string
    versionId: string
    derivatives: readonly DerivedAsset[]
    /** Of the asset, as `countDerivatives` counts them; those that are known need no room. */
    maxDerivatives: number
    events?: readonly NewEvent[]
    now: number
  }): Promise<DerivativesOutcome>
  /** What was ordered or made of an asset's newest version. */
  listDerivatives(query: { cloud: string; assetId: string }): Promise<readonly DerivedAsset[]>
  /** Whether that was ordered or made of an asset's newest version. */
  hasDerivative(query: {
    cloud: string
    assetId: string
    transformation: string
    format: string
    /** Ordered alone is not enough. @default false */
    isMade?: boolean
  }): Promise<boolean>
  /** How much was made of an asset's newest version, and how much was ordered in the last day. */
  countDerivatives(query: {
    cloud: string
    assetId: string
    /** Not counted. */
    except?: { transformation: string; format: string }
    now: number
  }): Promise<number>
  /** Events of a state, those that wait longest first. */
  listEvents(query: {
    state: EventState
    cloud?: string
    maxResults: number
  }): Promise<readonly ListedEvent[]>
  /** Makes events due now, their attempts forgotten: the named ones, done or given up, or all that were given up. Answers their ids. */
  replayEvents(query: {
    eventIds?: readonly string[]
    cloud?: string
    now: number
  }): Promise<readonly string[]>
  readPreset(query: { cloud: string; name: string }): Promise<Preset | null>
  listPresets(query: {
    cloud: string
    maxResults: number
    cursor?: string
  }): Promise<{ presets: readonly Preset[]; nextCursor?: string }>
  /** False if the name is taken and `replace` is not set. */
  writePreset(preset: Preset & { replace: boolean; now: number }): Promise<boolean>
  /** False if there was none. */
  destroyPreset(query: { cloud: string; name: string }): Promise<boolean>
  listKeys(): Promise<readonly Key[]>
  /** @throws MediaError CONFIG_INVALID when the id or the secret is taken. */
  createKey(key: Key & { now: number }): Promise<void>
  /** False if there is no such key. */
  writeKeyState(query: { keyId: string; state: Key['state']; now: number }): Promise<boolean>
  tallyBlobs(query: object): Promise<BlobTally>
  /** Blobs whose last row went away at or before `retiredBefore`, by id after `after`. */
  listDeadBlobs(query: {
    retiredBefore: number
    after: string
    maxResults: number
  }): Promise<readonly BlobName[]>
  /** Forgets blobs whose bytes are gone, and their versions. */
  forgetBlobs(query: { blobIds: readonly string[] }): Promise<void>
  /** Of these stored blobs, those that no row knows. */
  listUnknownBlobs(query: { blobIds: readonly string[] }): Promise<readonly UnknownBlob[]>
  /** Remembers that no row knew these blobs; the first sighting stays. */
  sightOrphans(query: { orphans: readonly BlobName[]; now: number }): Promise<void>
  /** Forgets the sightings of blobs that were not seen since. */
  forgetOrphans(query: { seenBefore: number }): Promise<void>
  /** Live blobs by id from `from` on, without those in quarantine. */
  listBlobsFrom(query: { from: string; maxResults: number }): Promise<readonly CheckedBlob[]>
  /** Notes that a blob is out of service, because its bytes are not what they were. */
  quarantineBlob(query: { blobId: string; now: number }): Promise<void>
  /** Removes nonces past their day, delivered events, and dead ones after 30 days. */
  pruneRows(query: { now: number }): Promise<void>
  /** Takes one from a name's allowance; rows of names that have all of theirs back are removed. */
  takeAllowance(query: AllowanceQuery): Promise<AllowanceTaken>
  /** Resolves when a write went through and the schema is still the one of this program. */
  probe(): Promise<void>
  close(): Promise<void>
}
