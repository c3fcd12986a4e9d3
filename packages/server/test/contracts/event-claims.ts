/** Test suite for the claims of outbox events, for every catalog driver. Several real clients claim at the same time. @module */

import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.js'
import type { ClaimQuery, EventClaim, OutboxEvent } from '../../src/catalog/outbox-event.js'

const CLOUD = 'contract'
const NOW = 1_790_000_000_000
const LEASE = 30_000

/** A database under test. */
export interface ClaimHarness {
  readonly catalog: Catalog
  /** Argument of `claim-client.mjs` that opens the same database. */
  readonly path: string
  /** Opens another client of the same database. */
  connect(): Promise<Catalog>
  destroy(): Promise<void>
}

function id(): string {
  return randomBytes(16).toString('hex')
}

/** Runs the suite on a driver. `open` creates an empty database. */
export function runClaimContract(name: string, open: () => Promise<ClaimHarness>): void {
  describe(`claims of events: ${name}`, () => {
    let harness: ClaimHarness
    let catalog: Catalog
    const processes: ChildProcess[] = []
    beforeEach(async () => {
      harness = await open()
      catalog = harness.catalog
    })
    afterEach(async () => {
      for (const child of processes.splice(0)) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      await harness.destroy()
    })

    const enqueue = async (
      count = 1,
      { target, now = NOW }: { target?: string; now?: number } = {},
    ): Promise<readonly string[]> => {
      const ids = Array.from({ length: count }, () => id())
      for (const eventId of ids) {
        const event = { eventId, topic: 'notification' as const, payload: {} }
        const aimed = target === undefined ? event : { ...event, target }
        await catalog.acceptWork({ cloud: CLOUD, event: aimed, now })
      }
      return ids
    }
    const query = (changes: Partial<ClaimQuery> = {}): ClaimQuery => ({
      topics: ['notification'],
      now: NOW,
      leaseUntil: (changes.now ?? NOW) + LEASE,
      claimedBy: 'one',
      claimId: id(),
      maxResults: 100,
      ...changes,
    })
    const claim = (changes: Partial<ClaimQuery> = {}) => catalog.claimEvents(query(changes))
    const claimOne = async (changes: Partial<ClaimQuery> = {}): Promise<OutboxEvent> => {
      const [event] = await claim(changes)
      if (!event) throw new Error('no event is due')
      return event
    }
    const stateOf = async (eventId: string) => {
      const lists = (['pending', 'done', 'dead'] as const).map((state) =>
        catalog.listEvents({ state, maxResults: 500 }),
      )
      const events = (await Promise.all(lists)).flat()
      return events.find((event) => event.eventId === eventId)
    }
    /** Starts a client in a process of its own. Returns a function that calls a method of its catalog. */
    const startProcess = async () => {
      const program = fileURLToPath(new URL('claim-client.mjs', import.meta.url))
      const child = fork(program, [harness.path])
      processes.push(child)
      await once(child, 'message')
      const call = async <Value>(method: keyof Catalog, input: unknown): Promise<Value> => {
        const answered = once(child, 'message')
        child.send({ method, query: input })
        const [{ value, failure }] = await answered
        if (failure) throw new Error(failure)
        return value
      }
      return { child, call }
    }

    it('gives an event to one worker, counts the attempt, and hides the event until its lease ends', async () => {
      const [eventId] = await enqueue()
      const event = await claimOne()
      expect(event).toMatchObject({
        eventId,
        attempts: 1,
        isTakenOver: false,
        claim: { eventId, claimedBy: 'one' },
      })
      expect(await claim({ claimedBy: 'two' })).toEqual([])
      expect(await catalog.readNextDue({ topics: ['notification'] })).toBe(NOW + LEASE)
      expect(await claim({ claimedBy: 'two', now: NOW + LEASE - 1 })).toEqual([])
      const taken = await claim({ claimedBy: 'two', now: NOW + LEASE })
      expect(taken).toMatchObject([
        { eventId, attempts: 2, isTakenOver: true, claim: { claimedBy: 'two' } },
      ])
    })

    it('claims at most the requested number, the oldest first', async () => {
      const ids = await enqueue(3)
      const [later] = await enqueue(1, { now: NOW + 1 })
      const first = await claim({ now: NOW + 1, maxResults: 3 })
      expect(first.map(({ eventId }) => eventId).sort()).toEqual([...ids].sort())
      expect(await claim({ now: NOW + 1, maxResults: 3 })).toMatchObject([{ eventId: later }])
    })

    it('does not claim events of other topics, nor events that are not due, done or dead', async () => {
      await enqueue(3)
      expect(await claim({ topics: ['derive'] })).toEqual([])
      expect(await claim({ now: NOW - 1 })).toEqual([])
      const [done, dead, later] = await claim()
      if (!done || !dead || !later) throw new Error('all are due')
      await catalog.finishEvent({ claim: done.claim, now: NOW })
      const failed = { now: NOW, failure: 'no' }
      await catalog.postponeEvent({ ...failed, claim: dead.claim, dueAt: null })
      await catalog.postponeEvent({ ...failed, claim: later.claim, dueAt: NOW + 2 * LEASE })
      expect(await claim({ now: NOW + 2 * LEASE - 1 })).toEqual([])
      expect(await claim({ now: NOW + 2 * LEASE })).toMatchObject([{ eventId: later.eventId }])
      expect(await claim({ now: NOW * 2 })).toMatchObject([{ eventId: later.eventId }])
    })

    describe('with a claim that is no longer live', () => {
      const lose: Record<string, (claim: EventClaim) => Promise<number>> = {
        'its lease expired': async () => NOW + LEASE,
        'another worker claimed the event': async () => {
          await claim({ claimedBy: 'two', now: NOW + LEASE })
          return NOW + LEASE
        },
        'the same worker claimed the event again': async () => {
          await claim({ now: NOW + LEASE })
          return NOW + LEASE
        },
        'it was given back': async (held) => {
          await catalog.releaseClaims({ claims: [held], now: NOW })
          return NOW
        },
      }
      const settle: Record<string, (claim: EventClaim, now: number) => Promise<unknown>> = {
        finishing: (held, now) => catalog.finishEvent({ claim: held, now, followUps: [next()] }),
        'a retry': (held, now) =>
          catalog.postponeEvent({ claim: held, now, dueAt: now + 5, failure: 'late' }),
        'a dead letter': (held, now) =>
          catalog.postponeEvent({
            claim: held,
            now,
            dueAt: null,
            failure: 'late',
            followUps: [next()],
          }),
        'giving back': async (held, now) => {
          await catalog.releaseClaims({ claims: [held], now })
          return false
        },
        'a renewal': async (held, now) => {
          const live = await catalog.renewClaims({
            claims: [held],
            now,
            leaseUntil: now + 9 * LEASE,
          })
          return live.length > 0
        },
      }
      const next = () => ({ eventId: id(), topic: 'eager' as const, payload: {} })
      for (const [reason, losing] of Object.entries(lose)) {
        it.each(Object.entries(settle))(`because ${reason}, %s changes nothing`, async (_, run) => {
          await enqueue()
          const { claim: held, eventId } = await claimOne()
          const now = await losing(held)
          const before = await stateOf(eventId)
          const nextDue = await catalog.readNextDue({ topics: ['notification'] })
          expect(await run(held, now)).toBe(false)
          expect(await stateOf(eventId)).toEqual(before)
          expect(before).toMatchObject({ state: 'pending', lastFailure: null })
          expect(await catalog.readNextDue({ topics: ['notification'] })).toBe(nextDue)
          expect(await catalog.readNextDue({ topics: ['eager'] })).toBeNull()
        })
      }

      it('because the event is done, finishing again changes nothing', async () => {
        await enqueue()
        const { claim: held } = await claimOne()
        expect(await catalog.finishEvent({ claim: held, now: NOW })).toBe(true)
        expect(await catalog.finishEvent({ claim: held, now: NOW, followUps: [next()] })).toBe(
          false,
        )
        expect(await catalog.readNextDue({ topics: ['eager'] })).toBeNull()
      })
    })

    it('extends a lease by renewals', async () => {
      await enqueue()
      const { claim: held } = await claimOne()
      const now = NOW + LEASE - 1
      const renewed = await catalog.renewClaims({ claims: [held], now, leaseUntil: now + LEASE })
      expect(renewed).toEqual([held])
      expect(await claim({ claimedBy: 'two', now: NOW + LEASE })).toEqual([])
      expect(await claim({ claimedBy: 'two', now: now + LEASE })).toHaveLength(1)
    })

    it('makes an event due at once when its claim is given back, without counting the attempt', async () => {
      const [eventId = ''] = await enqueue()
      const { claim: held } = await claimOne()
      await catalog.releaseClaims({ claims: [held], now: NOW })
      expect(await stateOf(eventId)).toMatchObject({ state: 'pending', attempts: 0 })
      expect(await claimOne({ claimedBy: 'two' })).toMatchObject({ eventId, attempts: 1 })
    })

    it('counts the claims of all workers towards the maximum of a target', async () => {
      await enqueue(40, { target: 'https://busy.test', now: NOW - 2 })
      await enqueue(2, { target: 'https://other.test', now: NOW - 1 })
      await enqueue(1)
      const targetsOf = (events: readonly OutboxEvent[]) =>
        events.map(({ target = 'none' }) => target).sort()
      const first = await claim({ maxResults: 3, maxPerTarget: 2 })
      expect(targetsOf(first)).toEqual([
        'https://busy.test',
        'https://busy.test',
        'https://other.test',
      ])
      const second = await claim({ claimedBy: 'two', maxPerTarget: 2 })
      expect(targetsOf(second)).toEqual(['https://other.test', 'none'])
      expect(await claim({ maxPerTarget: 2 })).toEqual([])
      const [busy] = first.filter(({ target }) => target === 'https://busy.test')
      if (busy) await catalog.finishEvent({ claim: busy.claim, now: NOW })
      expect(await claim({ maxPerTarget: 2, slowTargets: ['https://busy.test'] })).toEqual([])
      expect(targetsOf(await claim({ maxPerTarget: 2 }))).toEqual(['https://busy.test'])
    })

    it('never gives one event to two of several threads and processes at once', async () => {
      const ids = await enqueue(60)
      const others = await Promise.all([harness.connect(), harness.connect()])
      const children = await Promise.all([startProcess(), startProcess()])
      const workers = [
        ...[catalog, ...others].map((client) => (input: ClaimQuery) => client.claimEvents(input)),
        ...children.map(
          ({ call }) =>
            (input: ClaimQuery) =>
              call<readonly OutboxEvent[]>('claimEvents', input),
        ),
      ]
      // Every round, all leases of the round before have expired, and all workers claim at once until nothing is due.
      for (let round = 0; round < 40; round++) {
        const now = NOW + round * LEASE
        const claimAll = async (worker: (typeof workers)[number], at: number) => {
          const claimed: OutboxEvent[] = []
          for (;;) {
            const events = await worker(query({ now, claimedBy: `worker ${at}`, maxResults: 7 }))
            claimed.push(...events)
            if (events.length === 0) return claimed
          }
        }
        const claimed = (await Promise.all(workers.map(claimAll))).flat()
        expect(claimed.map(({ eventId }) => eventId).sort()).toEqual([...ids].sort())
        expect(new Set(claimed.map(({ attempts }) => attempts))).toEqual(new Set([round + 1]))
      }
      await Promise.all(others.map((client) => client.close()))
    })

    it('lets another worker take over the event of a killed process, after its lease', async () => {
      const [eventId] = await enqueue()
      const { child, call } = await startProcess()
      const held = await call<readonly OutboxEvent[]>('claimEvents', query({ claimedBy: 'killed' }))
      expect(held).toMatchObject([{ eventId }])
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(await claim({ now: NOW + LEASE - 1 })).toEqual([])
      expect(await claim({ now: NOW + LEASE })).toMatchObject([{ eventId, attempts: 2 }])
    })
  })
}
