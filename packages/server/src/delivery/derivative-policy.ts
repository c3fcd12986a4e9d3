/** Decides whether a derivative may be made or shown: signatures under `strict`, and the number of derivatives of one asset. @module */

import { MediaError } from '@countersign/protocol/errors'
import { serializeTransformation, type Transformation } from '@countersign/protocol/transformation'
import { isPublic } from '../access/asset-visibility.js'
import type { Asset } from '../catalog/asset.js'
import { LIMIT_SPECS } from '../limits.js'
import type { Services } from '../services.js'
import type { PlannedDerivative } from './imaging/derivations.js'
import { ACCEPT_CLASSES } from './imaging/operations/negotiate-format.js'
import { type DeriveRequest, keyFor } from './plan-derivative.js'

/** A planned derivative and the request for it. */
export interface Derivation extends PlannedDerivative {
  readonly request: DeriveRequest
}

/** Transformation of the widget's thumbnail. Under `strict`, unsigned URLs may request this thumbnail for public assets only. */
const WIDGET_THUMBNAIL = 'c_limit,h_60,w_90'

/**
 * Refuses the widget's thumbnail of an asset that is not public, unless the URL is signed. Refuses a cached thumbnail too, because it
 * can be older than the asset's access rules.
 * @throws MediaError TRANSFORMATION_REFUSED
 */
export function assertThumbnailIsPublic({ config, now }: Services, derivation: Derivation): void {
  const { request, transformation } = derivation
  if (config.transformations === 'open' || request.isSigned) return
  if (isPublic(request.asset, now())) return
  if (isThumbnail(transformation)) throw needsSignedUrl()
}

/**
 * Refuses to make a derivative for an unsigned URL under `strict`, unless an upload ordered it, it was made before, or it is the
 * widget's thumbnail.
 * @throws MediaError TRANSFORMATION_REFUSED
 */
export async function assertMayDerive(services: Services, derivation: Derivation): Promise<void> {
  const { store } = services.derivations
  const { request, transformation, source, isNegotiated } = derivation
  if (services.config.transformations === 'open' || request.isSigned) return
  if (isThumbnail(transformation)) return
  // The signer made the derivative for one `Accept` header. Other headers ask for the same image in another format.
  for (const accept of isNegotiated ? ACCEPT_CLASSES : ACCEPT_CLASSES.slice(0, 1)) {
    if (await store.has(keyFor(services, request, { transformation, source, accept }))) return
  }
  // The catalog also knows derivatives that the cache has evicted.
  if (await services.catalog.hasDerivative(rowOf(derivation))) return
  throw needsSignedUrl()
}

/**
 * Refuses a new derivative of an asset that has reached its maximum. Each derivative costs the server a decode and a file.
 * @throws MediaError TRANSFORMATION_INVALID
 */
export async function assertBelowMaxDerivatives(
  services: Services,
  derivation: Derivation,
): Promise<void> {
  const { catalog, config, now } = services
  const row = rowOf(derivation)
  const others = await catalog.countDerivatives({ ...row, except: row, now: now() })
  if (others < config.maxDerivedPerAsset) return
  // A derivative that the cache has evicted may be made again.
  if (await catalog.hasDerivative({ ...row, isMade: true })) return
  throw tooManyDerivatives(services, derivation.request.asset)
}

/** Creates the error for an asset that has reached its maximum number of derivatives. */
export function tooManyDerivatives({ config }: Services, { publicId }: Asset): MediaError {
  const { maxDerivedPerAsset } = config
  const { variable } = LIMIT_SPECS.maxDerivedPerAsset
  return new MediaError('TRANSFORMATION_INVALID', {
    message: `${publicId} may have at most ${maxDerivedPerAsset} derivatives (${variable})`,
    details: { maxDerivedPerAsset },
  })
}

/** Returns the columns that identify a derivative in the catalog. */
export function rowOf({ request, transformation }: Derivation): {
  readonly cloud: string
  readonly assetId: string
  readonly transformation: string
  readonly format: string
} {
  const { cloud, assetId, format } = request.asset
  return {
    cloud,
    assetId,
    transformation: serializeTransformation(transformation),
    format: request.format ?? format ?? '',
  }
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
