/** Row types of the catalog's tables for Kysely. Every table has the column `cloud`. @module */

import type { Generated } from 'kysely'

/** A time in Unix milliseconds. */
export type Millis = number
/** A value as JSON text. */
export type Json = string

/** An asset. Its row describes the newest version. */
export interface AssetRow {
  asset_id: string
  cloud: string
  resource_type: string
  delivery_type: string
  public_id: string
  /** Version in Unix seconds, always greater than the one before. */
  version: number
  version_id: string
  blob_id: string
  bytes: number
  /** MD5 of the stored bytes, hex. */
  etag: string
  format: string | null
  width: number | null
  height: number | null
  tags: Json
  context: Json
  /** Less common members of the asset, as a JSON object. */
  extra: Json
  asset_folder: string
  display_name: string
  original_filename: string | null
  created_at: Millis
  updated_at: Millis
}

/** One tag of an asset. */
export interface AssetTagRow {
  cloud: string
  resource_type: string
  tag: string
  asset_id: string
  /** When the asset was created. Lists of a tag are in this order. */
  created_at: Generated<Millis>
}

/** A version of an asset. */
export interface VersionRow {
  version_id: string
  cloud: string
  asset_id: string
  version: number
  blob_id: string
  created_at: Millis
  replaced_at: Millis | null
  /** 1 if the bytes are kept after the version is replaced or its asset deleted. */
  is_kept: number
  /** Public id, resource type and format of the version. `null` in rows from older schemas. */
  described: Json | null
}

/** A stored blob: one immutable file or object. It belongs to one version. */
export interface BlobRow {
  blob_id: string
  cloud: string
  bytes: number
  md5: string
  created_at: Millis
  /** When the blob was orphaned. The collector deletes it one day later. `null` while it is in use. */
  orphaned_at: Millis | null
  /** When the scrub found that the bytes had changed. `null` if they are intact. */
  quarantined_at: Millis | null
}

/** A stored blob that had no row when the collector saw it. */
export interface OrphanRow {
  blob_id: string
  cloud: string
  first_seen_at: Millis
  last_seen_at: Millis
}

/** A used nonce and the upload's stored result. */
export interface UploadRow {
  cloud: string
  nonce: string
  bag_digest: string
  result: Json
  created_at: Millis
  expires_at: Millis
  /** State of the app's answer: `none` if no app is notified, else `pending`, `done` or `failed`. */
  completion_status: string
  /** The app's answer. */
  completion_result: Json | null
  completion_at: Millis | null
  /** Id of the key that signed the response. */
  key_id: string
  algorithm: string
  /** How the upload was stored: `created`, `overwritten` or `existing`. */
  outcome: string
  /** Signed `user_tag`; `null` if none was signed. */
  user_tag: string | null
}

/** A chunked upload, unfinished or finished. */
export interface SessionRow {
  session_id: string
  cloud: string
  /** API key id, or `preset:<name>` for an unsigned upload. */
  owner: string
  /** `X-Unique-Upload-Id`, or `nonce:<nonce>`. */
  client_id: string
  bag_digest: string
  params: Json
  public_id: string
  /** Total bytes; `null` until a part states the total. */
  total: number | null
  /** The stored asset; `null` until the upload is finished. */
  result: Json | null
  /** How the upload was stored, as in `uploads`; `null` until the upload is finished. */
  outcome: string | null
  /** Address of the client that opened the session. */
  address: string
  /** SHA-256 of the signature that opened the session, 64 hex digits; `null` without a signature. */
  signature_digest: string | null
  created_at: Millis
  expires_at: Millis
}

/** One part of a chunk session. */
export interface PartRow {
  session_id: string
  cloud: string
  first_byte: number
  last_byte: number
  digest: string
  /** Where the part store has the part's bytes. */
  staging_id: string
}

/** An enqueued event. */
export interface OutboxRow {
  event_id: string
  cloud: string
  topic: string
  payload: Json
  created_at: Millis
  due_at: Millis
  attempts: number
  done_at: Millis | null
  /** Worker that runs the event; `null` if the event is not claimed. */
  claimed_by: string | null
  /** Id of the claim, which differs for each claim of the same worker. */
  claim_id: string | null
  /** When the claim expires unless the worker renews it. */
  lease_until: Millis | null
  /** Nonce of the upload that the event belongs to. */
  nonce: string | null
  /** Address of the notification target, for topics with several targets. */
  target: string | null
  /** When the event was marked dead; `null` otherwise. */
  dead_at: Millis | null
  last_failure: string | null
}

/** An audit record of a key change or of an operator's action. */
export interface AuditRow {
  audit_id: string
  cloud: string
  at: Millis
  action: string
  subject: string
}

/** A structured metadata field. */
export interface MetadataFieldRow {
  cloud: string
  external_id: string
  definition: Json
  /** Number of changes to the field. */
  revision: number
  created_at: Millis
  updated_at: Millis
  deleted_at: Millis | null
}

/** A delete token of an upload. */
export interface DeleteTokenRow {
  /** SHA-256 of the token's text, hex. */
  token_hash: string
  cloud: string
  asset_id: string
  version_id: string
  created_at: Millis
  expires_at: Millis
  used_at: Millis | null
}

/** A named, server-side set of upload parameters and limits. */
export interface PresetRow {
  cloud: string
  name: string
  is_unsigned: number
  disallow_public_id: number
  settings: Json
  created_at: Millis
  updated_at: Millis
}

/** An API key of a cloud. */
export interface KeyRow {
  key_id: string
  cloud: string
  secret: string
  /** Scopes, joined with `+`. */
  scopes: string
  preset: string | null
  state: string
  created_at: Millis
}

/** A rate limit counter. */
export interface AllowanceRow {
  cloud: string
  name: string
  /** When the whole allowance is available again, Unix milliseconds with a fraction. */
  full_at: number
}

/** A derivative of an asset, requested or generated. */
export interface DerivativeRow {
  derived_id: string
  cloud: string
  asset_id: string
  /** Transformation in its canonical form. */
  transformation: string
  /** Extension of the derivative's URL. */
  format: string
  /** Width in pixels. `width`, `height` and `bytes` are `null` until the derivative is generated. */
  width: number | null
  height: number | null
  bytes: number | null
  created_at: Millis
}

/** All tables by name. */
export interface Tables {
  assets: AssetRow
  asset_tags: AssetTagRow
  versions: VersionRow
  blobs: BlobRow
  orphans: OrphanRow
  uploads: UploadRow
  sessions: SessionRow
  parts: PartRow
  outbox: OutboxRow
  presets: PresetRow
  delete_tokens: DeleteTokenRow
  metadata_fields: MetadataFieldRow
  keys: KeyRow
  audit: AuditRow
  allowances: AllowanceRow
  derivatives: DerivativeRow
}
