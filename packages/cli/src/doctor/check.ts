/** Types that every check of the doctor uses. @module */

import type { Subject } from './subject.js'

/**
 * Severity of a finding. `red`: an error to fix. `amber`: a possible problem. `green`: no problem.
 * `skipped`: not checked.
 */
export type Severity = 'red' | 'amber' | 'green' | 'skipped'

/** One finding of a check. Its texts contain no secret. */
export interface Finding {
  readonly severity: Severity
  /** What the check found, in one or two sentences. */
  readonly seen: string
  /** What to do. Absent if there is nothing to do. */
  readonly advice?: string
  /** Further details, one line each. */
  readonly details?: readonly string[]
}

/** One check of the doctor. */
export interface Check {
  /** Name for programs, in kebab-case. */
  readonly name: string
  /** Title for people, at most 24 characters. */
  readonly title: string
  /** Runs the check. Always returns at least one finding. */
  readonly run: (subject: Subject) => Promise<readonly Finding[]> | readonly Finding[]
}

/** Creates a finding without a problem. */
export function green(seen: string): Finding {
  return { severity: 'green', seen }
}

/** Creates a finding for a check that could not run. */
export function notChecked(reason: string, advice?: string): Finding {
  return {
    severity: 'skipped',
    seen: `Not checked: ${reason}.`,
    ...(advice === undefined ? {} : { advice }),
  }
}
