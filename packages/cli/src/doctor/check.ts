/** The contract of every check of the doctor. @module */

import type { Subject } from './subject.js'

/** How a finding stands: `red` must be mended, `amber` deserves a look, `green` is fine, `skipped` was not checked. */
export type Severity = 'red' | 'amber' | 'green' | 'skipped'

/** One thing that a check has seen. No text of it holds a secret. */
export interface Finding {
  readonly severity: Severity
  /** What was seen, one or two sentences. */
  readonly seen: string
  /** What to do about it; none where nothing is to be done. */
  readonly advice?: string
  /** Particulars, one line each. */
  readonly details?: readonly string[]
}

/** One question that the doctor asks. */
export interface Check {
  /** Its name for programs, in kebab-case. */
  readonly name: string
  /** Its name for people, at most 24 characters. */
  readonly title: string
  /** Answer it; at least one finding, so that silence never reads as health. */
  readonly run: (subject: Subject) => Promise<readonly Finding[]> | readonly Finding[]
}

/** A finding that nothing is to be done about. */
export function green(seen: string): Finding {
  return { severity: 'green', seen }
}

/** A finding of a check that could not be made. */
export function notChecked(reason: string, advice?: string): Finding {
  return {
    severity: 'skipped',
    seen: `Not checked: ${reason}.`,
    ...(advice === undefined ? {} : { advice }),
  }
}
