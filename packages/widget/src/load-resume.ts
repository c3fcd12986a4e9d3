/** Loads the store that keeps large uploads over a reload. @module */

import type { ResumeKeeper } from './core/index.js'
import type { ResumeOptions } from './may-resume.js'

/** Returns the keeper for this tab's uploads, or for those of `resumeScope`. Returns no keeper with `resume: false`. */
export async function loadResume(options: ResumeOptions): Promise<ResumeKeeper | undefined> {
  if (options.resume === false) return undefined
  const { openResume } = await import('./open-resume.js')
  return openResume(options)
}
