/** An incoming transformation: what is stored is what it makes of the file; what arrived is not kept. @module */

import { MediaError } from '@countersign/protocol/errors'
import { parseTransformation } from '@countersign/protocol/transformation'
import { isImageFormat } from '../imaging/formats.js'
import { readImageHeader } from '../imaging/inspect.js'
import { deriveImage } from '../imaging/pipeline.js'
import { planDerivative } from '../imaging/plan.js'
import { type InspectedFile, inspectFile } from '../ingest/inspect-file.js'
import { type StagedUpload, stageFile } from '../ingest/stage-file.js'
import { sourceLimitsOf } from '../limits.js'
import type { Services } from '../services.js'
import type { UploadPlan } from './plan-upload.js'

/** A file and what it turned out to be. */
export interface KnownFile {
  readonly file: StagedUpload
  readonly inspected: InspectedFile
}

/**
 * Make the file that is stored, where `transformation` or `format` asks for another than the one that arrived.
 * Every limit holds for it as for what arrived. Metadata is dropped, as in delivery.
 *
 * @returns The file as it arrived, or a new staged file, which is the caller's to discard.
 * @throws MediaError TRANSFORMATION_INVALID when it cannot be done to this file; ASSET_TYPE_REFUSED and ASSET_TOO_LARGE when the
 * result is over a limit; IMAGE_INVALID when the file does not decode, or not in time.
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
  const bytes = await makeImage(services, arrived.file, { transformation, format })
  const file = await stageFile(services.staging, once(bytes), {
    assertBytes: (total) => limits.assertBytes(total),
  })
  try {
    const { resourceType } = inspected
    const made = { filename: undefined, mimeType: '' }
    const expected = { resourceType, limits, sourceLimits: services.config, allowedFormats }
    return { file, inspected: await inspectFile(file, made, expected) }
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

async function makeImage(
  { config }: Services,
  { path }: StagedUpload,
  asked: { readonly transformation: string; readonly format: string | undefined },
): Promise<Buffer> {
  const plan = planDerivative({
    transformation: parseTransformation(asked.transformation),
    source: await readImageHeader(path),
    // There is no client yet whose `Accept` could count.
    accept: 'base',
    limits: sourceLimitsOf(config),
    ...(asked.format === undefined ? {} : { extension: asked.format }),
  })
  return deriveImage(path, plan, { maxWaiting: Number.POSITIVE_INFINITY })
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
