/** Types of the audit log's lines and of its writer. @module */

/** One line of the audit log. Holds no secret, no signature and no value of the asset. */
export interface AuditEntry {
  /** Name of the cloud; empty if the change belongs to no cloud. */
  readonly tenant: string
  /** The authenticated actor: `key <id>`, `unsigned preset <name>`, `token`, `operator <user>`, `server` or `nobody`. */
  readonly actor: string
  /** Id of the authenticated key; `null` without one. */
  readonly keyId: string | null
  /** Client address; `null` for background work. */
  readonly ip: string | null
  /** Name of the action, such as `upload`, `destroy` or `put upload_presets`. */
  readonly action: string
  /** The changed object: a public id, or the name of a preset, field or key. `null` if nothing changed. */
  readonly target: string | null
  /** Immutable id of the asset, 32 hex digits. */
  readonly assetId?: string
  /** `<resource type>/<delivery type>` of the asset. */
  readonly type?: string
  /** New name of the object after a rename. */
  readonly renamedTo?: string
  /** Upload: `created`, `overwritten`, `existing`, `replayed`, `accepted` or `part`. Key: its state. Other changes: `done`. Otherwise `unchanged`, `refused` or `failed`. */
  readonly outcome: string
  /** Error code of a refused or failed request; otherwise `null`. */
  readonly code: string | null
  /** Id of the request that asked for the change, also for background work; empty if there was none. */
  readonly requestId: string
  /** Key id that an unauthenticated request named. Not verified: any client can send any id. */
  readonly claimedKeyId?: string
  /** Object that the request named, if the request changed nothing. */
  readonly claimedTarget?: string
}

/** An open audit log. */
export interface AuditLog {
  /** Queues a line for the file, in the order of the calls. Never throws. */
  record(entry: AuditEntry): void
  /** Resolves when all queued lines are written. */
  close(): Promise<void>
}
