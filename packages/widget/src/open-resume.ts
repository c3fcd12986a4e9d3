/** The keeper of one tab's or one user's large uploads. Loaded apart. @module */

import type { ResumeKeeper } from './core/index.js'
import { createResumeKeeper } from './core/resume/resume-keeper.js'
import { type ResumeOptions, UNFINISHED_KEY } from './may-resume.js'

/** Where a tab remembers that it began a large upload: another tab, perhaps another person's, does not see it. */
const TAB_KEY = 'countersign:uploads'

/** Creates the keeper, which notes whether an unfinished upload is left for the next visit. */
export function openResume({ resumeScope = '' }: ResumeOptions): ResumeKeeper {
  const storage = resumeScope ? localStorage : sessionStorage
  const key = UNFINISHED_KEY + resumeScope
  return createResumeKeeper(resumeScope ? `user:${resumeScope}` : tabScope(), (isUnfinished) => {
    if (isUnfinished) storage.setItem(key, '1')
    else storage.removeItem(key)
  })
}

function tabScope(): string {
  const scope = sessionStorage.getItem(TAB_KEY) ?? `tab:${crypto.randomUUID()}`
  sessionStorage.setItem(TAB_KEY, scope)
  return scope
}
