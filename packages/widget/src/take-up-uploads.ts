/** Continues the unfinished uploads of an earlier visit. @module */

import type { UploadQueue } from './core/index.js'
import { mayResume, type ResumeOptions } from './may-resume.js'

/**
 * Fetches the endpoint's limits and the signed-in user. Then restores and continues this user's unfinished uploads.
 *
 * @throws MediaError if the endpoint fails. Then nothing is restored.
 */
export async function takeUpUploads(queue: UploadQueue, options: ResumeOptions): Promise<void> {
  await queue.discover()
  // A crash can lose the note of a `resumeScope`, but not its uploads.
  if (options.resumeScope || mayResume(options)) await queue.restore()
}
