/** The catalog contract: where records live. SQLite implements it now, Postgres later; both run one contract suite. @module */

import type { Limits, ResourceType } from '@countersign/protocol/limits'
import type { Scope } from '@countersign/protocol/params'
import type { Tags } from '../metadata/image-tags.js'
import type { MediaProperties } from '../metadata/media-properties.js'
import type { EditOutcome, EditQuery } from './asset-edits.js'
import type {
  FieldOutcome,
  Metadata,
  MetadataEdit,
  MetadataField,
  StoredField,
} from './metadata-fields.js'

/** Delivery type; `type` on the wire. */
export type DeliveryType = 'upload' | 'private' | 'authenticated'

/** What names an asset within a cloud. */
export interface AssetName {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicId: string
}

/** An asset by its name, or by its immutable id. */
export type AssetReference = AssetName | { readonly cloud: string; readonly assetId: string }

/** A stored original with its record, as of its newest version. */
export interface Asset extends AssetName {
  /** 32 hex, kept across overwrite. */
  readonly assetId: string
  /** Unix seconds, greater than every earlier version's. */
  readonly version: number
  /** 32 hex. */
  readonly versionId: string
  /** 32 hex. */
  readonly blobId: string
  readonly bytes: number
  /** MD5 of the bytes, 32 hex. */
  readonly etag: string
  /** Lower-case extension of what is stored; `null` for raw. */
  readonly format: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly tags: readonly string[]
  /** Custom context, key to text. */
  readonly context: Readonly<Record<string, string>>
  /** Coordinates by kind. */
  readonly extra: AssetExtra
  readonly assetFolder: string
  readonly displayName: string
  /** The client's file name without its extension; `null` when discarded. */
  readonly originalFilename: string | null
  /** Unix milliseconds. */
  readonly createdAt: number
  /** Unix milliseconds. */
  readonly updatedAt: number
}

/** The less common members of an asset. */
export interface AssetExtra {
  /** `x,y,w,h` in pixels of the original. */
  readonly customCoordinates?: string
  readonly faceCoordinates?: string
  /** Structured metadata. */
  readonly metadata?: Metadata
  /** Named shapes on the picture. */
  readonly regions?: Regions
  /** Who may see it: whoever passes one rule. Absent: anybody. */
  readonly accessControl?: readonly AccessRule[]
  /** The older way to say that only a token opens it. */
  readonly accessMode?: 'authenticated'
  /** Delivered with it, by name. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether somebody has looked at it. */
  readonly moderation?: Moderation
  /** What `q_auto` stands for in this asset, as a `q_` of a transformation. */
  readonly qualityOverride?: string
  /** What was learned from the file; nobody says it. */
  readonly file?: FileFacts
}

/** Points in pixels of the original, by name; two are corners of a rectangle. */
export type Regions = Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>

/** One rule of an asset's access control; times are ISO 8601 in UTC, `end` exclusive. */
export type AccessRule =
  | { readonly accessType: 'token' }
  | { readonly accessType: 'anonymous'; readonly start?: string; readonly end?: string }

/** Where the moderation of an asset stands. */
export interface Moderation {
  readonly kind: 'manual'
  readonly status: 'pending' | 'approved' | 'rejected'
  /** When it was decided, ISO 8601 in UTC. */
  readonly updatedAt?: string
}

/** What was learned from an asset's file, beside its format and size. */
export interface FileFacts {
  /** Of the client's file, in lower case, where the stored format is another. */
  readonly originalExtension?: string
  /** Frames or pages, where more than one. */
  readonly pages?: number
  /** Of a video or a sound. */
  readonly media?: MediaProperties
  /** EXIF, IPTC and XMP of the file that arrived, where the upload asked for them. */
  readonly imageTags?: Tags
  /** The same of EXIF alone, where `exif` asked for it. */
  readonly exifTags?: Tags
  /** Whether the upload asked for what a video's container says. */
  readonly showsContainer?: true
}

/** One version as it is read back. */
export type StoredVersion = Pick<
  Asset,
  'cloud' | 'blobId' | 'bytes' | 'publicId' | 'resourceType' | 'format'
>

/** A blob that is durable and waits for its row. */
export interface NewBlob {
  readonly blobId: string
  readonly bytes: number
  readonly md5: string
}

/** A used nonce and the digest of the bag that it came with. */
export interface NonceClaim {
  /** 32 hex. */
  readonly nonce: string
  /** SHA-256 hex over what was signed, `timestamp` left out. */
  readonly bagDigest: string
  /** By whom the answer is signed, so that it can be given again. */
  readonly signer?: AnswerSigner
}

/** By which key, and how, the answer to an upload is signed. */
export interface AnswerSigner {
  readonly keyId: string
  readonly algorithm: 'sha1' | 'sha256'
}

/** What an upload did, as its answer says. */
export type StoredOutcome = 'created' | 'overwritten' | 'existing'

/** What one upload makes visible. */
export interface NewUpload {
  readonly asset: Omit<
    Asset,
    'assetId' | 'version' | 'versionId' | 'blobId' | 'bytes' | 'etag' | 'createdAt' | 'updatedAt'
  >
  /** Values of structured metadata: what is not set stays as the replaced asset had it, and a new one has the defaults. */
  readonly metadata?: { readonly values: MetadataEdit; readonly defaults: Metadata }
  readonly blob: NewBlob
  /** Ids to use if they are needed; made by the caller so that the operation is deterministic. */
  readonly ids: { readonly assetId: string; readonly versionId: string }
  /** Whether this version, and the one that it replaces, stay readable when another takes their place. @default false */
  readonly isKept?: boolean
  /** Whether an asset of that name may be replaced; otherwise it is answered as it stands. */
  readonly overwrite: boolean
  readonly nonce?: NonceClaim
  /** What is ordered of it with `eager`: known from then on. */
  readonly derivatives?: readonly DerivedAsset[]
  /** The chunk session that this upload finishes. */
  readonly sessionId?: string
  /** Tried in this order where the display name must be unique within its folder. */
  readonly displayNameSuffixes?: readonly string[]
  /** The event that it carries out, and the blob that was kept for it: the one ends, the other is left to the collector. */
  readonly accepted?: { readonly eventId: string; readonly blobId: string }
  /** Whoever has its token may destroy the asset, as long as it is this version. */
  readonly deleteToken?: NewDeleteToken
  /** What is owed once the row is there; not where nothing new was stored. */
  readonly events?: readonly NewEvent[]
  /** Unix milliseconds. */
  readonly now: number
}

/** A token that takes an upload back. */
export interface NewDeleteToken {
  /** SHA-256 of its text, hex. */
  readonly hash: string
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** How redeeming a token ended; `replaced`: the asset was uploaded again since. */
export type RedeemOutcome =
  | { readonly outcome: 'destroyed'; readonly asset: Asset }
  | { readonly outcome: 'unknown' | 'used' | 'missing' | 'replaced' }
  | { readonly outcome: 'expired'; readonly issuedAt: number }

/** What was ordered of an asset: known, and delivered where only known transformations are. */
export interface DerivedAsset {
  /** 32 hex, kept when it is ordered again. */
  readonly derivedId: string
  /** In its canonical form. */
  readonly transformation: string
  /** Extension of its URL. */
  readonly format: string
  /** `null` until it is made, as are the next two. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly bytes: number | null
}

/** Work that comes with a row: committed in the same transaction, done afterwards, at least once. */
export interface NewEvent {
  /** 32 hex, the same on every attempt. */
  readonly eventId: string
  readonly topic: EventTopic
  /** Whom it tells, where the topic has several: an address. What waits for one target holds up no other. */
  readonly target?: string
  /** JSON that the topic's worker understands; the committed asset is added to it. */
  readonly payload: Readonly<Record<string, unknown>>
}

/**
 * What an event asks for: telling the app of an upload, storing one that was answered before with `async`, making what was ordered with `eager_async`, telling of what was made, or
 * telling one target of anything.
 */
export type EventTopic = 'completion' | 'store' | 'derive' | 'eager' | 'notification'

/** Where an event stands: not done yet, done, or given up. */
export type EventState = 'pending' | 'done' | 'dead'

/** An event as an operator looks at it. */
export interface ListedEvent {
  readonly eventId: string
  readonly cloud: string
  readonly topic: EventTopic
  readonly target: string | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly state: EventState
  /** Attempts so far. */
  readonly attempts: number
  /** Why the last attempt failed. */
  readonly lastFailure: string | null
  /** Unix milliseconds. */
  readonly createdAt: number
  /** Unix milliseconds of the next attempt. */
  readonly dueAt: number
}

/** An event that is due. */
export interface OutboxEvent extends NewEvent {
  readonly cloud: string
  /** What it is about, as it was then; `null` where there is no asset. */
  readonly asset: Asset | null
  readonly nonce: string | null
  /** Attempts so far. */
  readonly attempts: number
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** Where the app's answer to an upload stands. */
export interface Completion {
  readonly status: 'none' | 'pending' | 'done' | 'failed'
  /** JSON text of what the app answered; `null` until `done`. */
  readonly result: string | null
  /** Unix milliseconds of the answer. */
  readonly at: number | null
}

/** How an upload ended. Of `existing`, `replayed` and `nonce-conflict` the new blob is not referenced: the caller destroys it. */
export type CommitOutcome =
  | { readonly outcome: StoredOutcome; readonly asset: Asset }
  | { readonly outcome: 'replayed'; readonly asset: Asset; readonly first: StoredOutcome }
  | { readonly outcome: 'nonce-conflict' }

/** What an earlier upload under a nonce stored. */
export interface StoredUpload {
  readonly bagDigest: string
  readonly asset: Asset
  readonly outcome: StoredOutcome
  readonly signer: AnswerSigner
}

/** Which assets to list. */
export interface AssetQuery {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType?: DeliveryType
  /** Public ids that start so; then ordered by public id. */
  readonly prefix?: string
  readonly publicIds?: readonly string[]
  /** Only assets that have it. */
  readonly tag?: string
  /** At most 500. */
  readonly maxResults: number
  /** Of an earlier answer. */
  readonly cursor?: string
  /** @default newest first */
  readonly direction?: 'asc' | 'desc'
}

/** One page of assets. */
export interface AssetPage {
  readonly assets: readonly Asset[]
  /** Opaque hex; absent on the last page. */
  readonly nextCursor?: string
}

/** Settings of a preset: upload parameters under their wire names, typed as the Admin API answers them. */
export type PresetSettings = Readonly<Record<string, unknown>>

/** A named, server-side set of upload parameters and limits. */
export interface Preset {
  readonly cloud: string
  readonly name: string
  readonly isUnsigned: boolean
  readonly disallowPublicId: boolean
  readonly settings: PresetSettings
  /** Ours; `undefined` where the preset sets none (an SDK made it). */
  readonly limits?: Limits
}

/** A key: who may do what. */
export interface Key {
  readonly cloud: string
  /** 15 digits where we made it. */
  readonly id: string
  readonly secret: string
  readonly scopes: readonly Scope[]
  /** Name of the preset that is its ceiling; an upload key without one has `default`. */
  readonly preset?: string
  readonly state: 'active' | 'verify-only' | 'revoked'
}

/** A chunked upload under way or finished. */
export interface ChunkSession {
  readonly sessionId: string
  readonly cloud: string
  readonly owner: string
  readonly clientId: string
  readonly bagDigest: string
  /** The signed parameters of the first part; the later ones cannot change them. */
  readonly params: Readonly<Record<string, string>>
  /** The public id that the first part was given. */
  readonly publicId: string
  readonly totalBytes: number | null
  readonly parts: readonly ChunkPart[]
  /** The asset, once finished. */
  readonly result: Asset | null
  /** What the upload did, once finished. */
  readonly outcome: StoredOutcome | null
  /** Unix milliseconds. */
  readonly expiresAt: number
}

/** A session to be opened. */
export interface NewSession extends Omit<ChunkSession, 'parts' | 'result' | 'outcome'> {
  /** Of the client. */
  readonly address: string
  /** Unfinished ones that the cloud may have. */
  readonly maxSessions: number
  /** Unfinished ones that the address may have, in all clouds. */
  readonly maxSessionsPerAddress: number
  /** Unix milliseconds. */
  readonly now: number
}

/** A session, or whose number of unfinished ones is used up. */
export type OpenedSession =
  | { readonly outcome: 'opened'; readonly session: ChunkSession }
  | { readonly outcome: 'full'; readonly whose: 'cloud' | 'address' }

/** One durable part. */
export interface ChunkPart {
  readonly firstByte: number
  /** Inclusive. */
  readonly lastByte: number
  /** 32 hex. */
  readonly md5: string
  readonly stagingId: string
}

/** How a part was taken: `conflict` where its range is held with other bytes or overlaps another range. */
export type PartOutcome =
  | { readonly outcome: 'stored' | 'repeated'; readonly session: ChunkSession }
  | { readonly outcome: 'conflict' }

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

/** How a rename ended. */
export type RenameOutcome =
  | { readonly outcome: 'renamed'; readonly asset: Asset }
  | { readonly outcome: 'missing' | 'taken' }

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
  /** Leaves such a blob to the collector. */
  releaseBlob(query: { blobId: string; now: number }): Promise<void>
  /** `null`: no live upload under that nonce. */
  readUpload(query: { cloud: string; nonce: string; now: number }): Promise<StoredUpload | null>
  readAsset(name: AssetName): Promise<Asset | null>
  readAssetById(query: { cloud: string; assetId: string }): Promise<Asset | null>
  /** `null`: no such version, or its bytes are not kept. */
  readVersion(query: {
    cloud: string
    assetId: string
    versionId: string
  }): Promise<StoredVersion | null>
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
  /** Fields of structured metadata, oldest first. */
  listMetadataFields(query: { cloud: string }): Promise<readonly MetadataField[]>
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
    /** Until when the session lives now. */
    expiresAt: number
  }): Promise<PartOutcome>
  /** Forgets the session and answers the parts whose staging files may go. */
  destroySession(query: { cloud: string; sessionId: string }): Promise<readonly ChunkPart[]>
  /** Sessions past their time, with their parts. */
  listExpiredSessions(query: { now: number }): Promise<readonly ChunkSession[]>
  /** Staging files that live sessions need. */
  listStagedParts(): Promise<readonly string[]>
  /** `null`: no live upload under that nonce. */
  readCompletion(query: { cloud: string; nonce: string; now: number }): Promise<Completion | null>
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
  /** False, and nothing is written or owed, where that version is not the asset's newest. What was made before stays. */
  writeDerivatives(query: {
    cloud: string
    assetId: string
    versionId: string
    derivatives: readonly DerivedAsset[]
    events?: readonly NewEvent[]
    now: number
  }): Promise<boolean>
  /** What was ordered of an asset's newest version. */
  listDerivatives(query: { cloud: string; assetId: string }): Promise<readonly DerivedAsset[]>
  /** Whether that was ordered of an asset's newest version. */
  hasDerivative(query: {
    cloud: string
    assetId: string
    transformation: string
    format: string
  }): Promise<boolean>
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
