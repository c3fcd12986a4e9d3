/** Catalog contract: uploads. @module */

import { expect, it } from 'vitest'
import type { NewUpload } from '../../../src/catalog/new-upload.js'
import { CLOUD, id, NOW, nameOf, type OpenCatalog, upload, useCatalog } from './fixtures.js'

/** Tests uploads of a catalog. */
export function uploadsContract(open: OpenCatalog): void {
  const tested = useCatalog(open)

  it('reads a committed upload with all its values', async () => {
    const given = upload('cat')
    const committed = await tested.catalog.commitUpload(given)
    expect(committed.outcome).toBe('created')
    const asset = await tested.catalog.readAsset(nameOf('cat'))
    expect(asset).toMatchObject({
      ...given.asset,
      assetId: given.ids.assetId,
      version: NOW / 1000,
      bytes: 100,
    })
    expect(
      await tested.catalog.readAssetById({ cloud: CLOUD, assetId: given.ids.assetId }),
    ).toEqual(asset)
  })

  it('does not find assets of another cloud', async () => {
    await tested.catalog.commitUpload(upload('cat'))
    expect(await tested.catalog.readAsset({ ...nameOf('cat'), cloud: 'other' })).toBeNull()
    expect(
      (await tested.catalog.listAssets({ cloud: 'other', resourceType: 'image', maxResults: 10 }))
        .assets,
    ).toEqual([])
  })

  it('returns the existing asset if overwriting is not allowed', async () => {
    const one = await tested.catalog.commitUpload(upload('cat'))
    const two = await tested.catalog.commitUpload(upload('cat', { overwrite: false }))
    expect(two).toMatchObject({ outcome: 'existing', asset: 'asset' in one ? one.asset : {} })
  })

  it('stores one asset for simultaneous commits with one nonce', async () => {
    const nonce = { nonce: id(), bagDigest: 'digest' }
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        tested.catalog.commitUpload(upload(`cat-${index}`, { nonce })),
      ),
    )
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(7)
    const page = await tested.catalog.listAssets({
      cloud: CLOUD,
      resourceType: 'image',
      maxResults: 100,
    })
    expect(page.assets).toHaveLength(1)
  })

  it('returns the outcome and the signer of an upload for a repeated nonce', async () => {
    const signer = { keyId: '123', algorithm: 'sha256' } as const
    const at = async (publicId: string, changes: Partial<NewUpload>) => {
      const nonce = { nonce: id(), bagDigest: 'digest', signer }
      const given = upload(publicId, { ...changes, nonce })
      const { outcome } = await tested.catalog.commitUpload(given)
      const again = await tested.catalog.commitUpload({
        ...given,
        blob: { ...given.blob, blobId: id() },
      })
      const read = await tested.catalog.readUpload({ cloud: CLOUD, nonce: nonce.nonce, now: NOW })
      expect(again).toMatchObject({ outcome: 'replayed', first: outcome, asset: read?.asset })
      expect(read).toMatchObject({ outcome, signer, bagDigest: 'digest' })
      return outcome
    }
    expect(await at('cat', {})).toBe('created')
    expect(await at('cat', {})).toBe('overwritten')
    expect(await at('cat', { overwrite: false })).toBe('existing')
  })

  it('refuses other parameters with a used nonce until a day has passed', async () => {
    const nonce = id()
    await tested.catalog.commitUpload(upload('one', { nonce: { nonce, bagDigest: 'a' } }))
    const other = { nonce: { nonce, bagDigest: 'b' } }
    expect((await tested.catalog.commitUpload(upload('two', other))).outcome).toBe('nonce-conflict')
    const later = { ...other, now: NOW + 24 * 3_600_000 + 1 }
    expect((await tested.catalog.commitUpload(upload('two', later))).outcome).toBe('created')
  })

  it('destroys an asset once', async () => {
    await tested.catalog.commitUpload(upload('cat'))
    expect(await tested.catalog.destroyAsset({ ...nameOf('cat'), now: NOW })).toMatchObject({
      publicId: 'cat',
    })
    expect(await tested.catalog.destroyAsset({ ...nameOf('cat'), now: NOW })).toBeNull()
    expect(await tested.catalog.readAsset(nameOf('cat'))).toBeNull()
  })

  it('redeems a delete token once, before it expires, for its own version', async () => {
    const token = (hash: string) => ({ deleteToken: { hash, expiresAt: NOW + 1000 } })
    const redeem = async (hash: string, now = NOW) =>
      (await tested.catalog.redeemDeleteToken({ cloud: CLOUD, hash, now })).outcome
    await tested.catalog.commitUpload(upload('one', token('first')))
    expect(await redeem('other')).toBe('unknown')
    expect(
      await tested.catalog.redeemDeleteToken({ cloud: 'other', hash: 'first', now: NOW }),
    ).toEqual({
      outcome: 'unknown',
    })
    expect(
      await tested.catalog.redeemDeleteToken({ cloud: CLOUD, hash: 'first', now: NOW + 1000 }),
    ).toEqual({ outcome: 'expired', issuedAt: NOW })
    expect(await redeem('first')).toBe('destroyed')
    expect(await redeem('first')).toBe('used')
    expect(await tested.catalog.readAsset(nameOf('one'))).toBeNull()
    await tested.catalog.commitUpload(upload('one', token('second')))
    await tested.catalog.commitUpload(upload('one', token('third')))
    expect(await redeem('second')).toBe('replaced')
    await tested.catalog.destroyAsset({ ...nameOf('one'), now: NOW })
    expect(await redeem('third')).toBe('missing')
  })

  it('destroys an asset by its asset id, in its own cloud only', async () => {
    const given = upload('one')
    await tested.catalog.commitUpload(given)
    const { assetId } = given.ids
    expect(await tested.catalog.destroyAsset({ cloud: 'other', assetId, now: NOW })).toBeNull()
    expect(await tested.catalog.destroyAsset({ cloud: CLOUD, assetId, now: NOW })).toMatchObject({
      publicId: 'one',
    })
  })

  it('commits many simultaneous uploads', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        tested.catalog.commitUpload(upload(`many-${index}`)),
      ),
    )
    expect(outcomes.every(({ outcome }) => outcome === 'created')).toBe(true)
  })

  it('stores the other uploads if one of several simultaneous commits fails', async () => {
    const twice = { ids: { assetId: id(), versionId: id() } }
    const outcomes = await Promise.allSettled([
      tested.catalog.commitUpload(upload('one', twice)),
      tested.catalog.commitUpload(upload('two', twice)),
      tested.catalog.commitUpload(upload('three')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await tested.catalog.readAsset(nameOf('two'))).toBeNull()
  })

  it('finds an upload by its nonce, unless the query has another user tag', async () => {
    const [tagged, plain] = [id(), id()]
    const nonce = { bagDigest: 'a', userTag: 'aaaaaaaaaaaaaaaa' }
    await tested.catalog.commitUpload(upload('a', { nonce: { ...nonce, nonce: tagged } }))
    await tested.catalog.commitUpload(upload('b', { nonce: { nonce: plain, bagDigest: 'b' } }))
    const found = async (userTag: string | undefined) => {
      const queries = [tagged, plain].map((each) => ({
        cloud: CLOUD,
        nonce: each,
        userTag,
        now: NOW,
      }))
      const reads = queries.flatMap((query) => [
        tested.catalog.readUpload(query),
        tested.catalog.readCompletion(query),
      ])
      return (await Promise.all(reads)).map((read) => read !== null)
    }
    expect(await found(undefined)).toEqual([true, true, true, true])
    expect(await found('aaaaaaaaaaaaaaaa')).toEqual([true, true, false, false])
    expect(await found('bbbbbbbbbbbbbbbb')).toEqual([false, false, false, false])
  })
}
