/** Adds the audit line of one collector pass. @module */

import type { AuditTrail } from '../audit/audit-trail.js'
import type { Collected } from './collect-garbage.js'

/** Records a collector pass that removed something or stopped early. */
export function recordCollected(
  trail: Pick<AuditTrail, 'record'>,
  { staged, retired, orphans, brake }: Collected,
): void {
  if (staged + retired + orphans === 0 && brake === null) return
  trail.record({
    action: 'collect',
    target: `staged ${staged}, retired ${retired}, orphans ${orphans}`,
    outcome: brake === null ? 'done' : 'refused',
    code: brake,
  })
}
