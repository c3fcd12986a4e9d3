/** What one line of the audit log says, and who writes lines. @module */

/** One line of the audit log. Never a secret, a signature, or a value of the asset. */
export interface AuditEntry {
  /** The cloud; empty where the change belongs to none. */
  readonly tenant: string
  /** Who acted, as it was authenticated: `key <id>`, `unsigned preset <name>`, `token`, `operator <user>`, `server` or `nobody`. */
  readonly actor: string
  /** The key that was authenticated; `null` where none was. */
  readonly keyId: string | null
  /** The client's address; `null` for work that no request waits for. */
  readonly ip: string | null
  /** Such as `upload`, `destroy` or `put upload_presets`. */
  readonly action: string
  /** The object that was changed: a public id, or the name of a preset, field or key. `null` where nothing was changed. */
  readonly target: string | null
  /** The asset's immutable id, 32 hex. */
  readonly assetId?: string
  /** `<resource type>/<delivery type>` of the asset. */
  readonly type?: string
  /** The name that the object has now, where it was renamed. */
  readonly renamedTo?: string
  /** `created`, `overwritten`, `existing`, `replayed`, `accepted` or `part` of an upload, the state of a key, `done` of other changes; `unchanged`, `refused` or `failed`. */
  readonly outcome: string
  /** Why it was refused or failed; otherwise `null`. */
  readonly code: string | null
  /** The request that asked for it, also where the work was done later; empty where there was none. */
  readonly requestId: string
  /** The key that an unauthenticated request named: anybody can write that. */
  readonly claimedKeyId?: string
  /** What a request named that changed nothing. */
  readonly claimedTarget?: string
}

/** An open audit log. */
export interface AuditLog {
  /** Appends the line soon, in the order of the calls. Never throws. */
  record(entry: AuditEntry): void
  /** Resolves when everything is appended. */
  close(): Promise<void>
}
