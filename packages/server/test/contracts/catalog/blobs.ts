/** Catalog contract: blobs. @module */

import { describe, expect, it } from 'vitest'
import type { Asset } from '../../../src/catalog/asset.js'
import type { NewUpload } from '../../../src/catalog/new-upload.js'
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

/** Tests blobs of a catalog. */
export function blobsContract(open: OpenCatalog): void {
  const tested = useCatalog(open)
  const { claim } = claimsOf(tested)

  it('keeps the asset id and raises the version of an asset that is overwritten in the same second', async () => {
    const one = await tested.catalog.commitUpload(upload('cat'))
    const two = await tested.catalog.commitUpload(upload('cat'))
    if (!('asset' in one) || !('asset' in two)) throw new Error('both are stored')
    expect(two.outcome).toBe('overwritten')
    expect(two.asset.assetId).toBe(one.asset.assetId)
    expect(two.asset.version).toBe(one.asset.version + 1)
    expect(two.asset.blobId).not.toBe(one.asset.blobId)
  })

  describe('blobs', () => {
    const blobOf = ({ blob }: NewUpload) => ({ cloud: CLOUD, blobId: blob.blobId })
    const dead = (retiredBefore: number, after = '') =>
      tested.catalog.listDeadBlobs({ retiredBefore, after, maxResults: 10 })

    it('are counted with the time of the newest one', async () => {
      expect(await tested.catalog.tallyBlobs({})).toEqual({ count: 0, newestAt: null })
      await tested.catalog.commitUpload(upload('one'))
      await tested.catalog.commitUpload(upload('two', { now: NOW + 5 }))
      expect(await tested.catalog.tallyBlobs({})).toEqual({ count: 2, newestAt: NOW + 5 })
    })

    it('are dead after an overwrite, a destroy or a rename to their name, until they are forgotten', async () => {
      const given = ['cat', 'cat', 'dog', 'hen', 'fox'].map((publicId) => upload(publicId))
      for (const one of given) await tested.catalog.commitUpload(one)
      const [replaced, , destroyed, renamed, covered] = given.map(blobOf)
      await tested.catalog.destroyAsset({ ...nameOf('dog'), now: NOW + 1 })
      await tested.catalog.renameAsset({
        ...nameOf('hen'),
        to: nameOf('fox'),
        overwrite: true,
        now: NOW + 2,
      })
      expect(await dead(NOW - 1)).toEqual([])
      expect(await dead(NOW)).toEqual([replaced])
      const all = await dead(NOW + 2)
      expect(all).toHaveLength(3)
      expect(all).toEqual(expect.arrayContaining([replaced, destroyed, covered]))
      expect(all).not.toContainEqual(renamed)
      expect(await dead(NOW + 2, all[0]?.blobId)).toEqual(all.slice(1))
      await tested.catalog.forgetBlobs({ blobIds: all.map(({ blobId }) => blobId) })
      expect(await dead(NOW + 2)).toEqual([])
      expect((await tested.catalog.tallyBlobs({})).count).toBe(2)
    })

    it('without a row are remembered with the time they were first seen, until they are no longer seen', async () => {
      const known = upload('cat')
      await tested.catalog.commitUpload(known)
      const orphan = { cloud: CLOUD, blobId: id() }
      const blobIds = [known.blob.blobId, orphan.blobId]
      const unknown = () => tested.catalog.listUnknownBlobs({ blobIds })
      expect(await unknown()).toEqual([{ blobId: orphan.blobId, firstSeenAt: null }])
      await tested.catalog.sightOrphans({ orphans: [orphan], now: NOW })
      await tested.catalog.sightOrphans({ orphans: [orphan], now: NOW + 9 })
      await tested.catalog.forgetOrphans({ seenBefore: NOW + 9 })
      expect(await unknown()).toEqual([{ blobId: orphan.blobId, firstSeenAt: NOW }])
      await tested.catalog.forgetOrphans({ seenBefore: NOW + 10 })
      expect(await unknown()).toEqual([{ blobId: orphan.blobId, firstSeenAt: null }])
    })

    it('are listed in the order of their ids, without dead and quarantined ones', async () => {
      const given = ['a', 'b', 'c', 'c'].map((publicId) => upload(publicId))
      for (const one of given) await tested.catalog.commitUpload(one)
      const [first = '', , , last] = given.map(({ blob }) => blob.blobId)
      await tested.catalog.quarantineBlob({ blobId: first, now: NOW })
      const live = given.filter((_, index) => index === 1 || index === 3).map(({ blob }) => blob)
      live.sort((one, other) => (one.blobId < other.blobId ? -1 : 1))
      const listed = await tested.catalog.listBlobsFrom({ from: '', maxResults: 10 })
      expect(listed).toEqual(live.map((blob) => ({ ...blob, cloud: CLOUD })))
      const behind = await tested.catalog.listBlobsFrom({ from: last ?? '', maxResults: 1 })
      expect(behind.map(({ blobId }) => blobId)).toEqual([last])
    })
  })

  it('deletes nonces after one day, and keeps newer ones', async () => {
    const nonces = [id(), id()] as const
    await tested.catalog.commitUpload(upload('a', { nonce: { nonce: nonces[0], bagDigest: 'a' } }))
    const later = NOW + 1000
    await tested.catalog.commitUpload(
      upload('b', { nonce: { nonce: nonces[1], bagDigest: 'b' }, now: later }),
    )
    await tested.catalog.pruneRows({ now: NOW + 24 * 3_600_000 })
    const read = (nonce: string) => tested.catalog.readUpload({ cloud: CLOUD, nonce, now: NOW })
    expect(await read(nonces[0])).toBeNull()
    expect(await read(nonces[1])).not.toBeNull()
  })

  it('deletes finished events after one day, and dead letters after 30 days', async () => {
    const day = 24 * 3_600_000
    const [done, dead, pending] = [1, 2, 3].map(() => id())
    for (const eventId of [done, dead, pending]) {
      const event = { eventId: eventId ?? '', topic: 'completion' as const, payload: {} }
      await tested.catalog.commitUpload(upload(event.eventId, { events: [event] }))
    }
    for (const { claim: held } of await claim(['completion'])) {
      if (held.eventId === done) await tested.catalog.finishEvent({ claim: held, now: NOW })
      const end = { claim: held, now: NOW, dueAt: null, failure: 'gone' }
      if (held.eventId === dead) await tested.catalog.postponeEvent(end)
    }
    const kept = async (state: 'done' | 'dead' | 'pending') =>
      (await tested.catalog.listEvents({ state, maxResults: 10 })).map(({ eventId }) => eventId)
    await tested.catalog.pruneRows({ now: NOW + day - 1 })
    expect([await kept('done'), await kept('dead')]).toEqual([[done], [dead]])
    await tested.catalog.pruneRows({ now: NOW + 30 * day - 1 })
    expect([await kept('done'), await kept('dead')]).toEqual([[], [dead]])
    await tested.catalog.pruneRows({ now: NOW + 31 * day })
    expect([await kept('dead'), await kept('pending')]).toEqual([[], [pending]])
  })

  it('keeps the bytes of a version with a backup, and of the version before it', async () => {
    const put = async (isKept: boolean) => {
      const committed = await tested.catalog.commitUpload(upload('cat', { isKept }))
      if (!('asset' in committed)) throw new Error(committed.outcome)
      return committed.asset
    }
    const read = ({ assetId, versionId }: Asset) =>
      tested.catalog.readVersion({ cloud: CLOUD, assetId, versionId })
    const versions = [await put(false), await put(true), await put(false), await put(false)]
    const [first, second, third, fourth] = await Promise.all(versions.map(read))
    expect(first).toMatchObject({ publicId: 'cat', format: 'jpg', resourceType: 'image' })
    expect(second?.blobId).toBe(versions[1]?.blobId)
    expect(third).toBeNull()
    expect(fourth).not.toBeNull()
    await tested.catalog.destroyAsset({ ...nameOf('cat'), now: NOW })
    const left = await Promise.all(versions.map(read))
    expect(left.map((version) => version !== null)).toEqual([true, true, false, false])
    const [kept] = versions
    if (kept) {
      const { assetId, versionId } = kept
      expect(await tested.catalog.readVersion({ cloud: 'other', assetId, versionId })).toBeNull()
    }
  })

  it('deletes a released version, but never the newest one', async () => {
    const put = async () => {
      const committed = await tested.catalog.commitUpload(upload('cat', { isKept: true }))
      if (!('asset' in committed)) throw new Error(committed.outcome)
      return committed.asset
    }
    const [first, second, newest] = [await put(), await put(), await put()]
    const { assetId } = newest
    const isThere = async ({ versionId }: Asset) =>
      (await tested.catalog.readVersion({ cloud: CLOUD, assetId, versionId })) !== null
    const versionIds = [first.versionId, newest.versionId, id()]
    const release = (cloud: string) =>
      tested.catalog.releaseVersions({ cloud, assetId, versionIds, now: NOW })
    expect(await release('other')).toEqual([])
    expect([...(await release(CLOUD))].sort()).toEqual(versionIds.slice(0, 2).sort())
    expect(await release(CLOUD)).toEqual([])
    expect(await Promise.all([first, second, newest].map(isThere))).toEqual([false, true, true])
    await tested.catalog.destroyAsset({ ...nameOf('cat'), now: NOW })
    expect(await Promise.all([first, second, newest].map(isThere))).toEqual([false, true, false])
    const dead = await tested.catalog.listDeadBlobs({
      retiredBefore: NOW + 1,
      after: '',
      maxResults: 9,
    })
    expect(dead.map(({ blobId }) => blobId).sort()).toEqual([first.blobId, newest.blobId].sort())
  })
}
