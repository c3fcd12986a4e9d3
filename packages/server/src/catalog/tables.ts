/** The catalog's tables, as Kysely sees them; `cloud` is in every one. @module */

/** Unix milliseconds. */
export type Millis = number
/** JSON text. */
export type Json = string

/** A stored original as callers know it: the names point at the newest version. */
export interface AssetRow {
  asset_id: string
  cloud: string
  resource_type: string
  delivery_type: string
  public_id: string
  /** Unix seconds, always greater than the one before. */
  version: number
  version_id: string
  blob_id: string
  bytes: number
  /** MD5, hex. */
  etag: string
  format: string | null
  width: number | null
  height: number | null
  tags: Json
  context: Json
  /** Coordinates and whatever else later parameters bring; an object. */
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
}

/** One stored state of an asset. */
export interface VersionRow {
  version_id: string
  cloud: string
  asset_id: string
  version: number
  blob_id: string
  created_at: Millis
  replaced_at: Millis | null
  /** Whether its bytes stay when another version, or nothing, takes its place. */
  is_kept: number
  /** Its name, resource type and format. */
  described: Json | null
}

/** One immutable file or object; it belongs to one version. */
export interface BlobRow {
  blob_id: string
  cloud: string
  bytes: number
  md5: string
  created_at: Millis
  /** When its last row went away; the collector deletes it a day later. */
  orphaned_at: Millis | null
  /** When its bytes were found not to be what they were. */
  quarantined_at: Millis | null
}

/** A stored blob that no row knew when the collector came by. */
export interface OrphanRow {
  blob_id: string
  cloud: string
  first_seen_at: Millis
  last_seen_at: Millis
}

/** A nonce that was used, and what it brought. */
export interface UploadRow {
  cloud: string
  nonce: string
  bag_digest: string
  result: Json
  created_at: Millis
  expires_at: Millis
  /** `none` where no app is told, else `pending`, `done` or `failed`. */
  completion_status: string
  /** What the app answered. */
  completion_result: Json | null
  completion_at: Millis | null
  /** Of the key that signed the answer. */
  key_id: string
  algorithm: string
  /** `created`, `overwritten` or `existing`. */
  outcome: string
  /** Signed `user_tag`; `null` if none was signed. */
  user_tag: string | null
}

/** A chunked upload under way or finished. */
export interface SessionRow {
  session_id: string
  cloud: string
  /** The api key, or `preset:<name>` of an unsigned upload. */
  owner: string
  /** `X-Unique-Upload-Id`, or `nonce:<nonce>`. */
  client_id: string
  bag_digest: string
  params: Json
  public_id: string
  /** Total bytes, `null` until a part has told them. */
  total: number | null
  /** The result, once finished. */
  result: Json | null
  /** As in `uploads`, once finished. */
  outcome: string | null
  /** Of whoever opened it. */
  address: string
  /** SHA-256 of the signature that opened the session, 64 hex digits; `null` without a signature. */
  signature_digest: string | null
  created_at: Millis
  expires_at: Millis
}

/** One part of a session, durable in the staging folder. */
export interface PartRow {
  session_id: string
  cloud: string
  first_byte: number
  last_byte: number
  md5: string
  staging_id: string
}

/** Work that a committed row owes: at most one loop takes it. */
export interface OutboxRow {
  event_id: string
  cloud: string
  topic: string
  payload: Json
  created_at: Millis
  due_at: Millis
  attempts: number
  done_at: Millis | null
  /** Of the upload that it is about. */
  nonce: string | null
  /** Whom it tells, where it tells somebody of several: an address. */
  target: string | null
  /** When it was given up. */
  dead_at: Millis | null
  last_failure: string | null
}

/** Who may do what has changed. */
export interface AuditRow {
  audit_id: string
  cloud: string
  at: Millis
  action: string
  subject: string
}

/** A field of structured metadata. */
export interface MetadataFieldRow {
  cloud: string
  external_id: string
  definition: Json
  /** Counts its changes. */
  revision: number
  created_at: Millis
  updated_at: Millis
  deleted_at: Millis | null
}

/** A token that takes an upload back. */
export interface DeleteTokenRow {
  /** SHA-256 of its text, hex. */
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

/** A key of a cloud. */
export interface KeyRow {
  key_id: string
  cloud: string
  secret: string
  /** Joined with `+`. */
  scopes: string
  preset: string | null
  state: string
  created_at: Millis
}

/** What a key of the signing endpoint's limiter has taken. */
export interface AllowanceRow {
  cloud: string
  name: string
  /** Unix milliseconds, with a fraction: when the whole allowance is back. */
  full_at: number
}

/** What was ordered of an asset, and what it made. */
export interface DerivativeRow {
  derived_id: string
  cloud: string
  asset_id: string
  /** In its canonical form. */
  transformation: string
  /** Extension of its URL. */
  format: string
  /** `null` until it is made, as are the next two. */
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
