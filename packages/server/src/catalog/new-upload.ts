/** What one upload makes visible, and how that ended. @module */

import type { Asset } from './asset.js'
import type { Metadata, MetadataEdit } from './metadata-fields.js'
import type { NewEvent } from './outbox-event.js'

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
  /** Signed `user_tag`. A read of the nonce with another tag does not find the upload. */
  readonly userTag?: string
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
  /** Unix milliseconds until which the finished session answers again. @default the session's own expiry */
  readonly sessionExpiresAt?: number
  /** Tried in this order where the display name must be unique within its folder. */
  readonly displayNameSuffixes?: readonly string[]
  /** The event that it carries out, and the blob that was kept for it, if any: the one ends, the other is left to the collector. */
  readonly accepted?: { readonly eventId: string; readonly blobId?: string }
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

/** How writing derivatives ended; nothing is written of a version that is no longer the newest, or where they would be too many. */
export type DerivativesOutcome = 'written' | 'replaced' | 'full'

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
