/** Catalog contract: derivatives. @module */

import { describe, expect, it } from 'vitest'
import type { DerivedAsset, NewUpload } from '../../../src/catalog/new-upload.js'
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

/** Tests derivatives of a catalog. */
export function derivativesContract(open: OpenCatalog): void {
  const tested = useCatalog(open)
  const { due } = claimsOf(tested)

  describe('a derivative', () => {
    const ordered = (transformation: string, bytes: number | null = null): DerivedAsset => ({
      derivedId: id(),
      transformation,
      format: 'jpg',
      widthPx: bytes === null ? null : 4,
      heightPx: bytes === null ? null : 3,
      bytes,
    })
    const stored = async (changes: Partial<NewUpload>) => {
      const committed = await tested.catalog.commitUpload(upload('cat', changes))
      if (!('asset' in committed)) throw new Error('it is stored')
      return committed.asset
    }
    const isKnown = (assetId: string, transformation: string, format = 'jpg') =>
      tested.catalog.hasDerivative({ cloud: CLOUD, assetId, transformation, format })

    it('is known after the upload that orders it, in its own cloud and format', async () => {
      const { assetId } = await stored({ derivatives: [ordered('w_4'), ordered('w_2')] })
      expect(await isKnown(assetId, 'w_4')).toBe(true)
      expect(await isKnown(assetId, 'w_4', 'png')).toBe(false)
      expect(await isKnown(assetId, 'w_3')).toBe(false)
      expect(await isKnown(id(), 'w_4')).toBe(false)
      expect(await tested.catalog.listDerivatives({ cloud: 'other', assetId })).toEqual([])
    })

    it('gets its size when it is created, and keeps id and size when it is ordered again', async () => {
      const first = ordered('w_4')
      const asset = await stored({ derivatives: [first] })
      const made = ordered('w_4', 99)
      const write = (derivatives: DerivedAsset[]) =>
        tested.catalog.writeDerivatives({ ...asset, derivatives, maxDerivatives: 9, now: NOW })
      expect(await write([made])).toBe('written')
      expect(await write([ordered('w_4')])).toBe('written')
      expect(await tested.catalog.listDerivatives(asset)).toEqual([
        { ...made, derivedId: first.derivedId },
      ])
      expect(await tested.catalog.countDerivatives({ ...asset, now: NOW })).toBe(1)
    })

    it('is counted with the other derivatives of its asset, in its own cloud', async () => {
      const { assetId } = await stored({ derivatives: [ordered('w_4'), ordered('w_2')] })
      const count = (cloud = CLOUD) => tested.catalog.countDerivatives({ cloud, assetId, now: NOW })
      expect(await count()).toBe(2)
      expect(await count('other')).toBe(0)
      await tested.catalog.commitUpload(upload('cat'))
      expect(await count()).toBe(0)
    })

    it('can be excluded from the count', async () => {
      const asset = await stored({ derivatives: [ordered('w_4'), ordered('w_2')] })
      const count = (transformation: string, format: string) =>
        tested.catalog.countDerivatives({ ...asset, now: NOW, except: { transformation, format } })
      expect(await count('w_4', 'jpg')).toBe(1)
      expect(await count('w_4', 'png')).toBe(2)
      expect(await count('w_3', 'jpg')).toBe(2)
    })

    it('that is not created within a day stays known, but no longer counts', async () => {
      const asset = await stored({ derivatives: [ordered('w_4')] })
      const { assetId } = asset
      const derivatives = [ordered('w_2', 99)]
      await tested.catalog.writeDerivatives({ ...asset, derivatives, maxDerivatives: 9, now: NOW })
      const day = 24 * 3_600_000
      expect(await tested.catalog.countDerivatives({ ...asset, now: NOW + day - 1 })).toBe(2)
      expect(await tested.catalog.countDerivatives({ ...asset, now: NOW + day })).toBe(1)
      expect(await isKnown(assetId, 'w_4')).toBe(true)
      const made = { cloud: CLOUD, assetId, format: 'jpg', isMade: true }
      expect(await tested.catalog.hasDerivative({ ...made, transformation: 'w_4' })).toBe(false)
      expect(await tested.catalog.hasDerivative({ ...made, transformation: 'w_2' })).toBe(true)
    })

    it('over the maximum of its asset is not written, nor are its batch and its events', async () => {
      const asset = await stored({ derivatives: [ordered('w_4')] })
      const event = { eventId: id(), topic: 'derive', payload: {} } as const
      const write = (...names: string[]) =>
        tested.catalog.writeDerivatives({
          ...asset,
          derivatives: names.map((name) => ordered(name)),
          events: [{ ...event, eventId: id() }],
          maxDerivatives: 2,
          now: NOW,
        })
      expect(await write('w_2', 'w_3')).toBe('full')
      expect(await tested.catalog.listDerivatives(asset)).toHaveLength(1)
      expect(await due(['derive'])).toEqual([])
      expect(await write('w_2')).toBe('written')
      expect(await write('w_3')).toBe('full')
      // An existing derivative needs no additional space.
      expect(await write('w_2', 'w_4')).toBe('written')
      expect(await tested.catalog.listDerivatives(asset)).toHaveLength(2)
    })

    it('counts once if it is twice in a batch', async () => {
      const asset = await stored({})
      const derivatives = [ordered('w_4'), ordered('w_4')]
      const written = { ...asset, derivatives, maxDerivatives: 1, now: NOW }
      expect(await tested.catalog.writeDerivatives(written)).toBe('written')
    })

    it('that no longer counts is subject to the maximum and counts again when it is ordered again', async () => {
      const asset = await stored({ derivatives: [ordered('w_4'), ordered('w_2', 99)] })
      const day = 24 * 3_600_000
      const again = { ...asset, derivatives: [ordered('w_4')], now: NOW + day }
      expect(await tested.catalog.writeDerivatives({ ...again, maxDerivatives: 1 })).toBe('full')
      expect(await tested.catalog.writeDerivatives({ ...again, maxDerivatives: 2 })).toBe('written')
      expect(await tested.catalog.countDerivatives({ ...asset, now: NOW + 2 * day - 1 })).toBe(2)
    })

    it('is deleted if its asset is overwritten or destroyed, and kept if its asset is renamed', async () => {
      const one = await stored({ derivatives: [ordered('w_4')] })
      await tested.catalog.renameAsset({
        ...nameOf('cat'),
        to: nameOf('lion'),
        overwrite: false,
        now: NOW,
      })
      expect(await isKnown(one.assetId, 'w_4')).toBe(true)
      await tested.catalog.commitUpload(upload('lion', { derivatives: [ordered('w_2')] }))
      expect(await isKnown(one.assetId, 'w_4')).toBe(false)
      expect(await isKnown(one.assetId, 'w_2')).toBe(true)
      await tested.catalog.destroyAsset({ ...nameOf('lion'), now: NOW })
      expect(await isKnown(one.assetId, 'w_2')).toBe(false)
    })

    it('of an old version is not written, nor are its events', async () => {
      const old = await stored({})
      await stored({})
      const event = { eventId: id(), topic: 'derive', payload: {} } as const
      const late = { ...old, derivatives: [ordered('w_4', 9)], events: [event] }
      expect(await tested.catalog.writeDerivatives({ ...late, maxDerivatives: 9, now: NOW })).toBe(
        'replaced',
      )
      expect(await tested.catalog.listDerivatives(old)).toEqual([])
      expect(await due(['derive'])).toEqual([])
    })

    it('is ordered together with the event that creates it', async () => {
      const asset = await stored({})
      const event = { eventId: id(), topic: 'derive', payload: { n: 2 } } as const
      const order = { ...asset, derivatives: [ordered('w_4')], events: [event] }
      expect(await tested.catalog.writeDerivatives({ ...order, maxDerivatives: 9, now: NOW })).toBe(
        'written',
      )
      expect(await due(['derive'])).toMatchObject([{ ...event, asset }])
    })
  })
}
