/** A chunked upload, as records hold it. @module */

import type { Asset } from './asset.js'
import type { StoredOutcome } from './new-upload.js'

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
  /** SHA-256 of the request's signature, 64 hex digits; `null` without a signature. */
  readonly signatureDigest: string | null
  /** Unfinished ones that the cloud may have. */
  readonly maxSessions: number
  /** Unfinished ones that the address may have, in all clouds. */
  readonly maxSessionsPerAddress: number
  /** Maximum unfinished sessions of one owner: a key, or an unsigned preset. */
  readonly maxSessionsPerKey: number
  /** Maximum unfinished sessions that one signature may open. */
  readonly maxSessionsPerSignature: number
  /** Unix milliseconds. */
  readonly now: number
}

/** The opened session, or the holder whose limit of unfinished sessions is reached. */
export type OpenedSession =
  | { readonly outcome: 'opened'; readonly session: ChunkSession }
  | { readonly outcome: 'full'; readonly whose: SessionHolder }

/** Owner and signature whose unfinished sessions are counted. */
export type SessionHolder = 'cloud' | 'address' | 'key' | 'signature'

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
