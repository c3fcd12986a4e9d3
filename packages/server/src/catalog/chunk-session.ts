/** Records of chunked uploads: sessions and their parts. @module */

import type { Asset } from './asset.js'
import type { StoredOutcome } from './new-upload.js'

/** A chunked upload, unfinished or finished. */
export interface ChunkSession {
  readonly sessionId: string
  readonly cloud: string
  readonly owner: string
  readonly clientId: string
  readonly bagDigest: string
  /** Signed parameters of the first part. Later parts cannot change them. */
  readonly params: Readonly<Record<string, string>>
  /** Public id that was chosen with the first part. */
  readonly publicId: string
  readonly totalBytes: number | null
  readonly parts: readonly ChunkPart[]
  /** The stored asset; `null` until the upload is finished. */
  readonly result: Asset | null
  /** How the upload was stored; `null` until the upload is finished. */
  readonly outcome: StoredOutcome | null
  /** When the session expires, Unix milliseconds. */
  readonly expiresAt: number
}

/** A chunk session to open, with the limits that apply. */
export interface NewSession extends Omit<ChunkSession, 'parts' | 'result' | 'outcome'> {
  /** Client address. */
  readonly address: string
  /** SHA-256 of the request's signature, 64 hex digits; `null` without a signature. */
  readonly signatureDigest: string | null
  /** Maximum unfinished sessions of the cloud. */
  readonly maxSessions: number
  /** Maximum unfinished sessions of the client address, over all clouds. */
  readonly maxSessionsPerAddress: number
  /** Maximum unfinished sessions of one owner: a key, or an unsigned preset. */
  readonly maxSessionsPerKey: number
  /** Maximum unfinished sessions that one signature may open. */
  readonly maxSessionsPerSignature: number
  /** Current time, Unix milliseconds. */
  readonly now: number
}

/** The opened session, or the holder whose limit of unfinished sessions is reached. */
export type OpenedSession =
  | { readonly outcome: 'opened'; readonly session: ChunkSession }
  | { readonly outcome: 'full'; readonly whose: SessionHolder }

/** What a limit of unfinished sessions applies to: the cloud, the client address, the key or preset, or the signature. */
export type SessionHolder = 'cloud' | 'address' | 'key' | 'signature'

/** One stored part of a chunk session. */
export interface ChunkPart {
  readonly firstByte: number
  /** Position of the part's last byte, inclusive. */
  readonly lastByte: number
  /** Digest of the part, by which the part store recognizes a repeated part. */
  readonly digest: string
  /** Where the part store has the part's bytes. */
  readonly place: string
}

/**
 * Result of adding a part. `repeated`: the same bytes were already stored. `conflict`: the range overlaps other bytes, or exceeds or
 * contradicts the total.
 */
export type PartOutcome =
  | { readonly outcome: 'stored' | 'repeated'; readonly session: ChunkSession }
  | { readonly outcome: 'conflict' }
