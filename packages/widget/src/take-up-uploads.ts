/** Continues the unfinished uploads of an earlier visit. @module */

import type { UploadQueue } from './core/index.js'
import { mayResume, type ResumeOptions } from './may-resume.js'

/**
 * Asks the endpoint for its limits and for the signed-in user. Then restores this user's unfinished uploads, and continues them.
 *
 * @throws MediaError if the endpoint fails. Then nothing is restored.
 */
export async function takeUpUploads(queue: UploadQueue, options: ResumeOptions): Promise<void> {
  await queue.discover()
  // The note of a `resumeScope` may be lost in a crash, its uploads are not.
  if (options.resumeScope || mayResume(options)) await queue.restore()
}
