/** Gives each request its own audit trail, and records refused requests and requests without an effect. @module */

import { errorCode } from '@countersign/protocol/errors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readBasic } from '../access/authenticate-admin.js'
import type { Fields } from '../http/form/fields.js'
import type { Services } from '../services.js'
import type { Claims } from './audit-trail.js'
import { actingFor } from './audited-catalog.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Services whose changes are recorded under this request. */
    readonly services: Services
  }
  interface FastifyContextConfig {
    /** True if a GET of the route may change something. @default false */
    readonly changesState?: boolean
  }
}

/** Methods that change nothing, unless their route sets `changesState`. */
const READING: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

const ADMIN_ROUTE = /^\/v1_1\/:cloud\/(resources|upload_presets|metadata_fields)\b/

/** Fields that name what is acted on, the old name first. */
const NAMES = ['from_public_id', 'to_public_id', 'public_id', 'asset_id', 'public_ids'] as const

const claims = new WeakMap<FastifyRequest, () => Claims>()
const refusals = new WeakMap<FastifyRequest, string>()

/** Adds `request.services` to every request. Records an answered request that may change something but added no audit line. */
export function auditRequests(app: FastifyInstance, services: Services): void {
  const ofRequests = new WeakMap<FastifyRequest['raw'], Services>()
  app.decorateRequest('services', {
    getter(this: FastifyRequest) {
      const own = ofRequests.get(this.raw) ?? servicesOf(services, this)
      ofRequests.set(this.raw, own)
      return own
    },
  })
  app.addHook('onResponse', async (request, reply) => {
    const isReading = READING.includes(request.method)
    if (isReading && !request.routeOptions.config.changesState) return
    if (!request.routeOptions.url?.startsWith('/v1_1/')) return
    const { trail } = request.services
    const isRefused = reply.statusCode >= 400
    // A successful GET without an audit line only sent bytes.
    if (!isRefused && (trail.lines > 0 || isReading)) return
    const code = isRefused ? (refusals.get(request) ?? 'INTERNAL') : null
    const claimed = (claims.get(request) ?? (() => claimsOfPath(request)))()
    const keyId = claimed.keyId ? services.keys.shownId(claimed.keyId) : null
    trail.recordNothing({ code, claims: { ...claimed, keyId } })
  })
}

/** Stores the error code of a refused request for the audit log. */
export function noteRefusal(request: FastifyRequest, error: unknown): void {
  refusals.set(request, errorCode(error) ?? 'INTERNAL')
}

/** Stores the form of a request. If the request changes nothing, the names in its form are recorded as claims. */
export function claimFields(request: FastifyRequest, fields: Fields): void {
  claims.set(request, () => ({
    keyId: fields.text('api_key') ?? claimedKey(request),
    target: NAMES.flatMap((name) => fields.list(name)).join(' ') || null,
  }))
}

function servicesOf(services: Services, request: FastifyRequest): Services {
  const { cloud = '' } = request.params as { cloud?: string }
  return actingFor(services, {
    actor: { kind: 'nobody' },
    action: actionOf(request),
    tenant: cloud.slice(0, 64),
    ip: request.client.address,
    requestId: request.id,
  })
}

/** Returns the action of an Upload API path, or a method and path such as `put upload_presets` for the Admin API. */
function actionOf(request: FastifyRequest): string {
  const { resourceType, action } = request.params as { resourceType?: string; action?: string }
  if (action !== undefined && resourceType !== undefined) return action.slice(0, 64)
  const [, , , what = ''] = request.routeOptions.url?.split('/') ?? []
  if (what === 'upload') return 'upload'
  if (what === 'delete_by_token') return what
  if (request.routeOptions.url?.endsWith('/asset/destroy')) return 'asset_destroy'
  if (request.routeOptions.url?.endsWith('/generate_archive')) return 'generate_archive'
  return `${request.method.toLowerCase()} ${what}`
}

function claimsOfPath(request: FastifyRequest): Claims {
  const keyId = claimedKey(request)
  // Only a path of the Admin API names an object; a path of the Upload API names an action.
  if (!ADMIN_ROUTE.test(request.routeOptions.url ?? '')) return { keyId }
  const [, , , , ...names] = request.url.split('?')[0]?.split('/') ?? []
  return { keyId, target: names.join('/') || null }
}

function claimedKey({ headers }: FastifyRequest): string | null {
  return readBasic(headers.authorization)?.keyId ?? null
}
