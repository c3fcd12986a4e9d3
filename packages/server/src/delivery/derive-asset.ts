/** Reads a derivative from the cache, or makes it. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { PixelSize } from '../picture-limits.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'
import {
  assertBelowMaxDerivatives,
  assertMayDerive,
  assertThumbnailIsPublic,
  type Derivation,
  rowOf,
} from './derivative-policy.js'
import type { StoredDerivative } from './imaging/derivative-store.js'
import type { ImageFormat } from './imaging/formats.js'
import { type DeriveRequest, planRequest } from './plan-derivative.js'
import { originalPath } from './read-original.js'

/** A derivative that can be sent. */
export interface Derivative extends StoredDerivative {
  readonly format: ImageFormat
  /** Strong entity tag, in quotes. */
  readonly etag: string
  /** True if the `Accept` header chose the format. */
  readonly isNegotiated: boolean
  /** Size of one frame, in pixels. */
  readonly output: PixelSize
}

/**
 * Reads a derivative from the cache, or makes it. Equal requests at the same time share one computation.
 *
 * @throws MediaError TRANSFORMATION_INVALID if the transformation cannot be read or its output is over a limit.
 * @throws MediaError TRANSFORMATION_REFUSED if transformations are strict and nothing allows this one.
 * @throws MediaError ASSET_TOO_LARGE, IMAGE_INVALID, RATE_LIMITED, STORAGE_UNAVAILABLE
 */
export async function deriveAsset(services: Services, request: DeriveRequest): Promise<Derivative> {
  const planned = await planRequest(services, request)
  const derivation = { ...planned, request }
  assertThumbnailIsPublic(services, derivation)
  const { plan, key, isNegotiated } = planned
  const stored =
    (await services.derivations.store.read(key)) ?? (await derive(services, derivation))
  const { bytes, open } = stored
  const { format } = plan.encoding
  const etag = `"${key.slice(0, 32)}"`
  return { bytes, open, format, etag, isNegotiated, output: plan.output }
}

/** Makes a derivative. Waits instead if the same one is being made, and throws the stored error if it failed within the last minute. */
async function derive(services: Services, derivation: Derivation): Promise<StoredDerivative> {
  await assertMayDerive(services, derivation)
  await assertBelowMaxDerivatives(services, derivation)
  const { running, failures } = services.derivations
  const { key } = derivation
  const failure = failures.get(key)
  if (failure) throw failure
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
    await recordDerivative(services, derivation, stored.bytes)
    return stored
  } catch (error) {
    if (error instanceof MediaError && error.code === 'IMAGE_INVALID') failures.set(key, error)
    throw error
  }
}

/** Writes the derivative's row. If that fails, or the asset has just reached its maximum, the derivative is delivered without a row. */
async function recordDerivative(
  { catalog, config, log, now }: Services,
  derivation: Derivation,
  bytes: number,
): Promise<void> {
  const { plan, request } = derivation
  const { cloud, assetId, transformation, format } = rowOf(derivation)
  const { versionId } = request.asset
  const made = { derivedId: createId(), transformation, format, ...plan.output, bytes }
  const { maxDerivedPerAsset: maxDerivatives } = config
  await catalog
    .writeDerivatives({
      cloud,
      assetId,
      versionId,
      derivatives: [made],
      maxDerivatives,
      now: now(),
    })
    .catch((err) => log.error({ err, assetId }, 'a derivative was not recorded'))
}
