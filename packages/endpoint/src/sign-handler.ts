/** The signing endpoint: Request -> authorise -> policy -> sign -> Response. @module */

import { MediaError, wireCode } from '@countersign/protocol/errors'
import { apiSignRequest } from '@countersign/protocol/signature'
import { applyPolicy } from './apply-policy.js'
import {
  addressFromHeaders,
  authorizeCaller,
  createAllowance,
  type TakeAllowance,
} from './authorize-caller.js'
import { describePresets, discoveryDocument } from './discovery.js'
import { type CallStamp, errorResponse, errorStatus, jsonResponse } from './error-response.js'
import { type Environment, type Key, readEnvironment } from './keys-from-env.js'
import { isOwnOrigin } from './origin.js'
import { type Preset, presetMap, type Target } from './presets.js'
import { randomHex } from './random-hex.js'
import { assertJson, readSigningRequest, type SigningRequest } from './read-signing-request.js'
import { quote } from './rules.js'
import {
  type AuditEvent,
  assertSignHandlerConfig,
  type Logger,
  type SignHandlerConfig,
} from './sign-handler-config.js'
import { type Addresses, pageKey, readAddresses, readUploadKeys } from './signing-settings.js'

/** One method of a route: a standard handler, so that any framework can mount it. */
export type RouteHandler = (request: Request, context?: unknown) => Promise<Response>

/** The handlers of the two methods. */
export interface SignHandler {
  readonly GET: RouteHandler
  readonly POST: RouteHandler
}

/**
 * Make the signing endpoint of an app.
 *
 * @throws TypeError when `authorize` is missing or an option is wrong; there is no default that signs for everybody.
 * @example
 * export const { GET, POST } = createSignHandler({
 *   authorize: async (request) => await currentUser(request),
 *   presets: {
 *     default: {
 *       limits: { accept: ['image/*'], maxBytes: 5_000_000 },
 *       params: (user) => ({ folder: force(`users/${user.id}`) }),
 *     },
 *   },
 * })
 */
export function createSignHandler<User>(config: SignHandlerConfig<User>): SignHandler {
  const endpoint = toEndpoint(config)
  const answer: RouteHandler = async (request, context) => {
    const stamp = { requestId: randomHex(16), nowSeconds: Math.floor(endpoint.now() / 1000) }
    try {
      return await route(endpoint, { request, context, stamp })
    } catch (error) {
      if (errorStatus(error) >= 500) {
        const code =
          error instanceof MediaError ? `${error.code}: ${error.message}` : 'unexpected error'
        endpoint.logger.error(
          `[countersign] signing failed, request ${stamp.requestId}: ${code}`,
          error,
        )
      }
      endpoint.audit({
        outcome: error instanceof MediaError ? wireCode(error.code) : 'internal',
        requestId: stamp.requestId,
      })
      return errorResponse(error, stamp)
    }
  }
  return { GET: answer, POST: answer }
}

interface Endpoint<User> {
  readonly config: SignHandlerConfig<User>
  readonly presets: ReadonlyMap<string, Preset<User>>
  readonly target: Target
  readonly now: () => number
  readonly logger: Logger
  readonly audit: (event: AuditEvent) => void
  readonly takeAllowance: TakeAllowance<User>
  readonly environment: () => Environment
  readonly warnOnce: (message: string) => void
}

interface Call {
  readonly request: Request
  readonly context: unknown
  readonly stamp: CallStamp
}

interface Signer {
  readonly addresses: Addresses
  readonly keys: readonly [Key, ...Key[]]
}

function toEndpoint<User>(config: SignHandlerConfig<User>): Endpoint<User> {
  assertSignHandlerConfig(config)
  const target = config.target ?? 'countersign'
  const logger = config.logger ?? console
  const now = config.now ?? Date.now
  const warned = new Set<string>()
  const warnOnce = (message: string): void => {
    if (warned.has(message)) return
    warned.add(message)
    logger.warn(`[countersign] ${message}`)
  }
  let environment: Environment | undefined
  return {
    config,
    target,
    logger,
    now,
    warnOnce,
    presets: presetMap(config.presets, target),
    audit: (event) => tellAudit(config.audit, { event, logger }),
    takeAllowance: createAllowance({
      authorize: config.authorize,
      limit: config.limit,
      addressOf: config.addressOf ?? addressFromHeaders,
      now,
      alarm: (error) => logger.error('[countersign] the limiter failed', error),
    }),
    environment: () => {
      environment ??= readEnvironment(warnOnce)
      return environment
    },
  }
}

async function route<User>(endpoint: Endpoint<User>, call: Call): Promise<Response> {
  const { request } = call
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new MediaError('METHOD_NOT_ALLOWED', {
      message: 'Use GET or POST.',
      details: { allow: 'GET, POST' },
    })
  }
  assertOrigin(request.headers, endpoint.config.origins ?? [])
  const user = await authorizeCaller(request, endpoint.config.authorize)
  return request.method === 'GET'
    ? describe(endpoint, { call, user })
    : sign(endpoint, { call, user })
}

async function describe<User>(
  endpoint: Endpoint<User>,
  { call, user }: { readonly call: Call; readonly user: User },
): Promise<Response> {
  const { addresses, keys } = await readSigner(endpoint, call)
  const presets = describePresets({ presets: endpoint.presets, user, target: endpoint.target })
  return jsonResponse(
    discoveryDocument(addresses, {
      apiKey: keys[0].id,
      nowSeconds: call.stamp.nowSeconds,
      presets,
    }),
  )
}

async function sign<User>(
  endpoint: Endpoint<User>,
  { call, user }: { readonly call: Call; readonly user: User },
): Promise<Response> {
  const { request, stamp } = call
  assertJson(request.headers)
  await endpoint.takeAllowance(request, user)
  const asked = await readSigningRequest(request)
  const { presets, target } = endpoint
  const { bag, presetName } = applyPolicy(asked, {
    presets,
    user,
    target,
    nowSeconds: stamp.nowSeconds,
  })
  const signer = await readSigner(endpoint, call)
  const key = asked.mode === 'merge' ? signer.keys[0] : pageKey(signer.keys, endpoint.environment())
  warnOfManage(key, endpoint)
  const params = Object.fromEntries(bag)
  const signature = apiSignRequest(params, key.secret, {
    algorithm: target === 'cloudinary' ? 'sha1' : 'sha256',
    version: 2,
  })
  endpoint.audit({ outcome: 'signed', preset: presetName, requestId: stamp.requestId })
  return jsonResponse(answerOf(asked.mode, { signature, key, params, addresses: signer.addresses }))
}

function answerOf(
  mode: SigningRequest['mode'],
  signed: {
    readonly signature: string
    readonly key: Key
    readonly params: Readonly<Record<string, string>>
    readonly addresses: Addresses
  },
): Record<string, unknown> {
  const { signature, key, params, addresses } = signed
  const base = { signature, api_key: key.id, cloud_name: addresses.cloudName }
  return mode === 'merge'
    ? { ...base, upload_url: addresses.uploadUrl, params }
    : { ...base, timestamp: Number(params.timestamp) }
}

async function readSigner<User>(
  endpoint: Endpoint<User>,
  { request, context }: Call,
): Promise<Signer> {
  const { config, target } = endpoint
  const environment = endpoint.environment()
  const addresses = readAddresses(
    { cloudName: config.cloudName, url: config.url, target },
    environment,
  )
  const given = config.keys ? await config.keys(request, context) : undefined
  return { addresses, keys: readUploadKeys(given, { environment, warn: endpoint.warnOnce }) }
}

function assertOrigin(headers: Headers, origins: readonly string[]): void {
  if (isOwnOrigin(headers, origins)) return
  const origin = headers.get('origin')
  throw new MediaError('ORIGIN_REFUSED', {
    message: `${origin ? `Pages of ${quote(origin)}` : 'Pages of other sites'} may not ask for signatures here. Call the endpoint from its own origin, or list that origin in origins of createSignHandler.`,
  })
}

function warnOfManage<User>(key: Key, endpoint: Endpoint<User>): void {
  if (endpoint.target === 'countersign' && key.scopes?.includes('manage')) {
    endpoint.warnOnce(
      `The key ${key.id} signs uploads for browsers and may also manage assets: make one with the scope upload only (countersign keys create)`,
    )
  }
}

function tellAudit(
  audit: ((event: AuditEvent) => void) | undefined,
  { event, logger }: { readonly event: AuditEvent; readonly logger: Logger },
): void {
  try {
    audit?.(event)
  } catch (error) {
    logger.error('[countersign] the audit callback failed', error)
  }
}
