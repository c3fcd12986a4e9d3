/** Derivatives: made once at a time, kept under the digest of their plan, and only where the policy allows. @module */

import { createHash } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import {
  parseTransformation,
  serializeTransformation,
  type Transformation,
} from '@countersign/protocol/transformation'
import { isPublic } from '../access/asset-visibility.js'
import type { Asset } from '../catalog/asset.js'
import { derivationLimitsOf, LIMIT_SPECS } from '../limits.js'
import type { PixelSize } from '../picture-limits.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import type { Planned } from './imaging/derivations.js'
import type { StoredDerivative } from './imaging/derivative-store.js'
import { type ImageFormat, isImageFormat } from './imaging/formats.js'
import type { InspectedImage } from './imaging/inspect.js'
import { ACCEPT_CLASSES, type AcceptClass, acceptClassOf } from './imaging/operations/format.js'
import { type DerivativePlan, hasAutoFormat, planDerivative } from './imaging/plan.js'
import { sharpVersion } from './imaging/sharp-version.js'
import { originalPath } from './read-original.js'

/** What is to be derived. */
export interface DeriveRequest {
  readonly asset: Asset
  /** Components joined with `/`; `''` changes the format only. */
  readonly transformation: string
  /** Of the URL's extension, where there is one. */
  readonly format?: string
  /** Value of the `Accept` header. */
  readonly accept: string
  /** Whether the URL's signature was right, or an upload ordered it. */
  readonly isSigned: boolean
  /** Called before a derivative is made; what it throws refuses. */
  readonly admit?: () => void
  /** As of {@link DeriveOrder}. */
  readonly maxWaiting?: number
}

/** A derivative. */
export interface Derivative extends StoredDerivative {
  readonly format: ImageFormat
  /** Strong, with its quotes. */
  readonly etag: string
  readonly isNegotiated: boolean
  /** Of one frame. */
  readonly output: PixelSize
}

/** Transformation of the widget's thumbnail. Under `strict`, unsigned URLs may request this thumbnail for public assets only. */
const WIDGET_THUMBNAIL = 'c_limit,h_60,w_90'
const MAX_HEADERS = 10_000
const MAX_PLANS = 10_000
const MAX_FAILURES = 1_000
const FAILURE_KEPT_MS = 60_000

/**
 * Read a derivative, or make it.
 *
 * @throws MediaError TRANSFORMATION_INVALID when it is no transformation, or its output is over a cap.
 * @throws MediaError TRANSFORMATION_REFUSED when transformations are strict and this one is not covered.
 * @throws MediaError ASSET_TOO_LARGE, IMAGE_INVALID, RATE_LIMITED, STORAGE_UNAVAILABLE
 */
export async function deriveAsset(services: Services, request: DeriveRequest): Promise<Derivative> {
  const planned = await planRequest(services, request)
  assertThumbnailIsPublic(services, { ...planned, request })
  const { plan, key, isNegotiated } = planned
  const stored =
    (await services.derivations.store.read(key)) ??
    (await derive(services, { ...planned, request }))
  const { bytes, open } = stored
  const { format } = plan.encoding
  const etag = `"${key.slice(0, 32)}"`
  return { bytes, open, format, etag, isNegotiated, output: plan.output }
}

async function planRequest(services: Services, request: DeriveRequest): Promise<Planned> {
  const { asset, format = '' } = request
  const { plans } = services.derivations
  const accept = acceptClassOf(request.accept)
  // A NUL is in no path, so that no two requests share a name.
  const quality = asset.extra.qualityOverride ?? ''
  const name = [asset.blobId, request.transformation, format, accept, quality].join('\0')
  const known = plans.get(name)
  if (known) return known
  const transformation = parseTransformation(request.transformation)
  const source = await readSource(services, asset)
  const plan = planFor(services, request, { transformation, source, accept })
  const key = derivativeKey(asset, plan)
  const value = { transformation, source, plan, key, isNegotiated: hasAutoFormat(transformation) }
  keep(plans, { key: name, value, maxEntries: MAX_PLANS })
  return value
}

async function readSource(services: Services, asset: Asset): Promise<InspectedImage> {
  const { headers } = services.derivations
  if (!isImageFormat(asset.format ?? '')) {
    throw new MediaError('TRANSFORMATION_INVALID', {
      message: `Transforming ${asset.format ?? 'this image'} is not supported`,
    })
  }
  const known = headers.get(asset.blobId)
  if (known) return known
  const header = readHeader(services, asset)
  keep(headers, { key: asset.blobId, value: header, maxEntries: MAX_HEADERS })
  header.catch(() => headers.delete(asset.blobId))
  return header
}

async function readHeader(services: Services, asset: Asset): Promise<InspectedImage> {
  return services.decoders.readHeader(await originalPath(services, asset))
}

interface PlanInput {
  readonly transformation: Transformation
  readonly source: InspectedImage
  readonly accept: AcceptClass
}

function planFor(
  { config }: Services,
  { format, asset }: DeriveRequest,
  input: PlanInput,
): DerivativePlan {
  const { qualityOverride } = asset.extra
  const autoQuality =
    qualityOverride === undefined
      ? undefined
      : parseTransformation(`q_${qualityOverride}`).components[0]?.quality
  return planDerivative({
    ...input,
    limits: derivationLimitsOf(config),
    ...(format === undefined ? {} : { extension: format }),
    ...(autoQuality === undefined ? {} : { autoQuality }),
  })
}

/** SHA-256 over all that decides the bytes: whose, which source, what is done to it, and by which library. */
function derivativeKey({ cloud, blobId }: Asset, plan: DerivativePlan): string {
  const resolved = JSON.stringify([1, sharpVersion(), cloud, blobId, plan])
  return createHash('sha256').update(resolved).digest('hex')
}

interface Derivation extends Planned {
  readonly request: DeriveRequest
}

async function derive(services: Services, derivation: Derivation): Promise<StoredDerivative> {
  await assertAllowed(services, derivation)
  await assertRoom(services, derivation)
  const { running, failures } = services.derivations
  const { key } = derivation
  const failure = failures.get(key)
  if (failure && services.now() < failure.retryAtMs) throw failure.error
  const shared = running.get(key)
  if (shared) return shared
  derivation.request.admit?.()
  const work = make(services, derivation).finally(() => running.delete(key))
  running.set(key, work)
  return work
}

async function make(services: Services, derivation: Derivation): Promise<StoredDerivative> {
  const { request, plan, key } = derivation
  const { store, failures } = services.derivations
  const path = await originalPath(services, request.asset)
  try {
    const { maxWaiting } = request
    const stored = await store.write(key, (outputPath) =>
      services.decoders.derive(path, { plan, outputPath, maxWaiting }),
    )
    await noteMade(services, derivation, stored.bytes)
    return stored
  } catch (error) {
    if (error instanceof MediaError && error.code === 'IMAGE_INVALID') {
      const value = { error, retryAtMs: services.now() + FAILURE_KEPT_MS }
      keep(failures, { key, value, maxEntries: MAX_FAILURES })
    }
    throw error
  }
}

/** Every width is another decode and another file: one asset has so many and no more, whoever asks. */
async function assertRoom(services: Services, derivation: Derivation): Promise<void> {
  const { catalog, config, now } = services
  const name = rowOf(derivation)
  const others = await catalog.countDerivatives({ ...name, except: name, now: now() })
  if (others < config.maxDerivedPerAsset) return
  // What the cache has lost is made again.
  if (await catalog.hasDerivative({ ...name, isMade: true })) return
  throw tooManyDerivatives(services, derivation.request.asset)
}

/** What is said where an asset has as many derivatives as it may. */
export function tooManyDerivatives({ config }: Services, { publicId }: Asset): MediaError {
  const { maxDerivedPerAsset } = config
  const { variable } = LIMIT_SPECS.maxDerivedPerAsset
  return new MediaError('TRANSFORMATION_INVALID', {
    message: `${publicId} may have at most ${maxDerivedPerAsset} derivatives (${variable})`,
    details: { maxDerivedPerAsset },
  })
}

// The bytes are there whatever happens here, also where another took the last place meanwhile: such a one is delivered without a row.
async function noteMade(
  { catalog, config, log, now }: Services,
  derivation: Derivation,
  bytes: number,
): Promise<void> {
  const { plan, request } = derivation
  const { cloud, assetId, transformation, format } = rowOf(derivation)
  const { versionId } = request.asset
  const made = { derivedId: createId(), transformation, format, ...plan.output, bytes }
  const { maxDerivedPerAsset: maxDerivatives } = config
  const noted = { cloud, assetId, versionId, derivatives: [made], maxDerivatives }
  await catalog
    .writeDerivatives({ ...noted, now: now() })
    .catch((err) => log.error({ err, assetId }, 'a derivative was not noted'))
}

async function assertAllowed(services: Services, derivation: Derivation): Promise<void> {
  const { store } = services.derivations
  const { request, transformation, source, isNegotiated } = derivation
  if (services.config.transformations === 'open' || request.isSigned) return
  if (isThumbnail(transformation)) return
  // Whoever signed it made it for one `Accept`; the others ask for the same thing.
  for (const accept of isNegotiated ? ACCEPT_CLASSES : ACCEPT_CLASSES.slice(0, 1)) {
    const plan = planFor(services, request, { transformation, source, accept })
    if (await store.has(derivativeKey(request.asset, plan))) return
  }
  if (await isKnown(services, derivation)) return
  throw needsSignedUrl()
}

/** Nobody orders the widget's thumbnail, so an existing thumbnail does not show that the owner wants a private asset to be public. */
function assertThumbnailIsPublic({ config, now }: Services, derivation: Derivation): void {
  const { request, transformation } = derivation
  if (config.transformations === 'open' || request.isSigned) return
  if (isPublic(request.asset, now())) return
  if (isThumbnail(transformation)) throw needsSignedUrl()
}

function isThumbnail(transformation: Transformation): boolean {
  return serializeTransformation(transformation) === WIDGET_THUMBNAIL
}

function needsSignedUrl(): MediaError {
  return new MediaError('TRANSFORMATION_REFUSED', {
    message:
      'This transformation needs a signed URL, because COUNTERSIGN_TRANSFORMATIONS is strict',
  })
}

/** Whether an upload ordered it, or it was made before: known even where the cache has lost it. */
function isKnown({ catalog }: Services, derivation: Derivation): Promise<boolean> {
  return catalog.hasDerivative(rowOf(derivation))
}

/** Under which names a derivative stands in the catalog. */
function rowOf({ request, transformation }: Derivation) {
  const { cloud, assetId, format } = request.asset
  return {
    cloud,
    assetId,
    transformation: serializeTransformation(transformation),
    format: request.format ?? format ?? '',
  }
}

interface KeptEntry<Value> {
  readonly key: string
  readonly value: Value
  readonly maxEntries: number
}

function keep<Value>(map: Map<string, Value>, { key, value, maxEntries }: KeptEntry<Value>): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next()
  if (map.size > maxEntries && !oldest.done) map.delete(oldest.value)
}
