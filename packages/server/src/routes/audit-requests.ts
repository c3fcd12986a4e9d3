/** What the Upload API writes to the audit log: one line a request, when it has been answered. @module */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuditEntry, AuditLog } from '../audit/audit-log.js'
import type { Fields } from '../ingest/fields.js'

/** What is known of a request only where it is handled. */
export type AuditNote = Partial<Pick<AuditEntry, 'keyId' | 'target' | 'outcome' | 'code'>> & {
  readonly action?: string
}

/** Notes on the requests of one scope. */
export interface AuditNotes {
  add(request: FastifyRequest, note: AuditNote): void
}

/** Fields that name what is acted on, the old name first. */
const NAMES = ['from_public_id', 'to_public_id', 'public_id', 'asset_id'] as const

/** Record every request of a scope. */
export function auditRequests(scope: FastifyInstance, audit: AuditLog): AuditNotes {
  const notes = new WeakMap<FastifyRequest, AuditNote>()
  scope.addHook('onResponse', async (request, reply) => {
    const note = notes.get(request) ?? {}
    const { cloud = '', action = 'upload' } = request.params as { cloud?: string; action?: string }
    const isRefused = reply.statusCode >= 400
    audit.record({
      tenant: cloud.slice(0, 64),
      actor: request.ip,
      action: note.action ?? action.slice(0, 64),
      keyId: note.keyId ?? null,
      target: note.target ?? null,
      outcome: isRefused ? 'refused' : (note.outcome ?? 'done'),
      code: isRefused ? (note.code ?? 'INTERNAL') : null,
      requestId: request.id,
    })
  })
  return {
    add(request, note) {
      notes.set(request, { ...notes.get(request), ...note })
    },
  }
}

/** What a form says of itself. */
export function noteOf(fields: Fields): AuditNote {
  const names = NAMES.map((name) => fields.text(name)).filter((name) => name !== undefined)
  return { keyId: fields.text('api_key') ?? null, target: names.join(' ').slice(0, 600) || null }
}
