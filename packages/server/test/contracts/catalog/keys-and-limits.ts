/** Catalog contract: keys and limits. @module */

import { describe, expect, it } from 'vitest'
import { CLOUD, NOW, type OpenCatalog, useCatalog } from './fixtures.js'

/** Tests keys and limits of a catalog. */
export function keysAndLimitsContract(open: OpenCatalog): void {
  const tested = useCatalog(open)

  it('stores presets with their limits, also under a name such as constructor', async () => {
    const preset = {
      cloud: CLOUD,
      name: 'constructor',
      isUnsigned: true,
      disallowPublicId: false,
      settings: { tags: ['x'] },
      limits: { maxBytes: 5 },
    }
    expect(await tested.catalog.readPreset({ cloud: CLOUD, name: 'constructor' })).toBeNull()
    expect(await tested.catalog.writePreset({ ...preset, replace: false, now: NOW })).toBe(true)
    expect(await tested.catalog.writePreset({ ...preset, replace: false, now: NOW })).toBe(false)
    expect(await tested.catalog.readPreset({ cloud: CLOUD, name: 'constructor' })).toEqual(preset)
    expect(await tested.catalog.destroyPreset({ cloud: CLOUD, name: 'constructor' })).toBe(true)
    expect(await tested.catalog.destroyPreset({ cloud: CLOUD, name: 'constructor' })).toBe(false)
  })

  it('refuses a key whose id or secret already exists', async () => {
    const key = {
      cloud: CLOUD,
      id: '1',
      secret: 's',
      scopes: ['upload'] as const,
      state: 'active' as const,
      now: NOW,
    }
    await tested.catalog.createKey(key)
    await expect(tested.catalog.createKey({ ...key, secret: 't' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    await expect(tested.catalog.createKey({ ...key, id: '2' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    })
    expect(await tested.catalog.listKeys()).toHaveLength(1)
  })

  describe('allowances', () => {
    const take = (changes: { name?: string; cloud?: string; now?: number; limit?: number } = {}) =>
      tested.catalog.takeAllowance({
        cloud: CLOUD,
        name: 'user:1',
        limit: 3,
        windowMs: 60_000,
        now: NOW,
        ...changes,
      })

    it('allow a burst up to the limit', async () => {
      const taken = await Promise.all([1, 2, 3, 4].map(() => take()))
      expect(taken.filter(({ isTaken }) => isTaken)).toHaveLength(3)
      expect(await take()).toEqual({ isTaken: false, retryAfterMs: 20_000 })
    })

    it('are restored evenly up to the limit, also if the limit does not divide the window', async () => {
      for (let count = 0; count < 7; count += 1) await take({ limit: 7 })
      expect(await take({ limit: 7, now: NOW + 8571 })).toEqual({
        isTaken: false,
        retryAfterMs: 1,
      })
      expect(await take({ limit: 7, now: NOW + 8572 })).toEqual({ isTaken: true })
      const later = NOW + 3_600_000
      const taken = []
      for (let count = 0; count < 8; count += 1) taken.push(await take({ limit: 7, now: later }))
      expect(taken.map(({ isTaken }) => isTaken)).toEqual([...Array(7).fill(true), false])
    })

    it('are counted separately per name and cloud, and not restored if the clock goes back', async () => {
      for (let count = 0; count < 3; count += 1) await take()
      expect(await take({ name: 'user:2' })).toEqual({ isTaken: true })
      expect(await take({ cloud: 'other' })).toEqual({ isTaken: true })
      expect((await take({ now: NOW - 60_000 })).isTaken).toBe(false)
    })
  })

  it('answers a probe', async () => {
    await expect(tested.catalog.probe()).resolves.toBeUndefined()
  })
}
