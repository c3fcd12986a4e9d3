import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Catalog } from '../catalog/catalog.js'
import type { NewEvent, OutboxEvent } from '../catalog/outbox-event.js'
import { createSqliteCatalog } from '../catalog/sqlite/sqlite.js'
import { holdClaims, LEASE_MS } from './held-claims.js'
import type { Attempt, Lane } from './lane.js'
import { type Outbox, startOutbox } from './outbox.js'

let folder: string
let clock: number
let catalog: Catalog
let other: Catalog
let lines: string[]
const outboxes: Outbox[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-jobs-'))
  clock = 1_790_000_000_000
  lines = []
  const path = join(folder, 'catalog.db')
  catalog = await createSqliteCatalog({ path })
  other = await createSqliteCatalog({ path })
})
afterEach(async () => {
  for (const outbox of outboxes.splice(0)) {
    outbox.limitClose(0)
    await outbox.close()
  }
  await Promise.all([catalog.close(), other.close()])
  await rm(folder, { recursive: true })
})

const write = (_details: object, message: string) => void lines.push(message)
const log = { info: write, warn: write, error: write }

/** Starts a worker with a connection of its own, whose clock is `clock`. */
function work(on: Catalog, lane: Partial<Lane> & Pick<Lane, 'attempt'>): Outbox {
  const whole = { topics: ['notification'], concurrency: 4, delaysSeconds: [10], ...lane } as const
  const outbox = startOutbox({ catalog: on, log, now: () => clock }, [whole])
  outboxes.push(outbox)
  return outbox
}

async function enqueue(count = 1): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => randomBytes(16).toString('hex'))
  for (const eventId of ids) {
    const event: NewEvent = { eventId, topic: 'notification', payload: {} }
    await catalog.acceptWork({ cloud: 'c', event, now: clock })
  }
  return ids
}

const listed = (state: 'pending' | 'done' | 'dead') =>
  catalog.listEvents({ state, maxResults: 500 })

function deferred<Value>(): { promise: Promise<Value>; resolve(value: Value): void } {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve: (value) => resolve(value) }
}

/** An attempt that ends when the test says so. */
function held(): {
  attempt: Lane['attempt']
  started: Promise<OutboxEvent>
  end(attempt: Attempt): void
} {
  const started = deferred<OutboxEvent>()
  const ended = deferred<Attempt>()
  return {
    attempt: (event) => {
      started.resolve(event)
      return ended.promise
    },
    started: started.promise,
    end: ended.resolve,
  }
}

describe('two workers', () => {
  it('run every event once, and never the same event at once', async () => {
    const ids = await enqueue(120)
    const runs: string[] = []
    const running = new Set<string>()
    let overlaps = 0
    const attempt = async ({ eventId }: OutboxEvent): Promise<Attempt> => {
      if (running.has(eventId)) overlaps += 1
      running.add(eventId)
      runs.push(eventId)
      await new Promise((resolve) => setImmediate(resolve))
      running.delete(eventId)
      return { outcome: 'finished' }
    }
    work(catalog, { attempt })
    work(other, { attempt })
    await expect.poll(async () => (await listed('done')).length, { timeout: 20_000 }).toBe(120)
    expect(runs.sort()).toEqual([...ids].sort())
    expect(overlaps).toBe(0)
  })

  it('take an event over after the lease, and then ignore the outcome of the first', async () => {
    const [eventId] = await enqueue()
    const slow = held()
    work(catalog, slow)
    await slow.started
    const second = work(other, {
      attempt: async () => ({ outcome: 'again', failure: 'second' }),
      delaysSeconds: [10, 10],
    })
    clock += LEASE_MS
    second.wake()
    await expect.poll(() => listed('pending')).toMatchObject([{ lastFailure: 'second' }])
    const next: NewEvent = { eventId: 'next', topic: 'eager', payload: {} }
    slow.end({ outcome: 'finished', followUps: [next] })
    await expect
      .poll(() => lines)
      .toContain('the outcome of an event was ignored: its claim is lost')
    expect(await listed('pending')).toMatchObject([{ eventId, attempts: 2 }])
  })
})

describe('a worker that stops', () => {
  it('waits for a running attempt and stores its outcome', async () => {
    await enqueue()
    const slow = held()
    const outbox = work(catalog, slow)
    await slow.started
    const closed = outbox.close()
    slow.end({ outcome: 'finished' })
    await closed
    expect(await listed('done')).toMatchObject([{ attempts: 1 }])
  })

  it('gives an event back whose attempt does not end, without counting the attempt', async () => {
    const [eventId] = await enqueue()
    const slow = held()
    const outbox = work(catalog, slow)
    expect(await slow.started).toMatchObject({ eventId, attempts: 1 })
    outbox.limitClose(0)
    await outbox.close()
    expect(await listed('pending')).toMatchObject([{ eventId, attempts: 0 }])
    const next = held()
    work(other, next)
    expect(await next.started).toMatchObject({ eventId, attempts: 1 })
    slow.end({ outcome: 'finished' })
    await expect
      .poll(() => lines)
      .toContain('the outcome of an event was ignored: its claim is lost')
    expect(await listed('done')).toEqual([])
    next.end({ outcome: 'finished' })
    await expect.poll(() => listed('done')).toMatchObject([{ eventId, attempts: 1 }])
  })

  it('claims nothing any more', async () => {
    const outbox = work(catalog, { attempt: async () => ({ outcome: 'finished' }) })
    await outbox.close()
    await enqueue()
    outbox.wake()
    expect(await listed('pending')).toMatchObject([{ attempts: 0 }])
  })
})

it('an event is a dead letter if all its workers were killed, and no attempt begins', async () => {
  const [eventId] = await enqueue()
  const attempted: string[] = []
  for (const claimedBy of ['first', 'second']) {
    const claim = { claimedBy, claimId: claimedBy, now: clock, leaseUntil: clock + LEASE_MS }
    await catalog.claimEvents({ ...claim, topics: ['notification'], maxResults: 1 })
    clock += LEASE_MS
  }
  work(catalog, {
    attempt: async (event) => {
      attempted.push(event.eventId)
      return { outcome: 'finished' }
    },
    onDead: () => ({ followUps: [{ eventId: 'next', topic: 'eager', payload: {} }] }),
  })
  await expect.poll(() => listed('dead')).toMatchObject([{ eventId }])
  expect(await listed('pending')).toMatchObject([{ eventId: 'next' }])
  expect(attempted).toEqual([])
})

it('a claim stays live while it is renewed, and a lost claim is not renewed', async () => {
  await enqueue()
  const claims = holdClaims({ catalog, log, now: () => clock }, 'one')
  const claimAs = (claimedBy: string) =>
    catalog.claimEvents({
      topics: ['notification'],
      now: clock,
      leaseUntil: claims.leaseUntil(),
      claimedBy,
      claimId: `${claimedBy}-${clock}`,
      maxResults: 1,
    })
  const [event] = await claimAs('one')
  if (!event) throw new Error('the event is due')
  claims.hold(event.claim)
  for (let renewal = 0; renewal < 3; renewal++) {
    clock += LEASE_MS - 1
    await claims.renew()
    expect(await claimAs('two')).toEqual([])
  }
  clock += LEASE_MS
  const [taken] = await claimAs('two')
  expect(taken).toMatchObject({ eventId: event.eventId, attempts: 2 })
  await claims.renew()
  expect(lines).toEqual(['the claim of an event expired while its work ran'])
  await claims.close()
  expect(await listed('pending')).toMatchObject([{ attempts: 2 }])
})
