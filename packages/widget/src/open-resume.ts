/** Opens the store for the large uploads of one tab or one user. A separate chunk. @module */

import type { ResumeKeeper } from './core/index.js'
import { createResumeKeeper } from './core/resume/resume-keeper.js'
import { type ResumeOptions, UNFINISHED_KEY } from './may-resume.js'

/** Storage key of the tab's id. Other tabs cannot read it, because another person may use them. */
const TAB_KEY = 'countersign:uploads'

/** Creates the keeper, and notes in the browser's storage whether the scope has an unfinished upload. */
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
