/** Reads whether an earlier visit left an unfinished upload, without loading code. @module */

import type { UploadWidgetOptions } from './options/options.js'

/** Options that decide which uploads of earlier visits a page may continue. */
export type ResumeOptions = Pick<UploadWidgetOptions, 'resume' | 'resumeScope'>

/** Storage key of the note about an unfinished upload. The note is in `sessionStorage`, or in `localStorage` with a `resumeScope`. */
export const UNFINISHED_KEY = 'countersign:resume:'

/**
 * Returns true if an earlier visit noted an unfinished upload. Reads one entry of the browser's storage. The last notes can be lost if the
 * browser crashes.
 */
export function mayResume({ resume, resumeScope = '' }: ResumeOptions): boolean {
  try {
    const storage = resumeScope ? localStorage : sessionStorage
    return resume !== false && storage[UNFINISHED_KEY + resumeScope] === '1'
  } catch {
    // The browser's settings forbid storage, or this is not a browser.
    return false
  }
}
