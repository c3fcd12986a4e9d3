/** Applies an incoming transformation: the result is stored, and the received file is deleted. @module */

import { MediaError } from '@countersign/protocol/errors'
import { parseTransformation } from '@countersign/protocol/transformation'
import { isImageFormat } from '../delivery/imaging/formats.js'
import { planDerivative } from '../delivery/imaging/plan.js'
import { type InspectedFile, inspectFile } from '../inspection/inspect-file.js'
import { derivationLimitsOf, sourceLimitsOf } from '../limits.js'
import type { Services } from '../services.js'
import type { StagedUpload } from '../storage/blob-store.js'
import { createId } from '../storage/create-id.js'
import { stageWritten } from '../storage/disk/stage-file.js'
import type { UploadPlan } from './plan-upload.js'

/** A file and the result of its inspection. */
export interface KnownFile {
  readonly file: StagedUpload
  readonly inspected: InspectedFile
}

/**
 * Creates the file to store if `transformation` or `format` requests a change.
 * All limits also apply to the result. Metadata is removed, as in delivery.
 *
 * @returns The received file, or a new staged file that the caller must discard.
 * @throws MediaError TRANSFORMATION_INVALID if the transformation cannot be applied to this file, ASSET_TYPE_REFUSED or ASSET_TOO_LARGE
 * if a limit refuses the result, IMAGE_INVALID if the file cannot be decoded within the decoder's limits.
 */
export async function transformIncoming(
  services: Services,
  arrived: KnownFile,
  { params, limits }: Pick<UploadPlan, 'params' | 'limits'>,
): Promise<KnownFile> {
  const { transformation = '', format, allowedFormats } = params
  const { inspected } = arrived
  const isAsItIs = transformation === '' && (format === undefined || format === inspected.format)
  if (isAsItIs) return arrived
  assertTransformable(inspected)
  const file = await makeImage(services, arrived.file, {
    transformation,
    format,
    isChecked: limits.isContentChecked,
    assertBytes: (total) => limits.assertBytes(total),
  })
  try {
    const { resourceType } = inspected
    const made = { filename: undefined, mimeType: '' }
    const expected = { resourceType, limits, allowedFormats }
    return { file, inspected: await inspectFile(services, file, made, expected) }
  } catch (error) {
    await file.discard()
    throw error
  }
}

function assertTransformable({ resourceType, format }: InspectedFile): void {
  if (resourceType === 'image' && isImageFormat(format ?? '')) return
  const what = resourceType === 'image' ? (format ?? 'this image') : resourceType
  throw new MediaError('TRANSFORMATION_INVALID', {
    message: `Transforming ${what} is not supported`,
  })
}

interface ImageOrder {
  readonly transformation: string
  readonly format: string | undefined
  /** True if the whole image was already decoded. */
  readonly isChecked: boolean
  readonly assertBytes: (bytes: number) => void
}

async function makeImage(
  { config, decoders, staging }: Services,
  { path }: StagedUpload,
  { transformation, format, isChecked, assertBytes }: ImageOrder,
): Promise<StagedUpload> {
  // The received file is not kept, so a damaged image must not be stored as an undamaged one.
  const source = await decoders.inspect(path, {
    isDecoded: !isChecked,
    limits: sourceLimitsOf(config),
  })
  const plan = planDerivative({
    transformation: parseTransformation(transformation),
    source,
    // No client has sent an `Accept` header yet.
    accept: 'base',
    limits: derivationLimitsOf(config),
    ...(format === undefined ? {} : { extension: format }),
  })
  const stagingId = createId()
  const outputPath = staging.pathOf(stagingId)
  try {
    await decoders.derive(path, { plan, outputPath, maxWaiting: Number.POSITIVE_INFINITY })
    return await stageWritten(staging, stagingId, { assertBytes })
  } catch (error) {
    await staging.destroy(stagingId)
    throw error
  }
}
