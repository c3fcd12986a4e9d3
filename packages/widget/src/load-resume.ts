/** Loads what keeps large uploads over a reload, where there is something to keep or to take up. @module */

import type { ResumeKeeper } from './core/index.js'
import type { UploadWidgetOptions } from './options.js'

/** Where a tab remembers that it began a large upload: another tab, perhaps another person's, does not see it. */
const TAB_KEY = 'countersign:uploads'

/** Whether an earlier visit may have left an upload behind. */
export function mayResume({ resume, resumeScope }: UploadWidgetOptions): boolean {
  return resume !== false && (resumeScope !== undefined || tabScope() !== null)
}

/** Returns the keeper for this tab's uploads, or for those of `resumeScope`. Returns no keeper with `resume: false`. */
export async function loadResume({
  resume,
  resumeScope,
}: UploadWidgetOptions): Promise<ResumeKeeper | undefined> {
  if (resume === false) return undefined
  const { createResumeKeeper } = await import('./core/resume-keeper.js')
  return createResumeKeeper(resumeScope === undefined ? ownScope() : `user:${resumeScope}`)
}

function ownScope(): string {
  const scope = tabScope() ?? `tab:${crypto.randomUUID()}`
  sessionStorage.setItem(TAB_KEY, scope)
  return scope
}

function tabScope(): string | null {
  try {
    return sessionStorage.getItem(TAB_KEY)
  } catch {
    // Forbidden by the browser's settings.
    return null
  }
}
