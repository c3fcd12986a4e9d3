/** The signing endpoint: authorizes each request, applies the policy, signs the parameters and responds. @module */

import { MediaError } from '@countersign/protocol/errors'
import { apiSignRequest } from '@countersign/protocol/signature'
import {
  authorizeCaller,
  callerNetwork,
  createAllowance,
  createFailureLimit,
  type TakeAllowance,
} from '../caller/authorize-caller.js'
import { createMemoryLimiterStore } from '../caller/memory-limiter-store.js'
import { isOwnOrigin } from '../caller/origin.js'
import { userTag } from '../caller/user-tag.js'
import { completeUpload } from '../completion/complete-upload.js'
import { notificationSecrets } from '../completion/notification-handler.js'
import { isNotification, readNotification } from '../completion/read-notification.js'
import { sealClaims } from '../completion/seal-claims.js'
import { type Answer, jsonAnswer } from '../http/answer.js'
import {
  type AuditEvent,
  answerCall,
  type Call,
  type FailureLimit,
  type RouteHandler,
} from '../http/answer-call.js'
import { type Logger, warnerOf } from '../http/logger.js'
import {
  type Environment,
  isDevelopment,
  type Key,
  nextBasePath,
  readEnvironment,
} from '../keys/keys-from-env.js'
import { type Addresses, pageKey, readAddresses, readUploadKeys } from '../keys/signing-settings.js'
import { readWebhookSecret } from '../keys/webhook-secret.js'
import { applyPolicy } from '../policy/apply-policy.js'
import { type Preset, presetMap, type Target } from '../policy/presets.js'
import { assertJson, readSigningRequest } from '../policy/read-signing-request.js'
import { quote } from '../policy/rule.js'
import { type AnnounceApp, createAnnouncer } from './announce-app.js'
import { asksForDiscovery, describePresets, discoveryDocument } from './discovery.js'
import { assertSignHandlerConfig, type SignHandlerConfig } from './sign-handler-config.js'

/** Route handlers of the signing endpoint. */
export interface SignHandler {
  /** Responds with the discovery document. */
  readonly GET: RouteHandler
  /** Signs an upload, receives a notification, or responds with the discovery document if the `Accept` header asks for the document. */
  readonly POST: RouteHandler
}

/**
 * Creates the signing endpoint of an app. There is no default for `authorize`, so that an app never signs for everybody by accident.
 *
 * @throws TypeError if `authorize` is missing or an option is wrong.
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
  const answer = answerCall((call) => route(endpoint, call), endpoint)
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
  readonly takeDiscovery: TakeAllowance<User>
  readonly failures: FailureLimit
  readonly environment: () => Environment
  readonly addresses: () => Addresses
  readonly warnOnce: (message: string) => void
  readonly announce: AnnounceApp
}

interface Signer {
  readonly addresses: Addresses
  /** Secret of notifications and claims; `undefined` if the app uses neither. */
  readonly webhookSecret: string | undefined
  readonly keys: readonly [Key, ...Key[]]
}

function toEndpoint<User>(config: SignHandlerConfig<User>): Endpoint<User> {
  assertSignHandlerConfig(config)
  const target = config.target ?? 'countersign'
  const logger = config.logger ?? console
  const now = config.now ?? Date.now
  const warnOnce = warnerOf(logger)
  const limits = {
    store: config.limiterStore ?? createMemoryLimiterStore({ now }),
    addressOf: callerNetwork(config.addressOf),
    now,
    alarm: (error: unknown) => logger.error('[countersign] the limiter failed', error),
  }
  let environment: Environment | undefined
  let addresses: Addresses | undefined
  const readEnvironmentOnce = (): Environment => {
    environment ??= readEnvironment(warnOnce)
    return environment
  }
  return {
    config,
    target,
    logger,
    now,
    warnOnce,
    announce: createAnnouncer({ isDevelopment, basePath: nextBasePath, now }),
    presets: presetMap(config.presets, target),
    audit: (event) => tellAudit(config.audit, { event, logger }),
    takeAllowance: createAllowance({
      ...limits,
      counts: 'signatures',
      authorize: config.authorize,
      limit: config.limit,
    }),
    takeDiscovery: createAllowance({
      ...limits,
      counts: 'discovery',
      authorize: config.authorize,
      limit: undefined,
    }),
    failures: createFailureLimit({ ...limits, target }),
    environment: readEnvironmentOnce,
    addresses: () => {
      const { cloudName, url } = config
      addresses ??= readAddresses({ cloudName, url, target }, readEnvironmentOnce())
      return addresses
    },
  }
}

async function route<User>(endpoint: Endpoint<User>, call: Call): Promise<Answer> {
  const { request } = call
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new MediaError('METHOD_NOT_ALLOWED', {
      message: 'Use GET or POST.',
      details: { allow: 'GET, POST' },
    })
  }
  if (request.method === 'POST' && isNotification(request.headers, endpoint.target)) {
    return complete(endpoint, call)
  }
  assertOrigin(request.headers, endpoint.config.origins ?? [])
  const user = await authorizeCaller(request, endpoint.config.authorize)
  return request.method === 'GET' || asksForDiscovery(request.headers)
    ? describe(endpoint, { call, user })
    : sign(endpoint, { call, user })
}

async function describe<User>(
  endpoint: Endpoint<User>,
  { call, user }: { readonly call: Call; readonly user: User },
): Promise<Answer> {
  await endpoint.takeDiscovery(call.request, user)
  const { addresses, keys } = await readSigner(endpoint, call)
  const presets = describePresets({ presets: endpoint.presets, user, target: endpoint.target })
  return jsonAnswer(
    discoveryDocument(addresses, {
      apiKey: keys[0].id,
      nowSeconds: call.stamp.nowSeconds,
      userTag: tagOf(endpoint, user),
      presets,
    }),
  )
}

async function complete<User>(endpoint: Endpoint<User>, call: Call): Promise<Answer> {
  const { config, target } = endpoint
  if (!config.onUploaded) {
    throw new MediaError('ACTION_UNSUPPORTED', {
      message: 'This route takes no notifications: give createSignHandler an onUploaded.',
    })
  }
  const secrets = notificationSecrets({
    target,
    environment: endpoint.environment(),
    warn: endpoint.warnOnce,
    neededBy: 'onUploaded',
    given: givenSecret(config, call),
    keys: await config.keys?.(call.request, call.context),
  })
  const { nowSeconds } = call.stamp
  const notification = await readNotification(call.request, { target, secrets, nowSeconds })
  const answer = await completeUpload(notification, {
    onUploaded: config.onUploaded,
    secret: target === 'countersign' ? secrets[0] : undefined,
    maxResultBytes: config.maxResultBytes,
  })
  const outcome = answer.status < 300 ? 'completed' : 'completion_refused'
  endpoint.audit({ outcome, requestId: call.stamp.requestId })
  return answer
}

async function sign<User>(
  endpoint: Endpoint<User>,
  { call, user }: { readonly call: Call; readonly user: User },
): Promise<Answer> {
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
  const announcing = announce(endpoint, { call, signer })
  if (announcing) await announcing
  const key = asked.mode === 'merge' ? signer.keys[0] : pageKey(signer.keys, endpoint.environment())
  const own = asked.mode === 'merge' ? ownParams(endpoint, { signer, user }) : undefined
  const allowed: Readonly<Record<string, string>> = Object.fromEntries(bag)
  const params = own ? { ...allowed, ...own.params } : allowed
  const signature = apiSignRequest(params, key.secret, {
    algorithm: target === 'cloudinary' ? 'sha1' : 'sha256',
    version: 2,
  })
  endpoint.audit({ outcome: 'signed', preset: presetName, requestId: stamp.requestId })
  const { addresses } = signer
  const base = { signature, api_key: key.id, cloud_name: addresses.cloudName }
  return jsonAnswer(
    own
      ? { ...base, upload_url: addresses.uploadUrl, user_tag: own.userTag, params }
      : { ...base, timestamp: Number(params.timestamp) },
  )
}

/** Announces the route to a server in development. Runs before signing, so that the server knows the route when the upload arrives. */
function announce<User>(
  { announce: send, config, presets, target }: Endpoint<User>,
  { call, signer }: { readonly call: Call; readonly signer: Signer },
): Promise<void> | undefined {
  if (target !== 'countersign') return undefined
  const { uploadUrl } = signer.addresses
  return send(uploadUrl, () => ({
    request: call.request,
    uploadUrl,
    key: signer.keys[0],
    completes: config.onUploaded !== undefined,
    limits: [...presets.values()].map(({ limits }) => limits),
    nowSeconds: call.stamp.nowSeconds,
  }))
}

/** Returns what merge mode adds: the caller's tag, and the signed parameters that only Countersign knows. */
function ownParams<User>(
  endpoint: Endpoint<User>,
  { signer, user }: { readonly signer: Signer; readonly user: User },
): { readonly userTag: string; readonly params: Readonly<Record<string, string>> } {
  const tag = tagOf(endpoint, user)
  if (endpoint.target === 'cloudinary') return { userTag: tag, params: {} }
  const claims = claimsOf(endpoint.config, { signer, user })
  return { userTag: tag, params: { user_tag: tag, ...(claims === undefined ? {} : { claims }) } }
}

function tagOf<User>({ config, addresses }: Endpoint<User>, user: User): string {
  const { authorize, userKey } = config
  return userTag(user, { cloudName: addresses().cloudName, authorize, userKey })
}

function claimsOf<User>(
  config: SignHandlerConfig<User>,
  { signer, user }: { readonly signer: Signer; readonly user: User },
): string | undefined {
  // With target 'cloudinary' there is no secret, so no claims could be verified later.
  if (!config.claims || signer.webhookSecret === undefined) return undefined
  return sealClaims(config.claims(user), signer.webhookSecret)
}

async function readSigner<User>(
  endpoint: Endpoint<User>,
  { request, context }: Call,
): Promise<Signer> {
  const { config, target } = endpoint
  const environment = endpoint.environment()
  const addresses = endpoint.addresses()
  const given = config.keys ? await config.keys(request, context) : undefined
  const keys = readUploadKeys(given, {
    environment,
    warn: endpoint.warnOnce,
    // On the hosted service, every key has all permissions.
    allowManageKey: target === 'cloudinary' || config.allowManageKey === true,
  })
  const neededBy = config.onUploaded ? 'onUploaded' : config.claims ? 'claims' : undefined
  const webhookSecret =
    neededBy && target === 'countersign'
      ? readWebhookSecret(givenSecret(config, { request, context }), {
          environment,
          warn: endpoint.warnOnce,
          neededBy,
          keys,
        })
      : undefined
  return { addresses, keys, webhookSecret }
}

function givenSecret<User>(
  { webhookSecret }: SignHandlerConfig<User>,
  { request, context }: Pick<Call, 'request' | 'context'>,
): string | undefined {
  return typeof webhookSecret === 'function' ? webhookSecret(request, context) : webhookSecret
}

function assertOrigin(headers: Headers, origins: readonly string[]): void {
  if (isOwnOrigin(headers, origins)) return
  const origin = headers.get('origin')
  throw new MediaError('ORIGIN_REFUSED', {
    message: `${origin ? `Pages of ${quote(origin)}` : 'Pages of other sites'} may not request signatures here. Call the endpoint from its own origin, or list that origin in origins of createSignHandler.`,
  })
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
