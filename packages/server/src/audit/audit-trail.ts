/** The audit trail of one request or job: who acts is set when it is authenticated, and each change adds a line. @module */

import type { AuditEntry, AuditLog } from './audit-entry.js'

/** Who acts. */
export type Actor =
  | { readonly kind: 'key'; readonly keyId: string }
  /** Nobody in particular: the preset admits everybody. */
  | { readonly kind: 'unsigned preset'; readonly name: string }
  /** Whoever has the delete token of an upload. */
  | { readonly kind: 'token' }
  /** A user of the machine, by a command. */
  | { readonly kind: 'operator'; readonly name: string }
  | { readonly kind: 'server' }
  | { readonly kind: 'nobody' }

/** What became of one object. */
export interface Change
  extends Pick<AuditEntry, 'outcome' | 'target' | 'assetId' | 'type' | 'renamedTo'> {
  /** Name of the change where no request or command has a name for it. */
  readonly action: string
  /** @default the trail's */
  readonly tenant?: string
  /** @default null */
  readonly code?: string | null
}

/** What is known of a request before anything is authenticated. */
export interface TrailOptions {
  readonly actor: Actor
  /** @default that of each change */
  readonly action?: string
  /** @default '' */
  readonly tenant?: string
  /** @default null */
  readonly ip?: string | null
  /** @default '' */
  readonly requestId?: string
}

/** What a request says of itself, which is not proved. */
export interface Claims {
  readonly keyId?: string | null
  readonly target?: string | null
}

/** Lines of one request or job. */
export interface AuditTrail {
  readonly requestId: string
  /** How many lines were added. */
  readonly lines: number
  /** Says who acts; call it as soon as that is proved. */
  actAs(actor: Actor): void
  /** Names what is done, where the path alone does not. */
  name(action: string): void
  /** Adds a line about one object. */
  record(change: Change): void
  /** Adds a line about a request that changed nothing: `refused` with the reason, or `unchanged`. */
  recordNothing(nothing: { readonly code: string | null; readonly claims: Claims }): void
  /** Begins the trail of other work, in the same log. */
  begin(options: TrailOptions): AuditTrail
}

/** Longest name of a line, in UTF-16 code units. */
const MAX_NAME_LENGTH = 600

/** Begins a trail. */
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
      add({ ...change, action: action ?? fallback, code })
    },
    recordNothing({ code, claims }) {
      const isUnknown = actor.kind === 'nobody'
      add({
        action: action ?? '',
        target: null,
        outcome: code === null ? 'unchanged' : 'refused',
        code,
        ...(isUnknown && claims.keyId ? { claimedKeyId: claims.keyId.slice(0, 64) } : {}),
        ...(claims.target ? { claimedTarget: claims.target.slice(0, MAX_NAME_LENGTH) } : {}),
      })
    },
    begin: (next) => createAuditTrail(log, next),
  }
}

/** Begins the trail that all work of the server shares which no request asked for; nobody else ever acts in it. */
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
