/** Tells cheaply whether an earlier visit left an unfinished upload. @module */

import type { UploadWidgetOptions } from './options/options.js'

/** Which uploads of earlier visits a page may continue. */
export type ResumeOptions = Pick<UploadWidgetOptions, 'resume' | 'resumeScope'>

/** Name in the browser's storage under which an unfinished upload is noted: the tab's own storage, or that of all tabs for a `resumeScope`. */
export const UNFINISHED_KEY = 'countersign:resume:'

/**
 * Whether an earlier visit noted an unfinished upload. Reads one entry of the browser's storage, and loads nothing. If a browser crashes, its
 * last notes can be lost.
 */
export function mayResume({ resume, resumeScope = '' }: ResumeOptions): boolean {
  try {
    const storage = resumeScope ? localStorage : sessionStorage
    return resume !== false && storage[UNFINISHED_KEY + resumeScope] === '1'
  } catch {
    // Forbidden by the browser's settings, or not a browser.
    return false
  }
}
