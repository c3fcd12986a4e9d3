/** HTTP routes that deliver originals and derivatives: `/<cloud>/<resource_type>/<type>/…`. @module */

import { parseDeliveryUrl } from '@countersign/protocol/delivery'
import { type ErrorCode, MediaError } from '@countersign/protocol/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createRateLimit } from '../access/rate-limit.js'
import { RESERVED_CLOUD_NAMES } from '../configured-keys.js'
import { parseByteRange } from '../http/byte-range.js'
import { isRangeCurrent, isUnchanged } from '../http/conditional-request.js'
import { attachmentDisposition } from '../http/content-disposition.js'
import { allowedHeaders, REQUESTED_HEADERS } from '../http/cors.js'
import { LIMIT_SPECS } from '../limits.js'
import type { Services } from '../services.js'
import type { ByteRange } from '../storage/blob-store.js'
import { type DeliverOptions, type Delivery, deliverAsset } from './deliver-asset.js'
import { createByteCache } from './imaging/byte-cache.js'

/** Maximum bytes of all originals cached in memory. */
const MAX_ORIGINALS_BYTES = 32 * 1024 * 1024

/** HTTP status by error code. Any other code becomes status 500 without details. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  ASSET_NOT_FOUND: 404,
  ASSET_TOO_LARGE: 400,
  CLOUD_UNKNOWN: 404,
  DELIVERY_DENIED: 401,
  IMAGE_INVALID: 400,
  PARAM_INVALID: 400,
  PUBLIC_ID_INVALID: 400,
  RATE_LIMITED: 503,
  TRANSFORMATION_INVALID: 400,
  TRANSFORMATION_REFUSED: 401,
}

/** Content security policy of every answer with stored bytes. Uploads are untrusted: as a page, they get no scripts, forms or origin. */
export const STORED_CONTENT_POLICY: string =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
const EXPOSED_HEADERS =
  'X-Cld-Error, X-Request-Id, Content-Length, Content-Range, Accept-Ranges, ETag, Last-Modified, Retry-After, Date'

/** Registers GET and HEAD routes for originals and derivatives. Pages of any origin may read them. */
export function registerDelivery(app: FastifyInstance, services: Services): void {
  const { config, now } = services
  const state: State = {
    originals: createByteCache(MAX_ORIGINALS_BYTES),
    coldRenders: createRateLimit({
      perMinute: config.maxColdRendersPerMinute,
      what: 'new derivatives (COUNTERSIGN_MAX_COLD_RENDERS)',
      now,
    }),
    signatureFailures: createRateLimit({
      perMinute: config.maxSignatureFailuresPerMinute,
      what: 'wrong signatures',
      now,
    }),
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: '/:cloud/*',
    exposeHeadRoute: false,
    handler: (request, reply) => deliver(services, state, { request, reply }),
  })
  for (const resourceType of ['image', 'video', 'raw']) {
    app.options(`/:cloud/${resourceType}/*`, (request, reply) => answerPreflight(request, reply))
  }
}

type State = Omit<DeliverOptions, 'accept' | 'address'>

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

async function deliver(
  services: Services,
  state: State,
  { request, reply }: Exchange,
): Promise<unknown> {
  // The router decodes its own copy of the path. Signatures and names are read from the path as received.
  const path = request.raw.url ?? ''
  if (isReserved(request)) return reply.callNotFound()
  setSafeHeaders(request, reply)
  try {
    const { maxDeliveryUrlBytes } = services.config
    if (path.length > maxDeliveryUrlBytes) {
      throw new MediaError('PARAM_INVALID', {
        message: `A delivery URL has at most ${maxDeliveryUrlBytes} bytes (${LIMIT_SPECS.maxDeliveryUrlBytes.variable})`,
      })
    }
    const url = parseDeliveryUrl(path)
    if (!url) return reply.callNotFound()
    const accept = request.headers.accept ?? ''
    const delivery = await deliverAsset(services, url, {
      ...state,
      accept,
      address: request.client.network,
    })
    return await answer(delivery, { request, reply })
  } catch (error) {
    return answerError(services, error, { request, reply })
  }
}

/** Returns true if the first segment of a path, decoded by the router, belongs to the server itself. */
function isReserved(request: FastifyRequest): boolean {
  const { cloud, '*': rest } = request.params as { readonly cloud: string; readonly '*': string }
  const [first = ''] = `${cloud}/${rest}`.split('/').filter(Boolean)
  return RESERVED_CLOUD_NAMES.includes(first)
}

function setSafeHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': EXPOSED_HEADERS,
    'content-security-policy': STORED_CONTENT_POLICY,
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'timing-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    'x-request-id': request.id,
  })
  // Every origin gets the same answer. With `Vary: Origin`, caches would store one copy per origin.
  reply.removeHeader('vary')
}

async function answer(delivery: Delivery, { request, reply }: Exchange): Promise<unknown> {
  reply.headers({
    ...delivery.headers,
    'accept-ranges': 'bytes',
    'cache-control': cacheControlOf(delivery),
    etag: delivery.etag,
    'last-modified': new Date(delivery.lastModifiedMs).toUTCString(),
  })
  if (delivery.isNegotiated) reply.header('vary', 'Accept')
  if (isUnchanged(request.headers, delivery)) return reply.code(304).send()

  reply.header('content-type', delivery.mimeType)
  if (!delivery.isInline) {
    reply.header('content-disposition', attachmentDisposition(delivery.fileName))
  }
  if (request.method === 'HEAD') return reply.header('content-length', delivery.bytes).send()
  return answerBytes(delivery, { request, reply })
}

function cacheControlOf({ isPublic, isCurrentVersion }: Delivery): string {
  if (!isPublic) return 'private, no-store'
  return isCurrentVersion
    ? 'public, no-transform, immutable, max-age=2592000'
    : 'public, no-transform, max-age=60'
}

async function answerBytes(delivery: Delivery, { request, reply }: Exchange): Promise<unknown> {
  const { bytes } = delivery
  const header = isRangeCurrent(request.headers, delivery) ? request.headers.range : undefined
  const range = parseByteRange(header, bytes)
  if (range === 'unsatisfiable') {
    return reply
      .code(416)
      .headers({ 'content-range': `bytes */${bytes}`, 'cache-control': 'no-store' })
      .removeHeader('content-type')
      .send()
  }
  if (range === 'whole') return sendContent(reply.header('content-length', bytes), delivery)
  const { firstByte, lastByte } = range
  reply.code(206).headers({
    'content-length': lastByte - firstByte + 1,
    'content-range': `bytes ${firstByte}-${lastByte}/${bytes}`,
  })
  return sendContent(reply, delivery, range)
}

async function sendContent(
  reply: FastifyReply,
  delivery: Delivery,
  range?: ByteRange,
): Promise<unknown> {
  const content = await delivery.open()
  if (!Buffer.isBuffer(content)) return reply.send(content.stream(range))
  return reply.send(range ? content.subarray(range.firstByte, range.lastByte + 1) : content)
}

function answerError(
  { log }: Services,
  error: unknown,
  { request, reply }: Exchange,
): FastifyReply {
  const isOurs = error instanceof MediaError
  const { perMinute, retryAfterSeconds = 1 } = isOurs ? error.details : {}
  // 429 if the client exceeded its own limit, 503 if the server is overloaded.
  const status = perMinute ? 429 : isOurs ? (STATUSES[error.code] ?? 500) : 500
  const message = isOurs && status !== 500 ? error.message : 'General Error'
  if (status === 500) log.error({ err: error, requestId: request.id }, 'a delivery failed')
  for (const name of ['etag', 'last-modified', 'content-disposition', 'content-length', 'vary']) {
    reply.removeHeader(name)
  }
  if (status === 503 || status === 429) {
    reply.header('retry-after', String(retryAfterSeconds))
  }
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', 'x-cld-error': toHeaderText(message) })
    .removeHeader('content-type')
    .send()
}

// Header values are Latin-1, but a public id can contain any Unicode text.
function toHeaderText(message: string): string {
  return message
    .slice(0, 512)
    .replace(/\p{Cs}/gu, '?')
    .replace(/[^\x20-\x7e]/gu, encodeURIComponent)
}

function answerPreflight(request: FastifyRequest, reply: FastifyReply): unknown {
  if (isReserved(request)) return reply.callNotFound()
  setSafeHeaders(request, reply)
  return reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': allowedHeaders(
        request.headers['access-control-request-headers'],
      ).join(', '),
      'access-control-max-age': '86400',
      vary: REQUESTED_HEADERS,
    })
    .send()
}
