/** Gets signatures from our endpoint, from a tutorial's route, or from a function of the page. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { Limits, WireLimits } from '@countersign/protocol/limits'
import type { WireParams } from '@countersign/protocol/params'
import { createConfigFailure, createFailure, explainFailure, wordsOf } from '../failures/failure.js'
import type { ParamHook, SignatureHook } from './app-hooks.js'
import type { EndpointAnswer } from './explain-signing.js'
import { paramText } from './upload-params.js'

export type { ParamHook, SignatureHook } from './app-hooks.js'

/** Options for signing. The client reads them again for every upload. */
export interface SigningOptions {
  /** Address of the signing endpoint. */
  readonly signatureEndpoint?: string | undefined
  /** A signature that was made at page load, or a function that signs. */
  readonly uploadSignature?: string | SignatureHook | undefined
  /** Time of a string `uploadSignature`, in seconds since 1970. */
  readonly uploadSignatureTimestamp?: number | undefined
  /** Function of the page that may change the parameters of each upload. */
  readonly prepareUploadParams?: ParamHook | undefined
  readonly apiKey?: string | number | undefined
  /** Address of the sign-in page. A redirect of the endpoint to this page means that the user is signed out. */
  readonly signInUrl?: string | undefined
  /** @default globalThis.fetch */
  readonly fetcher?: typeof fetch | undefined
}

/**
 * Tag of the signed-in user. `null` if the endpoint gives no tags; `undefined` if the answer did not name a user, as for a route that
 * only signs.
 */
export type UserTag = string | null | undefined

/** The endpoint's discovery document. `plain` is a route that only signs. */
export type Discovery =
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'countersign'
      readonly cloudName: string | undefined
      readonly apiKey: string | undefined
      readonly uploadUrl: string | undefined
      readonly deliveryUrl: string | undefined
      readonly userTag: string | null
      /** Presets that this user may use. */
      readonly presets: ReadonlyMap<string, DiscoveredPreset>
    }

/** A preset in the discovery document. */
export interface DiscoveredPreset {
  readonly limits: Limits
  /** Rules of the parameters, wire name to rule, unchanged; `readParamRules` reads them. `undefined` if the endpoint gives no rules. */
  readonly params: Readonly<Record<string, unknown>> | undefined
}

/** A signed upload, ready to send. */
export interface SignedUpload {
  /** Form fields, in order. The file follows them. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** Server address from the endpoint's answer: `https://host/v1_1/<cloud>`. */
  readonly uploadUrl: string | undefined
  readonly cloudName: string | undefined
  /** Resource type that a hook chose instead of the page's. */
  readonly resourceType: string | undefined
  /** Tag of the user named in the signing answer. */
  readonly userTag?: UserTag
}

/** An upload to sign. */
export interface SigningRequest {
  readonly params: WireParams
  /** Nonce of the upload, the same for all its attempts: 32 lower-case hex digits. */
  readonly nonce: string
  readonly signal: AbortSignal
}

/** Gets signatures. */
export interface SigningClient {
  /**
   * Fetches the endpoint's discovery document.
   *
   * @throws MediaError SIGNING_UNREACHABLE, UNAUTHORIZED, ORIGIN_REFUSED or RATE_LIMITED.
   */
  discover(signal: AbortSignal): Promise<Discovery>
  /**
   * Has one upload signed. Without a signer, prepares an unsigned upload.
   *
   * @throws MediaError SIGNING_UNREACHABLE, UNAUTHORIZED, PARAMS_REFUSED, RATE_LIMITED or UPLOAD_ABORTED.
   */
  sign(request: SigningRequest): Promise<SignedUpload>
}

/** Creates a client that reads its options again for every call. */
export function createSigningClient(
  options: () => SigningOptions,
  { now = Date.now }: { readonly now?: () => number } = {},
): SigningClient {
  return {
    discover: (signal) => discover(options(), signal),
    sign: (request) => sign(options(), request, now),
  }
}

async function discover(options: SigningOptions, signal: AbortSignal): Promise<Discovery> {
  if (!options.signatureEndpoint) return { kind: 'plain' }
  // A POST, because a route without `GET` would answer 405, which browsers log in red. Such a route answers with a signature that is not
  // used.
  const paramsToSign = { source: 'uw', timestamp: Math.floor(Date.now() / 1000) }
  const answer = await ask(options, { accept: DISCOVERY_TYPE, body: { paramsToSign }, signal })
  const { response, body } = answer
  const isRefused = [401, 403, 429].includes(response.status) && asRecord(body?.error)?.code
  if (isRefused || (response.redirected && !body)) throw await failureOf(options, answer)
  if (!response.ok || !body || !Number.isInteger(body.version)) return { kind: 'plain' }
  return {
    kind: 'countersign',
    cloudName: text(body.cloud_name),
    apiKey: text(body.api_key),
    uploadUrl: text(body.upload_url),
    deliveryUrl: text(body.delivery_url),
    userTag: text(body.user_tag) ?? null,
    presets: readPresets(body.presets),
  }
}

function readPresets(wire: unknown): ReadonlyMap<string, DiscoveredPreset> {
  return new Map(
    Object.entries(asRecord(wire) ?? {}).map(([name, told]) => {
      const preset = asRecord(told)
      const limits = shownLimits(asRecord(preset?.limits) ?? {})
      return [name, { limits, params: asRecord(preset?.params) }]
    }),
  )
}

/** Reads the limits that the widget checks. The server enforces the signed limits. */
function shownLimits(limits: WireLimits): Limits {
  const { accept, max_bytes, max_pixels, resource_types, sources } = limits
  return {
    ...(Array.isArray(accept) ? { accept } : {}),
    ...(Array.isArray(resource_types) ? { resourceTypes: resource_types } : {}),
    ...(Array.isArray(sources) ? { sources } : {}),
    ...(typeof max_bytes === 'number' ? { maxBytes: max_bytes } : {}),
    ...(typeof max_pixels === 'number' ? { maxPixels: max_pixels } : {}),
  }
}

async function sign(
  options: SigningOptions,
  request: SigningRequest,
  now: () => number,
): Promise<SignedUpload> {
  const prepared = await prepare(options, request, now)
  if (prepared.signature) return withSignature(options, prepared, prepared.signature)
  const { uploadSignature, signatureEndpoint } = options
  if (typeof uploadSignature === 'string') return withSignature(options, prepared, uploadSignature)
  if (typeof uploadSignature === 'function') {
    const { askHook } = await import('./app-hooks.js')
    const { signal } = request
    const asking = askHook(uploadSignature, prepared.paramsToSign, signal)
    return fromAnswer(options, prepared, await orHookFailure(asking, signal))
  }
  if (signatureEndpoint) return askEndpoint(options, prepared, request)
  return unsigned(prepared)
}

interface Prepared {
  readonly paramsToSign: Readonly<Record<string, string | number>>
  readonly signature?: string | undefined
  readonly apiKey?: string | undefined
  readonly resourceType?: string | undefined
}

async function prepare(
  options: SigningOptions,
  { params, signal }: SigningRequest,
  now: () => number,
): Promise<Prepared> {
  const paramsToSign: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(params)) {
    const fieldText = paramText(name, value)
    if (fieldText !== '') paramsToSign[name] = fieldText
  }
  paramsToSign.source = 'uw'
  paramsToSign.timestamp =
    typeof options.uploadSignature === 'string' && options.uploadSignatureTimestamp
      ? Number(options.uploadSignatureTimestamp)
      : Math.floor(now() / 1000)
  if (!options.prepareUploadParams) return { paramsToSign }
  const { askParamHook } = await import('./param-hook.js')
  const asking = askParamHook(options.prepareUploadParams, paramsToSign, signal)
  const hooked = await orHookFailure(asking, signal)
  if (hooked.isCancelled) throw new MediaError('UPLOAD_ABORTED')
  return hooked
}

/** Turns an error of a page's function into a signing failure that contains the error's message. */
async function orHookFailure<Answer>(
  asking: Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    return await asking
  } catch (cause) {
    signal.throwIfAborted()
    const detail = `This upload could not be signed: ${wordsOf(cause)}`
    throw createFailure('SIGNING_UNREACHABLE', 'not_now', {}, { cause, detail, isRetryable: true })
  }
}

async function askEndpoint(
  options: SigningOptions,
  prepared: Prepared,
  { nonce, signal }: SigningRequest,
): Promise<SignedUpload> {
  const { paramsToSign } = prepared
  const answer = await ask(options, {
    accept: 'application/json',
    body: { paramsToSign, accept: 'params', nonce },
    signal,
  })
  if (!answer.response.ok || !answer.body?.signature) throw await failureOf(options, answer)
  return fromAnswer(options, prepared, answer.body)
}

function fromAnswer(options: SigningOptions, prepared: Prepared, answer: unknown): SignedUpload {
  const body = asRecord(answer) ?? {}
  const signature = text(body.signature) ?? ''
  const apiKey = text(body.api_key)
  const bag = asRecord(body.params)
  const signed = withSignature(
    options,
    { ...prepared, apiKey: apiKey ?? prepared.apiKey },
    signature,
  )
  const answered = { uploadUrl: text(body.upload_url), cloudName: text(body.cloud_name) }
  if (!bag) return { ...signed, ...answered }
  // The endpoint decides all parameters, so none of the page's are mixed in (design, "Two ideas").
  const fields = Object.entries(bag)
    .filter(([name]) => name !== 'signature' && name !== 'api_key')
    .map(([name, value]) => [name, String(value)] as const)
  // For the hosted service, the tag is outside the signed parameters.
  const userTag = text(bag.user_tag) ?? text(body.user_tag) ?? null
  return { ...signed, ...answered, userTag, fields: [...fields, ...signed.fields.slice(-2)] }
}

function withSignature(
  options: SigningOptions,
  prepared: Prepared,
  signature: string,
): SignedUpload {
  const apiKey = prepared.apiKey ?? (options.apiKey === undefined ? '' : String(options.apiKey))
  return {
    fields: [...toFields(prepared.paramsToSign), ['api_key', apiKey], ['signature', signature]],
    uploadUrl: undefined,
    cloudName: undefined,
    resourceType: prepared.resourceType,
  }
}

function unsigned({ paramsToSign, resourceType }: Prepared): SignedUpload {
  // An unsigned upload may not carry a timestamp.
  const { timestamp, ...params } = paramsToSign
  if (!params.upload_preset) {
    throw createConfigFailure(NO_SIGNER)
  }
  return { fields: toFields(params), uploadUrl: undefined, cloudName: undefined, resourceType }
}

function toFields(params: Readonly<Record<string, string | number>>): [string, string][] {
  return Object.entries(params).map(([name, value]) => [name, String(value)])
}

/** Media type that asks the endpoint for its discovery document instead of a signature. */
const DISCOVERY_TYPE = 'application/vnd.countersign.discovery+json'

/** Detail of the failure if neither an endpoint nor a preset is configured. */
export const NO_SIGNER =
  'Nothing signs these uploads and no preset is named. Set signatureEndpoint, or choose an unsigned preset.'

/** A request to the signing endpoint and its answer. */
interface Asked extends EndpointAnswer {
  /** Method and address, for the developer. */
  readonly request: string
}

async function ask(
  { signatureEndpoint = '', fetcher = globalThis.fetch }: SigningOptions,
  { accept, body, signal }: { accept: string; body: object; signal: AbortSignal },
): Promise<Asked> {
  const request = `POST ${absolute(signatureEndpoint)}`
  try {
    const response = await fetcher(signatureEndpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
      signal,
    })
    return { request, response, body: await readJson(response) }
  } catch (cause) {
    signal.throwIfAborted()
    const origin = globalThis.location?.origin ?? 'this origin'
    const detail = `The signing endpoint cannot be reached. Is the server running, and does it allow ${origin}?`
    const isSo = { isTransient: true, isRetryable: true, isConfiguration: true }
    const details = { cause, detail, request, status: 0, ...isSo }
    throw createFailure('SIGNING_UNREACHABLE', 'connection_lost', {}, details)
  }
}

function failureOf({ signInUrl }: SigningOptions, answer: Asked): Promise<MediaError> {
  const { request, response } = answer
  const { status, statusText, headers } = response
  const statusLine = `${status} ${statusText}`.trim()
  const retryAfter = headers.get('retry-after')
  const details = { status, answer: statusLine, request, retryAfter }
  const explaining = import('./explain-signing.js').then(({ explainSigning }) =>
    explainSigning(answer, signInUrl),
  )
  return explainFailure(details, explaining)
}

async function readJson(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    return asRecord(await response.json())
  } catch {
    return undefined
  }
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function text(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
    ? String(value)
    : undefined
}

/** Returns an absolute address, as it appears in a log. */
function absolute(address: string): string {
  return globalThis.location ? new URL(address, globalThis.location.href).href : address
}
