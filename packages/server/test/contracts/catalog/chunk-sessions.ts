/** Catalog contract: chunk sessions. @module */

import { describe, expect, it } from 'vitest'
import type { ChunkPart, NewSession } from '../../../src/catalog/chunk-session.js'
import { CLOUD, id, NOW, type OpenCatalog, useCatalog } from './fixtures.js'

/** Tests chunk sessions of a catalog. */
export function chunkSessionsContract(open: OpenCatalog): void {
  const tested = useCatalog(open)

  describe('chunk sessions', () => {
    const session = () => ({
      sessionId: id(),
      cloud: CLOUD,
      owner: 'key',
      clientId: 'abcd',
      bagDigest: 'd',
      params: {},
      publicId: 'big',
      totalBytes: null,
      expiresAt: NOW + 1000,
      address: '192.0.2.1',
      maxSessions: 1000,
      maxSessionsPerAddress: 100,
      maxSessionsPerKey: 100,
      maxSessionsPerSignature: 100,
      signatureDigest: null,
      now: NOW,
    })
    const opened = async (wanted: NewSession) => {
      const live = await tested.catalog.openSession(wanted)
      if (live.outcome !== 'opened') throw new Error('there is room for a session')
      return live.session
    }
    const expiresAt = NOW + 1000
    const part = (firstByte: number, lastByte: number, digest = 'm'): ChunkPart => ({
      firstByte,
      lastByte,
      digest,
      place: id(),
    })

    it('are opened once per client id and owner', async () => {
      const one = await opened(session())
      const two = await opened(session())
      expect(two.sessionId).toBe(one.sessionId)
      const other = await opened({ ...session(), owner: 'another' })
      expect(other.sessionId).not.toBe(one.sessionId)
    })

    it('accept parts in any order and repeated parts, and refuse overlaps and other bytes', async () => {
      const { sessionId } = await opened(session())
      const add = async (added: ChunkPart, totalBytes: number | null = null) =>
        (
          await tested.catalog.addPart({
            cloud: CLOUD,
            sessionId,
            part: added,
            totalBytes,
            expiresAt,
          })
        ).outcome
      expect(await add(part(10, 19))).toBe('stored')
      expect(await add(part(0, 9))).toBe('stored')
      expect(await add(part(0, 9))).toBe('repeated')
      expect(await add(part(0, 9, 'other'))).toBe('conflict')
      expect(await add(part(5, 14))).toBe('conflict')
      expect(await add(part(20, 24), 25)).toBe('stored')
      expect(await add(part(25, 29), 30)).toBe('conflict')
    })

    it('are found by their client id alone, the newest first', async () => {
      await opened(session())
      const newer = await opened({ ...session(), owner: 'another', now: NOW + 1 })
      const query = { cloud: CLOUD, clientId: 'abcd', now: NOW + 2 }
      expect((await tested.catalog.readSession(query))?.sessionId).toBe(newer.sessionId)
      expect(await tested.catalog.readSession({ ...query, cloud: 'other' })).toBeNull()
      expect(await tested.catalog.readSession({ ...query, now: NOW + 1000 })).toBeNull()
    })

    it('are limited per cloud and per address, without expired ones', async () => {
      const caps = { maxSessions: 3, maxSessionsPerAddress: 2 }
      const open = async (clientId: string, changes: Partial<NewSession> = {}) => {
        const wanted = { ...session(), ...caps, clientId, ...changes }
        const live = await tested.catalog.openSession(wanted)
        return live.outcome === 'full' ? live.whose : live.outcome
      }
      expect(await open('1')).toBe('opened')
      expect(await open('2')).toBe('opened')
      expect(await open('3')).toBe('address')
      expect(await open('2')).toBe('opened')
      expect(await open('3', { cloud: 'other' })).toBe('address')
      expect(await open('3', { address: '192.0.2.2' })).toBe('opened')
      expect(await open('4', { address: '192.0.2.2' })).toBe('cloud')
      expect(await open('4', { now: NOW + 1000, expiresAt: NOW + 2000 })).toBe('opened')
    })

    it('are limited per key and per signature, over all addresses', async () => {
      const caps = { maxSessionsPerKey: 3, maxSessionsPerSignature: 2 }
      let count = 0
      const open = async (changes: Partial<NewSession>) => {
        count += 1
        const own = { clientId: `${count}`, address: `192.0.2.${count}` }
        const live = await tested.catalog.openSession({ ...session(), ...caps, ...own, ...changes })
        return live.outcome === 'full' ? live.whose : live.outcome
      }
      const [one, two] = ['a'.repeat(64), 'b'.repeat(64)]
      expect(await open({ signatureDigest: one })).toBe('opened')
      expect(await open({ signatureDigest: one })).toBe('opened')
      expect(await open({ signatureDigest: one })).toBe('signature')
      expect(await open({ signatureDigest: two })).toBe('opened')
      expect(await open({ signatureDigest: null })).toBe('key')
      // Requests without a signature have no limit per signature. Each key is counted separately in each cloud.
      for (let at = 0; at < 3; at += 1) expect(await open({ owner: 'another' })).toBe('opened')
      expect(await open({ owner: 'another' })).toBe('key')
      expect(await open({ cloud: 'other' })).toBe('opened')
      const later = { now: NOW + 1000, expiresAt: NOW + 2000 }
      expect(await open({ signatureDigest: one, ...later })).toBe('opened')
    })

    it('keep their expiry if a part has an earlier one', async () => {
      const { sessionId } = await opened(session())
      const add = (added: ChunkPart, until: number) =>
        tested.catalog.addPart({
          cloud: CLOUD,
          sessionId,
          part: added,
          totalBytes: null,
          expiresAt: until,
        })
      await add(part(0, 9), NOW + 9000)
      expect(await add(part(10, 19), NOW + 2000)).toMatchObject({
        session: { expiresAt: NOW + 9000 },
      })
      const query = { cloud: CLOUD, clientId: 'abcd', now: NOW + 8000 }
      expect(await tested.catalog.readSession(query)).toMatchObject({ expiresAt: NOW + 9000 })
    })

    it('get a later expiry with a new part', async () => {
      const { sessionId } = await opened(session())
      const later = NOW + 9000
      await tested.catalog.addPart({
        cloud: CLOUD,
        sessionId,
        part: part(0, 9),
        totalBytes: null,
        expiresAt: later,
      })
      const query = { cloud: CLOUD, clientId: 'abcd', owner: 'key' }
      expect(await tested.catalog.readSession({ ...query, now: later - 1 })).toMatchObject({
        expiresAt: later,
      })
      expect(await tested.catalog.readSession({ ...query, now: later })).toBeNull()
    })

    it('are replaced by a new session after they expire', async () => {
      const { sessionId } = await opened(session())
      await tested.catalog.addPart({
        cloud: CLOUD,
        sessionId,
        part: part(0, 9),
        totalBytes: null,
        expiresAt,
      })
      const later = { ...session(), now: NOW + 2000, expiresAt: NOW + 9000 }
      const fresh = await opened(later)
      expect(fresh).toMatchObject({ sessionId: later.sessionId, parts: [] })
    })

    it('list the staging files that they need', async () => {
      const { sessionId } = await opened(session())
      const added = part(0, 9)
      await tested.catalog.addPart({
        cloud: CLOUD,
        sessionId,
        part: added,
        totalBytes: null,
        expiresAt,
      })
      expect(await tested.catalog.listStagedParts()).toEqual([added.place])
      expect(await tested.catalog.listExpiredSessions({ now: NOW + 1000 })).toHaveLength(1)
      expect(await tested.catalog.destroySession({ cloud: CLOUD, sessionId })).toEqual([added])
      expect(await tested.catalog.listStagedParts()).toEqual([])
    })
  })
}
