/** Remembers targets that keep failing. Such a target gets one attempt at a time until one succeeds. @module */

/** Consecutive failures by target. */
export interface TargetHealth {
  /** Records the outcome of an attempt. */
  note(target: string | undefined, isFailure: boolean): void
  /** Returns the targets whose last attempts all failed. */
  slowTargets(): readonly string[]
}

/** Consecutive failures after which a target is slow. */
const MAX_FAILURES = 5
/** Maximum number of failing targets that are remembered. */
const MAX_FAILING = 1000

/** Creates the memory of one lane. */
export function createTargetHealth(): TargetHealth {
  const failing = new Map<string, number>()
  return {
    note(target, isFailure) {
      if (target === undefined) return
      const failures = failing.get(target) ?? 0
      failing.delete(target)
      if (!isFailure) return
      failing.set(target, failures + 1)
      const [oldest] = failing.keys()
      if (failing.size > MAX_FAILING && oldest !== undefined) failing.delete(oldest)
    },
    slowTargets: () =>
      [...failing].filter(([, failures]) => failures >= MAX_FAILURES).map(([target]) => target),
  }
}
