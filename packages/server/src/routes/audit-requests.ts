/** What the Upload API and the Admin API write to the audit log: one line a request, when it has been answered. @module */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { parseBasic } from '../access/authenticate-admin.js'
import type { AuditEntry, AuditLog } from '../audit/audit-log.js'
import type { Fields } from '../ingest/fields.js'
import { sendError } from './envelope.js'

/** What is known of a request only where it is handled. */
export type AuditNote = Partial<Pick<AuditEntry, 'keyId' | 'target' | 'outcome' | 'code'>> & {
  readonly action?: string
}

/** Notes on the requests of one scope. */
export interface AuditNotes {
  add(request: FastifyRequest, note: AuditNote): void
}

/** Methods that change nothing. */
const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** Fields that name what is acted on, the old name first. */
const NAMES = ['from_public_id', 'to_public_id', 'public_id', 'asset_id', 'public_ids'] as const

/**
 * Record every request of a scope that may change something.
 * @param describe What a request tells by itself, before anything is noted of it.
 */
export function auditRequests(
  scope: FastifyInstance,
  audit: AuditLog,
  describe: (request: FastifyRequest) => AuditNote = () => ({}),
): AuditNotes {
  const notes = new WeakMap<FastifyRequest, AuditNote>()
  scope.setErrorHandler((error, request, reply) => {
    add(request, { code: String(Object(error).code ?? 'INTERNAL') })
    sendError(request, reply, error)
  })
  function add(request: FastifyRequest, note: AuditNote): void {
    notes.set(request, { ...notes.get(request), ...note })
  }
  scope.addHook('onResponse', async (request, reply) => {
    if (READING.includes(request.method)) return
    const note = { ...describe(request), ...notes.get(request) }
    const { cloud = '', action = 'upload' } = request.params as { cloud?: string; action?: string }
    const isRefused = reply.statusCode >= 400
    audit.record({
      tenant: cloud.slice(0, 64),
      actor: request.client.address,
      action: note.action ?? action.slice(0, 64),
      keyId: note.keyId ?? null,
      target: note.target ?? null,
      outcome: isRefused ? 'refused' : (note.outcome ?? 'done'),
      code: isRefused ? (note.code ?? 'INTERNAL') : null,
      requestId: request.id,
    })
  })
  return { add }
}

/** Record what the Admin API changes, as `put upload_presets` with the names in its path. */
export function auditAdminCalls(
  app: FastifyInstance,
  audit: AuditLog,
  register: (scope: FastifyInstance) => void,
): void {
  app.register(async (scope) => {
    auditRequests(scope, audit, noteOfPath)
    register(scope)
  })
}

function noteOfPath({ method, url, headers }: FastifyRequest): AuditNote {
  const [, , , what = '', ...names] = url.split('?')[0]?.split('/') ?? []
  return {
    action: `${method.toLowerCase()} ${what.slice(0, 40)}`,
    keyId: claimedKey(headers.authorization),
    target: names.join('/').slice(0, 600) || null,
  }
}

function claimedKey(authorization: string | undefined): string | null {
  try {
    return parseBasic(authorization).keyId.slice(0, 64)
  } catch {
    return null
  }
}

/** What a form says of itself, and by whose key it comes. */
export function noteOf(fields: Fields, authorization?: string): AuditNote {
  const names = NAMES.flatMap((name) => fields.list(name))
  const keyId = fields.text('api_key') ?? claimedKey(authorization)
  return { keyId, target: names.join(' ').slice(0, 600) || null }
}
