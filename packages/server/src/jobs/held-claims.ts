/** Claims that this process holds: renews them while the work runs, and gives them back when the process stops. @module */

import type { EventClaim } from '../catalog/outbox-event.js'
import type { OutboxServices } from './lane.js'

/** The claims of one outbox worker. */
export interface HeldClaims {
  /** Name of this worker in the catalog. */
  readonly claimedBy: string
  /** Returns the end of a lease that starts now, Unix milliseconds. */
  leaseUntil(): number
  /** Renews the claim from now on. */
  hold(claim: EventClaim): void
  /** Stops the renewal of a claim. */
  drop(claim: EventClaim): void
  /** Renews all held claims now. Claims that were lost are dropped. */
  renew(): Promise<void>
  /** Stops the renewals and gives all held claims back. */
  close(): Promise<void>
}

/** Lease of a claim, in milliseconds. After this time without a renewal, another worker may claim the event. */
export const LEASE_MS = 30_000
/** Interval at which held claims are renewed, in milliseconds. */
const RENEW_MS = 10_000

/** Starts the renewal of claims under the worker's name. */
export function holdClaims({ catalog, log, now }: OutboxServices, claimedBy: string): HeldClaims {
  const held = new Map<string, EventClaim>()
  const keyOf = ({ eventId, claimId }: EventClaim): string => `${eventId}/${claimId}`
  const leaseUntil = (): number => now() + LEASE_MS

  async function renew(): Promise<void> {
    const claims = [...held.values()]
    if (claims.length === 0) return
    const live = await catalog.renewClaims({ claims, now: now(), leaseUntil: leaseUntil() })
    const kept = new Set(live.map(keyOf))
    for (const claim of claims) {
      // A claim that was dropped meanwhile is settled, not lost.
      if (kept.has(keyOf(claim)) || !held.delete(keyOf(claim))) continue
      log.warn({ eventId: claim.eventId }, 'the claim of an event expired while its work ran')
    }
  }
  const timer = setInterval(() => {
    renew().catch((err) => log.error({ err }, 'the claims of running events could not be renewed'))
  }, RENEW_MS)
  timer.unref()

  return {
    claimedBy,
    leaseUntil,
    hold: (claim) => void held.set(keyOf(claim), claim),
    drop: (claim) => void held.delete(keyOf(claim)),
    renew,
    async close() {
      clearInterval(timer)
      const claims = [...held.values()]
      held.clear()
      if (claims.length === 0) return
      await catalog
        .releaseClaims({ claims, now: now() })
        .catch((err) => log.error({ err }, 'the claims of running events were not given back'))
    },
  }
}
