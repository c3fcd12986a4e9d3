/** Types of an upload commit: the input of the transaction and its results. @module */

import type { Asset } from './asset.js'
import type { Metadata, MetadataEdit } from './metadata-fields.js'
import type { EventClaim, NewEvent } from './outbox-event.js'

/** A blob that is stored durably but has no row yet. */
export interface NewBlob {
  readonly blobId: string
  readonly bytes: number
  readonly md5: string
}

/** The nonce of an upload and the digest of the request that used it. */
export interface NonceClaim {
  /** Nonce, 32 hex digits. */
  readonly nonce: string
  /** SHA-256 of the signed parameters without `timestamp`, 64 hex digits. */
  readonly bagDigest: string
  /** Signed `user_tag`. A read of the nonce with another tag does not find the upload. */
  readonly userTag?: string
  /** Key and algorithm of the response signature. Needed to sign a repeated response in the same way. */
  readonly signer?: AnswerSigner
}

/** Key and algorithm that sign the response to an upload. */
export interface AnswerSigner {
  readonly keyId: string
  readonly algorithm: 'sha1' | 'sha256'
}

/** How an upload was stored. `existing`: an asset of that name was already there and was not replaced. */
export type StoredOutcome = 'created' | 'overwritten' | 'existing'

/** Input of the transaction that stores an upload. */
export interface NewUpload {
  readonly asset: Omit<
    Asset,
    'assetId' | 'version' | 'versionId' | 'blobId' | 'bytes' | 'etag' | 'createdAt' | 'updatedAt'
  >
  /** Structured metadata of the asset. Fields without a value keep the replaced asset's value; on a new asset they get the default. */
  readonly metadata?: { readonly values: MetadataEdit; readonly defaults: Metadata }
  readonly blob: NewBlob
  /** Ids for a new asset and its version. The caller creates them so that the operation is deterministic. */
  readonly ids: { readonly assetId: string; readonly versionId: string }
  /** True to keep this version and the one it replaces readable after they are replaced. @default false */
  readonly isKept?: boolean
  /** True to replace an existing asset of that name. False to leave that asset unchanged and return it. */
  readonly overwrite: boolean
  readonly nonce?: NonceClaim
  /** Derivatives that the upload requested with `eager`. Recorded with the asset. */
  readonly derivatives?: readonly DerivedAsset[]
  /** Id of the chunk session that this upload finishes. */
  readonly sessionId?: string
  /** When the finished chunk session expires, Unix milliseconds. Until then, it returns the result again. @default the session's own expiry */
  readonly sessionExpiresAt?: number
  /** Suffixes for making the display name unique within its folder, tried in this order. @default the name is not made unique */
  readonly displayNameSuffixes?: readonly string[]
  /**
   * Claim of the event that this upload carries out, and the blob that was stored for it. The event is marked done and the blob goes to
   * the collector.
   */
  readonly accepted?: { readonly claim: EventClaim; readonly blobId?: string }
  /** Delete token of the upload. It can delete the asset only while this version is the newest. */
  readonly deleteToken?: NewDeleteToken
  /** Events to enqueue with the stored asset. None is enqueued if nothing new was stored. */
  readonly events?: readonly NewEvent[]
  /** Current time, Unix milliseconds. */
  readonly now: number
}

/** A token that allows its holder to delete a fresh upload. */
export interface NewDeleteToken {
  /** SHA-256 of the token's text, 64 hex digits. */
  readonly hash: string
  /** When the token expires, Unix milliseconds. */
  readonly expiresAt: number
}

/** Result of redeeming a delete token. `replaced`: the asset has a newer version than the token's. */
export type RedeemOutcome =
  | { readonly outcome: 'destroyed'; readonly asset: Asset }
  | { readonly outcome: 'unknown' | 'used' | 'missing' | 'replaced' }
  | { readonly outcome: 'expired'; readonly issuedAt: number }

/** A derivative of an asset, requested or generated. With strict transformations, only such derivatives are delivered. */
export interface DerivedAsset {
  /** Id, 32 hex digits. Stays the same when the derivative is requested again. */
  readonly derivedId: string
  /** Transformation in its canonical form. */
  readonly transformation: string
  /** Extension of the derivative's URL. */
  readonly format: string
  /** Width in pixels. `widthPx`, `heightPx` and `bytes` are `null` until the derivative is generated. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly bytes: number | null
}

/**
 * Result of recording derivatives. `replaced`: the version is no longer the newest. `full`: the asset would have too many. Both record
 * nothing.
 */
export type DerivativesOutcome = 'written' | 'replaced' | 'full'

/**
 * Result of storing an upload. `claim-lost`: the claim of the event in `accepted` is no longer live. After `existing`, `replayed`,
 * `nonce-conflict` and `claim-lost` no row references the new blob, so the caller must delete it.
 */
export type CommitOutcome =
  | { readonly outcome: StoredOutcome; readonly asset: Asset }
  | { readonly outcome: 'replayed'; readonly asset: Asset; readonly first: StoredOutcome }
  | { readonly outcome: 'nonce-conflict' }
  | { readonly outcome: 'claim-lost' }

/** The stored result of an earlier upload with a nonce. */
export interface StoredUpload {
  readonly bagDigest: string
  readonly asset: Asset
  readonly outcome: StoredOutcome
  readonly signer: AnswerSigner
}
