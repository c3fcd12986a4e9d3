/** Records the audit lines of one request or job. The actor is set after authentication, and each change adds a line. @module */

import type { AuditEntry, AuditLog } from './audit-entry.js'

/** The actor of a change. */
export type Actor =
  | { readonly kind: 'key'; readonly keyId: string }
  /** Any client: the preset admits everybody. */
  | { readonly kind: 'unsigned preset'; readonly name: string }
  /** A client with the delete token of an upload. */
  | { readonly kind: 'token' }
  /** A local user who runs a command. */
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'server' }
  | { readonly kind: 'nobody' }

/** Result for one object. */
export interface Change
  extends Pick<AuditEntry, 'outcome' | 'target' | 'assetId' | 'type' | 'renamedTo'> {
  /** Name of the change if neither a request nor a command names the action. */
  readonly action: string
  /** @default the trail's */
  readonly tenant?: string
  /** @default null */
  readonly code?: string | null
}

/** Facts about a request before it is authenticated. */
export interface TrailOptions {
  readonly actor: Actor
  /** @default the action of each change */
  readonly action?: string
  /** @default '' */
  readonly tenant?: string
  /** @default null */
  readonly ip?: string | null
  /** @default '' */
  readonly requestId?: string
}

/** Unverified facts that a request states about itself. */
export interface Claims {
  readonly keyId?: string | null
  readonly target?: string | null
}

/** The audit lines of one request or job. */
export interface AuditTrail {
  readonly requestId: string
  /** Number of lines added so far. */
  readonly lines: number
  /** Sets the actor. Call it as soon as the actor is authenticated. */
  actAs(actor: Actor): void
  /** Sets the name of the action if the path alone does not name it. */
  name(action: string): void
  /** Adds a line about one object. */
  record(change: Change): void
  /** Adds a line about a request that changed nothing: `refused` with the error code, or `unchanged`. */
  recordNothing(nothing: { readonly code: string | null; readonly claims: Claims }): void
  /** Creates the trail of other work in the same log. */
  begin(options: TrailOptions): AuditTrail
}

/** Maximum length of a name in a line, in UTF-16 code units. */
const MAX_NAME_LENGTH = 600

/** Creates an audit trail. */
export function createAuditTrail(log: AuditLog, options: TrailOptions): AuditTrail {
  const { tenant = '', ip = null, requestId = '' } = options
  let { actor, action } = options
  let lines = 0
  function add(
    entry: Pick<AuditEntry, 'action' | 'target' | 'outcome' | 'code'> & Partial<AuditEntry>,
  ): void {
    lines += 1
    const keyId = actor.kind === 'key' ? actor.keyId : null
    log.record({ tenant, actor: textOf(actor), keyId, ip, requestId, ...entry })
  }
  return {
    requestId,
    get lines() {
      return lines
    },
    actAs(next) {
      actor = next
    },
    name(next) {
      action = next.slice(0, 64)
    },
    record({ action: fallback, code = null, ...change }) {
      // A list of derivatives can be as long as a request. After a restart, only the end of the log is read to find the last number.
      const target = change.target?.slice(0, MAX_NAME_LENGTH) ?? null
      add({ ...change, target, action: action ?? fallback, code })
    },
    recordNothing({ code, claims }) {
      const isUnknown = actor.kind === 'nobody'
      add({
        action: action ?? '',
        target: null,
        outcome: code === null ? 'unchanged' : 'refused',
        code,
        ...(isUnknown && claims.keyId ? { claimedKeyId: claims.keyId } : {}),
        ...(claims.target ? { claimedTarget: claims.target.slice(0, MAX_NAME_LENGTH) } : {}),
      })
    },
    begin: (next) => createAuditTrail(log, next),
  }
}

/** Creates the trail of work that no request asked for. All such work shares it, and its actor is always the server. */
export function createServerTrail(log: AuditLog): AuditTrail {
  return { ...createAuditTrail(log, { actor: { kind: 'server' } }), actAs() {}, name() {} }
}

function textOf(actor: Actor): string {
  switch (actor.kind) {
    case 'key':
      return `key ${actor.keyId}`
    case 'unsigned preset':
    case 'operator':
      return `${actor.kind} ${actor.name}`
    default:
      return actor.kind
  }
}
