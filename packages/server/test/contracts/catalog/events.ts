/** Catalog contract: events. @module */

import { describe, expect, it } from 'vitest'
import type { EventTopic, NewEvent } from '../../../src/catalog/outbox-event.js'
import {
  CLOUD,
  claimsOf,
  id,
  NOW,
  nameOf,
  type OpenCatalog,
  upload,
  useCatalog,
} from './fixtures.js'

/** Tests events of a catalog. */
export function eventsContract(open: OpenCatalog): void {
  const tested = useCatalog(open)
  const { claim, claimOf, due } = claimsOf(tested)

  describe('an event', () => {
    const event = (topic: EventTopic): NewEvent => ({ eventId: id(), topic, payload: { n: 1 } })

    it('is enqueued with its upload and the committed asset, and listed by its topic', async () => {
      const derive = event('derive')
      const committed = await tested.catalog.commitUpload(upload('cat', { events: [derive] }))
      const asset = 'asset' in committed ? committed.asset : null
      expect(await due(['derive'])).toMatchObject([{ ...derive, asset, attempts: 1 }])
      expect(await due(['completion', 'eager'])).toEqual([])
      expect(await tested.catalog.readNextDue({ topics: ['derive'] })).toBe(NOW)
      expect(await tested.catalog.readNextDue({ topics: ['eager'] })).toBeNull()
    })

    it('is enqueued by a destroy, a rename and an effective edit, with the changes', async () => {
      const tell = () => event('notification')
      await tested.catalog.commitUpload(upload('cat'))
      const names = { cloud: CLOUD, resourceType: 'image', deliveryType: 'upload' } as const
      const edit = (tags: readonly string[]) =>
        tested.catalog.editAssets({
          ...names,
          publicIds: ['cat'],
          edit: {
            tags: { command: 'replace', tags },
            context: { command: 'replace', context: {} },
          },
          events: { tags: [tell()] },
          now: NOW,
        })
      await edit(['b', 'c'])
      await edit(['b', 'c'])
      await tested.catalog.renameAsset({
        ...nameOf('cat'),
        to: nameOf('dog'),
        overwrite: false,
        events: [tell()],
        now: NOW + 1,
      })
      await tested.catalog.destroyAsset({ ...nameOf('dog'), events: [tell()], now: NOW + 2 })
      await tested.catalog.destroyAsset({ ...nameOf('dog'), events: [tell()], now: NOW + 3 })
      const told = await due(['notification'], NOW + 3)
      expect(told).toMatchObject([
        {
          payload: { changes: [{ publicId: 'cat', added: ['c'], removed: ['a'] }] },
          asset: null,
        },
        { payload: { from: { publicId: 'cat' } }, asset: { publicId: 'dog' } },
        { asset: { publicId: 'dog' } },
      ])
      expect(told).toHaveLength(3)
    })

    it('that is dead or done becomes due again only if it is replayed', async () => {
      const [dead, done, waiting] = [event('derive'), event('derive'), event('derive')]
      const events = [dead, done, waiting]
      await tested.catalog.commitUpload(upload('cat', { events }))
      const failure = 'answered 500'
      const at = { now: NOW, failure }
      for (const { claim: held } of await claim(['derive'])) {
        if (held.eventId === done.eventId)
          await tested.catalog.finishEvent({ claim: held, now: NOW })
        else {
          const dueAt = held.eventId === dead.eventId ? null : NOW + 1000
          await tested.catalog.postponeEvent({ ...at, claim: held, dueAt })
        }
      }
      const listed = await tested.catalog.listEvents({
        state: 'dead',
        cloud: CLOUD,
        maxResults: 10,
      })
      expect(listed).toMatchObject([
        { eventId: dead.eventId, state: 'dead', attempts: 1, lastFailure: failure },
      ])
      const pending = { state: 'pending' as const, maxResults: 10 }
      expect(await tested.catalog.listEvents(pending)).toMatchObject([{ dueAt: NOW + 1000 }])
      expect(await tested.catalog.listEvents({ ...pending, cloud: 'other' })).toEqual([])
      expect(await tested.catalog.replayEvents({ cloud: 'other', now: NOW })).toEqual([])
      expect(await tested.catalog.replayEvents({ now: NOW })).toEqual([dead.eventId])
      const eventIds = [done.eventId, waiting.eventId, id()]
      expect(await tested.catalog.replayEvents({ eventIds, now: NOW })).toEqual([done.eventId])
      const ids = (await due(['derive'])).map(({ eventId, attempts }) => [eventId, attempts])
      expect(new Map(ids as [string, number][])).toEqual(
        new Map([
          [dead.eventId, 1],
          [done.eventId, 1],
        ]),
      )
    })

    it('is not enqueued if nothing was stored', async () => {
      await tested.catalog.commitUpload(upload('cat'))
      await tested.catalog.commitUpload(
        upload('cat', { overwrite: false, events: [event('derive')] }),
      )
      expect(await due(['derive'])).toEqual([])
    })

    it('enqueues its next events with the same asset when it is finished', async () => {
      const derive = event('derive')
      const eager = event('eager')
      await tested.catalog.commitUpload(upload('cat', { events: [derive] }))
      const [first] = await due(['derive'])
      const held = await claimOf(derive)
      expect(await tested.catalog.finishEvent({ claim: held, now: NOW, followUps: [eager] })).toBe(
        true,
      )
      expect(await due(['derive'])).toEqual([])
      expect(await due(['eager'])).toMatchObject([{ ...eager, asset: first?.asset }])
    })

    it('that becomes a dead letter is not due again, and enqueues its next events', async () => {
      const derive = event('derive')
      await tested.catalog.commitUpload(upload('cat', { events: [derive] }))
      const followUps = [event('eager')]
      const end = { now: NOW, dueAt: null, failure: 'worn out', followUps }
      await tested.catalog.postponeEvent({ ...end, claim: await claimOf(derive) })
      expect(await due(['derive'], NOW * 2)).toEqual([])
      expect(await due(['eager'])).toHaveLength(1)
    })
  })

  describe('an accepted upload', () => {
    const dead = () =>
      tested.catalog.listDeadBlobs({ retiredBefore: NOW, after: '', maxResults: 9 })
    const accept = async () => {
      const event = { eventId: id(), topic: 'store', payload: { n: 3 } } as const
      const blob = { blobId: id(), bytes: 9, md5: 'd41d8cd98f00b204e9800998ecf8427e' }
      await tested.catalog.acceptUpload({ cloud: CLOUD, blob, event, now: NOW })
      return { event, blob }
    }

    it('protects its blob from the collector and enqueues its event, without an asset', async () => {
      const { event, blob } = await accept()
      expect(await due(['store'])).toMatchObject([{ ...event, cloud: CLOUD, asset: null }])
      expect(await tested.catalog.listUnknownBlobs({ blobIds: [blob.blobId] })).toEqual([])
      expect(await dead()).toEqual([])
    })

    it('is finished by its commit, with and without overwriting', async () => {
      for (const overwrite of [true, false]) {
        const { event, blob } = await accept()
        const accepted = { claim: await claimOf(event), blobId: blob.blobId }
        await tested.catalog.commitUpload(upload('cat', { accepted, overwrite }))
        expect(await due(['store'])).toEqual([])
        expect(await dead()).toContainEqual({ cloud: CLOUD, blobId: blob.blobId })
      }
    })

    it('may have no blob of its own', async () => {
      const event = { eventId: id(), topic: 'store', payload: { n: 4 } } as const
      await tested.catalog.acceptWork({ cloud: CLOUD, event, now: NOW })
      expect(await due(['store'])).toMatchObject([{ ...event, cloud: CLOUD, asset: null }])
      await tested.catalog.commitUpload(
        upload('cat', { accepted: { claim: await claimOf(event) } }),
      )
      expect(await due(['store'])).toEqual([])
    })

    it('that fails leaves its blob to the collector', async () => {
      const { event, blob } = await accept()
      const failed = { now: NOW, dueAt: null, failure: 'no picture', releasedBlobId: blob.blobId }
      await tested.catalog.postponeEvent({ ...failed, claim: await claimOf(event) })
      expect(await dead()).toEqual([{ cloud: CLOUD, blobId: blob.blobId }])
    })

    it('is not committed without a live claim, and its blob stays', async () => {
      const { event, blob } = await accept()
      const accepted = { claim: await claimOf(event), blobId: blob.blobId }
      const late = upload('late', { accepted, now: NOW + 1000 })
      expect(await tested.catalog.commitUpload(late)).toEqual({ outcome: 'claim-lost' })
      expect(await tested.catalog.readAsset(nameOf('late'))).toBeNull()
      expect(await due(['store'], NOW + 1000)).toMatchObject([event])
      expect(await dead()).toEqual([])
    })
  })
}
