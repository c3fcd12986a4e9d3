/** Plans the derivative that a request asks for, and caches the plans. @module */

import { createHash } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import { parseTransformation, type Transformation } from '@countersign/protocol/transformation'
import type { Asset } from '../catalog/asset.js'
import { derivationLimitsOf } from '../limits.js'
import type { Services } from '../services.js'
import type { PlannedDerivative } from './imaging/derivations.js'
import { isImageFormat } from './imaging/formats.js'
import type { InspectedImage } from './imaging/inspect.js'
import { type AcceptClass, acceptClassOf } from './imaging/operations/negotiate-format.js'
import { type DerivativePlan, hasAutoFormat, planDerivative } from './imaging/plan.js'
import { sharpVersion } from './imaging/sharp-version.js'
import { originalPath } from './read-original.js'

/** A request for a derivative. */
export interface DeriveRequest {
  readonly asset: Asset
  /** Components joined with `/`; `''` changes the format only. */
  readonly transformation: string
  /** Extension of the URL, if it has one. */
  readonly format?: string
  /** Value of the `Accept` header. */
  readonly accept: string
  /** True if the URL has a valid signature, or an upload ordered the derivative. */
  readonly isSigned: boolean
  /** Called before the server makes a new derivative. An error that it throws refuses the request. */
  readonly admit?: () => void
  /** Maximum number of waiting decodes, as in `DeriveOrder`. */
  readonly maxWaiting?: number
}

/**
 * Returns the plan of a derivative.
 * @throws MediaError TRANSFORMATION_INVALID if the text is not a transformation, the server cannot transform the asset, or the output
 * exceeds a limit. Throws the errors of reading the original's header too.
 */
export async function planRequest(
  services: Services,
  request: DeriveRequest,
): Promise<PlannedDerivative> {
  const { asset, format = '' } = request
  const { plans } = services.derivations
  const accept = acceptClassOf(request.accept)
  const quality = asset.extra.qualityOverride ?? ''
  // No part can contain NUL, so two requests never share a name.
  const name = [asset.blobId, request.transformation, format, accept, quality].join('\0')
  const known = plans.get(name)
  if (known) return known
  const transformation = parseTransformation(request.transformation)
  const source = await readSource(services, asset)
  const plan = planFor(services, request, { transformation, source, accept })
  const key = derivativeKey(asset, plan)
  const planned = { transformation, source, plan, key, isNegotiated: hasAutoFormat(transformation) }
  plans.set(name, planned)
  return planned
}

/** Returns the cache key of the same derivative for another `Accept` header. */
export function keyFor(
  services: Services,
  request: DeriveRequest,
  { transformation, source, accept }: PlanInput,
): string {
  return derivativeKey(
    request.asset,
    planFor(services, request, { transformation, source, accept }),
  )
}

interface PlanInput {
  readonly transformation: Transformation
  readonly source: InspectedImage
  readonly accept: AcceptClass
}

/** Reads the header of the original. Concurrent requests share one read. A failed read is not cached. */
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
  headers.set(asset.blobId, header)
  header.catch(() => headers.delete(asset.blobId))
  return header
}

async function readHeader(services: Services, asset: Asset): Promise<InspectedImage> {
  return services.decoders.readHeader(await originalPath(services, asset))
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

/** Returns the SHA-256 digest, in hex, of everything that decides the bytes: cloud, original, plan, and the version of sharp. */
function derivativeKey({ cloud, blobId }: Asset, plan: DerivativePlan): string {
  const resolved = JSON.stringify([1, sharpVersion(), cloud, blobId, plan])
  return createHash('sha256').update(resolved).digest('hex')
}
