/** Joins the parts of a chunked upload: in the background while parts arrive, and completely after the last part. @module */

import { isDeepStrictEqual } from 'node:util'
import { MediaError } from '@countersign/protocol/errors'
import type { ChunkPart, ChunkSession } from '../../catalog/chunk-session.js'
import { fieldsOf } from '../../http/form/fields.js'
import { PASSING } from '../../jobs/job-attempts.js'
import type { Services } from '../../services.js'
import type { StagedUpload } from '../../storage/blob-store.js'
import type { StagedPart } from '../../storage/part-store.js'
import type { UploadResult } from '../answer-upload.js'
import { planUpload, type UploadPlan } from '../plan-upload.js'
import type { ReceivedFile, UploadCall } from '../receive-file.js'
import { storeFile } from '../store-file.js'

/** A chunked upload that has all its parts, and the request with the last one. */
export interface WholeSession {
  readonly received: ReceivedFile<StagedPart>
  readonly session: ChunkSession
  readonly call: UploadCall
}

/** Minimum bytes before joining is prepared. Fewer bytes are joined fast enough at the end. */
const MIN_EARLY_BYTES = 4_000_000

/** Starts to prepare the joining of the parts that have arrived, if they are large. The rest is done after the last part. */
export function joinEarly(
  services: Services,
  { sessionId, parts, totalBytes }: ChunkSession,
): void {
  const bytes = bytesOf(parts)
  // After the last part, everything is joined at once.
  if (bytes < MIN_EARLY_BYTES || bytes === totalBytes) return
  services.parts.advance(sessionId, parts)
}

/** Returns the number of bytes of all parts. */
export function bytesOf(parts: readonly ChunkPart[]): number {
  return parts.reduce((sum, { firstByte, lastByte }) => sum + lastByte - firstByte + 1, 0)
}

/**
 * Stores the file that the parts of a session form.
 * @throws MediaError if the upload is refused, and then deletes the parts. After an error that a retry may fix, the parts stay.
 */
export async function joinParts(services: Services, whole: WholeSession): Promise<UploadResult> {
  const { joining } = services
  const { sessionId } = whole.session
  const running = joining.get(sessionId) ?? storeJoined(services, whole)
  joining.set(sessionId, running)
  try {
    return await running
  } finally {
    joining.delete(sessionId)
  }
}

async function storeJoined(
  services: Services,
  { received, session, call }: WholeSession,
): Promise<UploadResult> {
  const { cloud, sessionId, publicId, parts } = session
  let file: StagedUpload | undefined
  try {
    const plan = await planOfFirstPart(services, { received, session, call })
    plan.limits.assertBytes(bytesOf(parts))
    file = await services.parts.join(sessionId, parts)
    const result = await storeFile(services, {
      plan,
      declared: received.declared,
      file,
      resourceType: call.resourceType,
      sessionId,
      publicId,
    })
    await services.parts.destroy(parts)
    return result
  } catch (error) {
    if (error instanceof MediaError && !PASSING.includes(error.code)) {
      // A refused upload also deletes its parts.
      services.parts.forget(sessionId)
      await services.catalog.destroySession({ cloud, sessionId })
      await services.parts.destroy(parts)
    }
    throw error
  } finally {
    await file?.discard()
  }
}

/** Plans the upload by the parameters of the first part. The endpoint may have signed a later part with other claims or another folder. */
async function planOfFirstPart(
  services: Services,
  { received, session, call }: WholeSession,
): Promise<UploadPlan> {
  const { access, plan } = received
  if (isDeepStrictEqual(plan.bag, session.params)) return plan
  return planUpload(services, { ...call, fields: fieldsOf(session.params), access })
}
