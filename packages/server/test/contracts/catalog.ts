/** Test suite for every catalog driver. @module */

import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Asset, AssetQuery } from '../../src/catalog/asset.js'
import type { AssetEdit } from '../../src/catalog/asset-edits.js'
import type { Catalog } from '../../src/catalog/catalog.js'
import type { ChunkPart, NewSession } from '../../src/catalog/chunk-session.js'
import type { MetadataEdit, MetadataField } from '../../src/catalog/metadata-fields.js'
import type { DerivedAsset, NewUpload } from '../../src/catalog/new-upload.js'
import type { EventTopic, NewEvent } from '../../src/catalog/outbox-event.js'

const CLOUD = 'contract'
const NOW = 1_790_000_000_000

function id(): string {
  return randomBytes(16).toString('hex')
}

function upload(publicId: string, changes: Partial<NewUpload> = {}): NewUpload {
  return {
    asset: {
      cloud: CLOUD,
      resourceType: 'image',
      deliveryType: 'upload',
      publicId,
      format: 'jpg',
      widthPx: 40,
      heightPx: 30,
      tags: ['a', 'b'],
      context: { alt: 'a cat' },
      extra: {},
      assetFolder: '',
      displayName: publicId,
      originalFilename: 'cat',
    },
    blob: { blobId: id(), bytes: 100, md5: 'd41d8cd98f00b204e9800998ecf8427e' },
    ids: { assetId: id(), versionId: id() },
    overwrite: true,
    now: NOW,
    ...changes,
  }
}

/** Runs the suite on a driver. `open` creates an empty catalog. */
export function runCatalogContract(
  name: string,
  open: () => Promise<{ catalog: Catalog; destroy(): Promise<void> }>,
): void {
  describe(`catalog contract: ${name}`, () => {
    let catalog: Catalog
    let destroy: () => Promise<void>
    beforeEach(async () => {
      ;({ catalog, destroy } = await open())
    })
    afterEach(() => destroy())

    const nameOf = (publicId: string) => ({
      cloud: CLOUD,
      resourceType: 'image' as const,
      deliveryType: 'upload' as const,
      publicId,
    })

    /** Claims all due events of these topics. */
    const claim = (topics: readonly EventTopic[], now = NOW) =>
      catalog.claimEvents({
        topics,
        now,
        leaseUntil: now + 1000,
        claimedBy: 'contract',
        claimId: id(),
        maxResults: 100,
      })
    /** Returns the due events of these topics, and leaves them due. */
    const due = async (topics: readonly EventTopic[], now = NOW) => {
      const events = await claim(topics, now)
      await catalog.releaseClaims({ claims: events.map((event) => event.claim), now })
      return events
    }
    /** Claims an event by its id. */
    const claimOf = async (event: NewEvent, now = NOW) => {
      const found = (await claim([event.topic], now)).find(
        ({ eventId }) => eventId === event.eventId,
      )
      if (!found) throw new Error('the event is not due')
      return found.claim
    }

    it('reads a committed upload with all its values', async () => {
      const given = upload('cat')
      const committed = await catalog.commitUpload(given)
      expect(committed.outcome).toBe('created')
      const asset = await catalog.readAsset(nameOf('cat'))
      expect(asset).toMatchObject({
        ...given.asset,
        assetId: given.ids.assetId,
        version: NOW / 1000,
        bytes: 100,
      })
      expect(await catalog.readAssetById({ cloud: CLOUD, assetId: given.ids.assetId })).toEqual(
        asset,
      )
    })

    it('does not find assets of another cloud', async () => {
      await catalog.commitUpload(upload('cat'))
      expect(await catalog.readAsset({ ...nameOf('cat'), cloud: 'other' })).toBeNull()
      expect(
        (await catalog.listAssets({ cloud: 'other', resourceType: 'image', maxResults: 10 }))
          .assets,
      ).toEqual([])
    })

    it('keeps the asset id and raises the version of an asset that is overwritten in the same second', async () => {
      const one = await catalog.commitUpload(upload('cat'))
      const two = await catalog.commitUpload(upload('cat'))
      if (!('asset' in one) || !('asset' in two)) throw new Error('both are stored')
      expect(two.outcome).toBe('overwritten')
      expect(two.asset.assetId).toBe(one.asset.assetId)
      expect(two.asset.version).toBe(one.asset.version + 1)
      expect(two.asset.blobId).not.toBe(one.asset.blobId)
    })

    it('returns the existing asset if overwriting is not allowed', async () => {
      const one = await catalog.commitUpload(upload('cat'))
      const two = await catalog.commitUpload(upload('cat', { overwrite: false }))
      expect(two).toMatchObject({ outcome: 'existing', asset: 'asset' in one ? one.asset : {} })
    })

    it('stores one asset for simultaneous commits with one nonce', async () => {
      const nonce = { nonce: id(), bagDigest: 'digest' }
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          catalog.commitUpload(upload(`cat-${index}`, { nonce })),
        ),
      )
      expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
      expect(outcomes.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(7)
      const page = await catalog.listAssets({
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
        const { outcome } = await catalog.commitUpload(given)
        const again = await catalog.commitUpload({
          ...given,
          blob: { ...given.blob, blobId: id() },
        })
        const read = await catalog.readUpload({ cloud: CLOUD, nonce: nonce.nonce, now: NOW })
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
      await catalog.commitUpload(upload('one', { nonce: { nonce, bagDigest: 'a' } }))
      const other = { nonce: { nonce, bagDigest: 'b' } }
      expect((await catalog.commitUpload(upload('two', other))).outcome).toBe('nonce-conflict')
      const later = { ...other, now: NOW + 24 * 3_600_000 + 1 }
      expect((await catalog.commitUpload(upload('two', later))).outcome).toBe('created')
    })

    it('lists newest first, in pages without gaps and duplicates', async () => {
      for (let index = 0; index < 7; index++) {
        await catalog.commitUpload(upload(`p${index}`, { now: NOW + Math.floor(index / 2) * 1000 }))
      }
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await catalog.listAssets({
          cloud: CLOUD,
          resourceType: 'image',
          maxResults: 3,
          ...(cursor ? { cursor } : {}),
        })
        seen.push(...page.assets.map(({ publicId }) => publicId))
        cursor = page.nextCursor
      } while (cursor)
      expect(seen).toHaveLength(7)
      expect(new Set(seen).size).toBe(7)
      expect(seen[0]).toBe('p6')
    })

    it('lists by prefix in the order of the public ids, without wildcards', async () => {
      for (const publicId of ['a_b/2', 'a_b/1', 'aXb/3', 'a%b/4'])
        await catalog.commitUpload(upload(publicId))
      const page = await catalog.listAssets({
        cloud: CLOUD,
        resourceType: 'image',
        deliveryType: 'upload',
        prefix: 'a_b/',
        maxResults: 10,
      })
      expect(page.assets.map(({ publicId }) => publicId)).toEqual(['a_b/1', 'a_b/2'])
    })

    describe('lists', () => {
      const every = async (query: Partial<AssetQuery>): Promise<readonly string[]> => {
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await catalog.listAssets({
            cloud: CLOUD,
            resourceType: 'image',
            maxResults: 2,
            ...query,
            ...(cursor ? { cursor } : {}),
          })
          seen.push(...page.assets.map(({ publicId }) => publicId))
          cursor = page.nextCursor
        } while (cursor)
        return seen
      }
      const commit = async (publicId: string, changes: Partial<NewUpload['asset']>, now = NOW) => {
        const given = upload(publicId, { now })
        await catalog.commitUpload({ ...given, asset: { ...given.asset, ...changes } })
      }

      it('merge the delivery types in one order', async () => {
        await commit('first', { deliveryType: 'private' }, NOW)
        await commit('second', { deliveryType: 'upload' }, NOW + 1)
        await commit('third', { deliveryType: 'authenticated' }, NOW + 2)
        await commit('fourth', { deliveryType: 'upload' }, NOW + 3)
        await commit('fifth', { deliveryType: 'private' }, NOW + 4)
        const newestFirst = ['fifth', 'fourth', 'third', 'second', 'first']
        expect(await every({})).toEqual(newestFirst)
        expect(await every({ direction: 'asc' })).toEqual(newestFirst.toReversed())
        expect(await every({ deliveryType: 'private' })).toEqual(['fifth', 'first'])
        expect(await every({ prefix: 'f' })).toEqual(['fifth', 'first', 'fourth'])
      })

      it('show the assets of a tag in pages, newest first', async () => {
        await commit('one', { tags: ['x'] }, NOW)
        await commit('other', { tags: ['y'] }, NOW + 1)
        await commit('two', { tags: ['x'], deliveryType: 'private' }, NOW + 2)
        await commit('three', { tags: ['x', 'y'] }, NOW + 3)
        // An overwritten asset keeps its place.
        await commit('one', { tags: ['y', 'x'] }, NOW + 4)
        expect(await every({ tag: 'x' })).toEqual(['three', 'two', 'one'])
        expect(await every({ tag: 'x', direction: 'asc' })).toEqual(['one', 'two', 'three'])
        expect(await every({ tag: 'x', deliveryType: 'upload' })).toEqual(['three', 'one'])
        expect(await every({ tag: 'y' })).toEqual(['three', 'other', 'one'])
        expect(await every({ tag: 'x', prefix: 't' })).toEqual(['three', 'two'])
      })

      it('find a prefix that ends with the last code points', async () => {
        const ids = ['a\ud7ff1', 'a\ue000', 'a\u{10ffff}2', 'b']
        for (const publicId of ids) await commit(publicId, {})
        expect(await every({ prefix: 'a\ud7ff' })).toEqual(['a\ud7ff1'])
        expect(await every({ prefix: 'a\u{10ffff}' })).toEqual(['a\u{10ffff}2'])
        expect(await every({ prefix: 'a' })).toEqual(ids.slice(0, 3))
      })

      it('name each tag once, by prefix and in pages', async () => {
        for (const [index, tags] of [
          ['sea', 'sun'],
          ['sun', 'sand'],
          ['%', 'dog'],
        ].entries())
          await commit(`asset${index}`, { tags })
        const query = { cloud: CLOUD, resourceType: 'image', maxResults: 2 }
        const page = await catalog.listTags({ ...query, prefix: 's' })
        expect(page.tags).toEqual(['sand', 'sea'])
        const { nextCursor = '' } = page
        expect(await catalog.listTags({ ...query, prefix: 's', cursor: nextCursor })).toEqual({
          tags: ['sun'],
        })
        expect(await catalog.listTags({ ...query, prefix: '%' })).toEqual({ tags: ['%'] })
        expect(await catalog.listTags({ ...query, prefix: 'zebra' })).toEqual({ tags: [] })
        expect(await catalog.listTags({ ...query, resourceType: 'video' })).toEqual({ tags: [] })
        expect((await catalog.listTags({ ...query, maxResults: 9 })).tags).toEqual([
          '%',
          'dog',
          'sand',
          'sea',
          'sun',
        ])
      })
    })

    it('destroys an asset once', async () => {
      await catalog.commitUpload(upload('cat'))
      expect(await catalog.destroyAsset({ ...nameOf('cat'), now: NOW })).toMatchObject({
        publicId: 'cat',
      })
      expect(await catalog.destroyAsset({ ...nameOf('cat'), now: NOW })).toBeNull()
      expect(await catalog.readAsset(nameOf('cat'))).toBeNull()
    })

    describe('edits', () => {
      const edit = (publicIds: readonly string[], changes: AssetEdit) =>
        catalog.editAssets({ ...nameOf(''), publicIds, edit: changes, now: NOW + 1000 })
      const tagged = async (tag: string) =>
        (
          await catalog.listAssets({ cloud: CLOUD, resourceType: 'image', tag, maxResults: 10 })
        ).assets.map(({ publicId }) => publicId)

      it('change each existing asset once, in the requested order', async () => {
        await catalog.commitUpload(upload('one'))
        await catalog.commitUpload(upload('two'))
        const edited = await edit(['two', 'none', 'one', 'two'], {
          tags: { command: 'add', tags: ['b', 'c'] },
          context: { command: 'add', context: { caption: 'new' } },
          extra: { customCoordinates: '1,2,3,4' },
        })
        if (edited.outcome !== 'edited') throw new Error('it fits')
        expect(edited.assets.map(({ publicId }) => publicId)).toEqual(['two', 'one'])
        const asset = await catalog.readAsset(nameOf('one'))
        expect(asset).toMatchObject({
          tags: ['a', 'b', 'c'],
          context: { alt: 'a cat', caption: 'new' },
          extra: { customCoordinates: '1,2,3,4' },
          displayName: 'one',
          updatedAt: NOW + 1000,
        })
        await edit(['one'], { extra: { customCoordinates: null } })
        expect((await catalog.readAsset(nameOf('one')))?.extra).toEqual({})
      })

      it('update the assets of a tag after every kind of change', async () => {
        for (const publicId of ['one', 'two', 'three']) await catalog.commitUpload(upload(publicId))
        await edit(['one', 'two'], { tags: { command: 'replace', tags: ['x'] } })
        await edit(['three'], { tags: { command: 'set-exclusive', tags: ['x'] } })
        expect(await tagged('x')).toEqual(['three'])
        await edit(['three'], { tags: { command: 'remove', tags: ['a'] } })
        expect(await tagged('a')).toEqual([])
        await catalog.commitUpload(upload('one'))
        expect(await tagged('a')).toEqual(['one'])
        await catalog.renameAsset({
          ...nameOf('three'),
          to: nameOf('one'),
          overwrite: true,
          now: NOW,
        })
        expect(await tagged('a')).toEqual([])
        const query = { cloud: CLOUD, resourceType: 'image', maxResults: 1 }
        const page = await catalog.listTags(query)
        expect(page).toEqual({ tags: ['b'], nextCursor: expect.any(String) })
        const next = await catalog.listTags({ ...query, cursor: page.nextCursor ?? '' })
        expect(next).toEqual({ tags: ['x'] })
        await catalog.destroyAsset({ ...nameOf('one'), now: NOW })
        expect(await catalog.listTags(query)).toEqual({ tags: [] })
      })

      it('change no asset if one asset would exceed a limit', async () => {
        await catalog.commitUpload(upload('one'))
        await catalog.commitUpload(upload('two'))
        const context = { text: 'x'.repeat(8190) }
        expect(await edit(['one'], { context: { command: 'replace', context } })).toMatchObject({
          outcome: 'too-large',
          publicId: 'one',
          member: 'context',
        })
        const many = Array.from({ length: 999 }, (_, index) => `t${index}`)
        const outcome = await edit(['two', 'one'], { tags: { command: 'add', tags: many } })
        expect(outcome).toMatchObject({ outcome: 'too-large', publicId: 'two', member: 'tags' })
        expect((await catalog.readAsset(nameOf('two')))?.tags).toEqual(['a', 'b'])
      })
    })

    describe('metadata', () => {
      const field = (externalId: string, label = externalId): MetadataField => ({
        cloud: CLOUD,
        externalId,
        label,
        type: 'string',
        isMandatory: false,
        defaultValue: null,
        validation: null,
        datasource: [],
        isReadonlyInUi: false,
        isDisabledByDefault: false,
      })
      const write = (written: MetadataField, revision: number | null = null) =>
        catalog.writeMetadataField({ field: written, revision, now: NOW })
      const metadataOf = async (publicId: string) =>
        (await catalog.readAsset(nameOf(publicId)))?.extra.metadata

      it('fields are replaced only at the revision that was read, with unique ids and labels', async () => {
        expect(await write(field('a', 'A'))).toBe('written')
        expect(await write(field('a', 'Other'))).toBe('id-taken')
        expect(await write(field('b', 'A'))).toBe('label-taken')
        const query = { cloud: CLOUD, externalId: 'a' }
        const stored = await catalog.readMetadataField(query)
        expect(stored).toEqual({ field: field('a', 'A'), revision: 1 })
        expect(await write(field('a', 'New'), 1)).toBe('written')
        expect(await write(field('a', 'Late'), 1)).toBe('stale')
        expect(await catalog.listMetadataFields({ cloud: CLOUD })).toEqual([field('a', 'New')])
        expect(await catalog.listMetadataFields({ cloud: 'other' })).toEqual([])
        expect(await catalog.destroyMetadataField({ ...query, now: NOW })).toBe(true)
        expect(await catalog.destroyMetadataField({ ...query, now: NOW })).toBe(false)
        expect(await catalog.readMetadataField(query)).toBeNull()
        expect(await write(field('a', 'Again'))).toBe('id-taken')
        expect(await write(field('a', 'Again'), 2)).toBe('stale')
      })

      it('fields keep their order until they are sorted again', async () => {
        const labels = { b: 'one', c: 'Two', a: 'three' }
        for (const [index, [id, label]] of Object.entries(labels).entries()) {
          const now = NOW + index
          await catalog.writeMetadataField({ field: field(id, label), revision: null, now })
        }
        const list = async (cloud = CLOUD) => {
          const fields = await catalog.listMetadataFields({ cloud })
          return fields.map(({ externalId }) => externalId).join('')
        }
        expect(await list()).toBe('bca')
        for (const [orderBy, direction, expected] of [
          ['label', 'asc', 'bac'],
          ['label', 'desc', 'cab'],
          ['externalId', 'asc', 'abc'],
          ['createdAt', 'desc', 'acb'],
        ] as const) {
          const query = { cloud: CLOUD, orderBy, direction, now: NOW }
          const ordered = await catalog.orderMetadataFields(query)
          expect(ordered.map(({ externalId }) => externalId).join('')).toBe(expected)
          expect(await list()).toBe(expected)
        }
        const stored = await catalog.readMetadataField({ cloud: CLOUD, externalId: 'a' })
        expect(stored).toEqual({ field: { ...field('a', 'three'), position: 0 }, revision: 5 })
        // A client that read the field before it moved must not restore its old position.
        expect(await write(field('a', 'four'), 1)).toBe('stale')
        await write(field('d'))
        expect(await list()).toBe('acbd')
      })

      it('of a cloud has at most 200 fields', async () => {
        const fields = Array.from({ length: 200 }, (_, index) => write(field(`f${index}`)))
        expect(new Set(await Promise.all(fields))).toEqual(new Set(['written']))
        expect(await write(field('one more'))).toBe('too-many')
      })

      it('starts with defaults, survives an overwrite, and is edited and removed by field', async () => {
        const defaults = { stock: 1 }
        const put = (publicId: string, values: MetadataEdit) =>
          catalog.commitUpload(upload(publicId, { metadata: { values, defaults } }))
        for (const publicId of ['one', 'two', 'three']) await put(publicId, { sku: 'x' })
        expect(await metadataOf('one')).toEqual({ stock: 1, sku: 'x' })
        await put('one', { stock: 2, sku: null })
        await put('one', {})
        expect(await metadataOf('one')).toEqual({ stock: 2 })
        await catalog.editAssets({
          ...nameOf('two'),
          publicIds: ['two'],
          edit: { metadata: { stock: null, sku: ['a'] }, extra: { faceCoordinates: '1,2,3,4' } },
          now: NOW,
        })
        expect((await catalog.readAsset(nameOf('two')))?.extra).toEqual({
          metadata: { sku: ['a'] },
          faceCoordinates: '1,2,3,4',
        })
        let after: string | null = ''
        let pages = 0
        while (after !== null) {
          const query = { cloud: CLOUD, externalId: 'sku', after, maxResults: 2 }
          const page: { after: string | null } = await catalog.stripMetadata(query)
          after = page.after
          pages += 1
        }
        expect(pages).toBe(2)
        expect(await metadataOf('two')).toBeUndefined()
        expect(await metadataOf('three')).toEqual({ stock: 1 })
      })
    })

    it('redeems a delete token once, before it expires, for its own version', async () => {
      const token = (hash: string) => ({ deleteToken: { hash, expiresAt: NOW + 1000 } })
      const redeem = async (hash: string, now = NOW) =>
        (await catalog.redeemDeleteToken({ cloud: CLOUD, hash, now })).outcome
      await catalog.commitUpload(upload('one', token('first')))
      expect(await redeem('other')).toBe('unknown')
      expect(await catalog.redeemDeleteToken({ cloud: 'other', hash: 'first', now: NOW })).toEqual({
        outcome: 'unknown',
      })
      expect(
        await catalog.redeemDeleteToken({ cloud: CLOUD, hash: 'first', now: NOW + 1000 }),
      ).toEqual({ outcome: 'expired', issuedAt: NOW })
      expect(await redeem('first')).toBe('destroyed')
      expect(await redeem('first')).toBe('used')
      expect(await catalog.readAsset(nameOf('one'))).toBeNull()
      await catalog.commitUpload(upload('one', token('second')))
      await catalog.commitUpload(upload('one', token('third')))
      expect(await redeem('second')).toBe('replaced')
      await catalog.destroyAsset({ ...nameOf('one'), now: NOW })
      expect(await redeem('third')).toBe('missing')
    })

    it('destroys an asset by its asset id, in its own cloud only', async () => {
      const given = upload('one')
      await catalog.commitUpload(given)
      const { assetId } = given.ids
      expect(await catalog.destroyAsset({ cloud: 'other', assetId, now: NOW })).toBeNull()
      expect(await catalog.destroyAsset({ cloud: CLOUD, assetId, now: NOW })).toMatchObject({
        publicId: 'one',
      })
    })

    it('commits many simultaneous uploads', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, index) => catalog.commitUpload(upload(`many-${index}`))),
      )
      expect(outcomes.every(({ outcome }) => outcome === 'created')).toBe(true)
    })

    it('stores the other uploads if one of several simultaneous commits fails', async () => {
      const twice = { ids: { assetId: id(), versionId: id() } }
      const outcomes = await Promise.allSettled([
        catalog.commitUpload(upload('one', twice)),
        catalog.commitUpload(upload('two', twice)),
        catalog.commitUpload(upload('three')),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(await catalog.readAsset(nameOf('two'))).toBeNull()
    })

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
        const live = await catalog.openSession(wanted)
        if (live.outcome !== 'opened') throw new Error('there is room for a session')
        return live.session
      }
      const expiresAt = NOW + 1000
      const part = (firstByte: number, lastByte: number, md5 = 'm'): ChunkPart => ({
        firstByte,
        lastByte,
        md5,
        stagingId: id(),
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
          (await catalog.addPart({ cloud: CLOUD, sessionId, part: added, totalBytes, expiresAt }))
            .outcome
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
        expect((await catalog.readSession(query))?.sessionId).toBe(newer.sessionId)
        expect(await catalog.readSession({ ...query, cloud: 'other' })).toBeNull()
        expect(await catalog.readSession({ ...query, now: NOW + 1000 })).toBeNull()
      })

      it('are limited per cloud and per address, without expired ones', async () => {
        const caps = { maxSessions: 3, maxSessionsPerAddress: 2 }
        const open = async (clientId: string, changes: Partial<NewSession> = {}) => {
          const wanted = { ...session(), ...caps, clientId, ...changes }
          const live = await catalog.openSession(wanted)
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
          const live = await catalog.openSession({ ...session(), ...caps, ...own, ...changes })
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
          catalog.addPart({
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
        expect(await catalog.readSession(query)).toMatchObject({ expiresAt: NOW + 9000 })
      })

      it('get a later expiry with a new part', async () => {
        const { sessionId } = await opened(session())
        const later = NOW + 9000
        await catalog.addPart({
          cloud: CLOUD,
          sessionId,
          part: part(0, 9),
          totalBytes: null,
          expiresAt: later,
        })
        const query = { cloud: CLOUD, clientId: 'abcd', owner: 'key' }
        expect(await catalog.readSession({ ...query, now: later - 1 })).toMatchObject({
          expiresAt: later,
        })
        expect(await catalog.readSession({ ...query, now: later })).toBeNull()
      })

      it('are replaced by a new session after they expire', async () => {
        const { sessionId } = await opened(session())
        await catalog.addPart({
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
        await catalog.addPart({
          cloud: CLOUD,
          sessionId,
          part: added,
          totalBytes: null,
          expiresAt,
        })
        expect(await catalog.listStagedParts()).toEqual([added.stagingId])
        expect(await catalog.listExpiredSessions({ now: NOW + 1000 })).toHaveLength(1)
        expect(await catalog.destroySession({ cloud: CLOUD, sessionId })).toEqual([added])
        expect(await catalog.listStagedParts()).toEqual([])
      })
    })

    describe('blobs', () => {
      const blobOf = ({ blob }: NewUpload) => ({ cloud: CLOUD, blobId: blob.blobId })
      const dead = (retiredBefore: number, after = '') =>
        catalog.listDeadBlobs({ retiredBefore, after, maxResults: 10 })

      it('are counted with the time of the newest one', async () => {
        expect(await catalog.tallyBlobs({})).toEqual({ count: 0, newestAt: null })
        await catalog.commitUpload(upload('one'))
        await catalog.commitUpload(upload('two', { now: NOW + 5 }))
        expect(await catalog.tallyBlobs({})).toEqual({ count: 2, newestAt: NOW + 5 })
      })

      it('are dead after an overwrite, a destroy or a rename to their name, until they are forgotten', async () => {
        const given = ['cat', 'cat', 'dog', 'hen', 'fox'].map((publicId) => upload(publicId))
        for (const one of given) await catalog.commitUpload(one)
        const [replaced, , destroyed, renamed, covered] = given.map(blobOf)
        await catalog.destroyAsset({ ...nameOf('dog'), now: NOW + 1 })
        await catalog.renameAsset({
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
        await catalog.forgetBlobs({ blobIds: all.map(({ blobId }) => blobId) })
        expect(await dead(NOW + 2)).toEqual([])
        expect((await catalog.tallyBlobs({})).count).toBe(2)
      })

      it('without a row are remembered with the time they were first seen, until they are no longer seen', async () => {
        const known = upload('cat')
        await catalog.commitUpload(known)
        const orphan = { cloud: CLOUD, blobId: id() }
        const blobIds = [known.blob.blobId, orphan.blobId]
        const unknown = () => catalog.listUnknownBlobs({ blobIds })
        expect(await unknown()).toEqual([{ blobId: orphan.blobId, firstSeenAt: null }])
        await catalog.sightOrphans({ orphans: [orphan], now: NOW })
        await catalog.sightOrphans({ orphans: [orphan], now: NOW + 9 })
        await catalog.forgetOrphans({ seenBefore: NOW + 9 })
        expect(await unknown()).toEqual([{ blobId: orphan.blobId, firstSeenAt: NOW }])
        await catalog.forgetOrphans({ seenBefore: NOW + 10 })
        expect(await unknown()).toEqual([{ blobId: orphan.blobId, firstSeenAt: null }])
      })

      it('are listed in the order of their ids, without dead and quarantined ones', async () => {
        const given = ['a', 'b', 'c', 'c'].map((publicId) => upload(publicId))
        for (const one of given) await catalog.commitUpload(one)
        const [first = '', , , last] = given.map(({ blob }) => blob.blobId)
        await catalog.quarantineBlob({ blobId: first, now: NOW })
        const live = given.filter((_, index) => index === 1 || index === 3).map(({ blob }) => blob)
        live.sort((one, other) => (one.blobId < other.blobId ? -1 : 1))
        const listed = await catalog.listBlobsFrom({ from: '', maxResults: 10 })
        expect(listed).toEqual(live.map((blob) => ({ ...blob, cloud: CLOUD })))
        const behind = await catalog.listBlobsFrom({ from: last ?? '', maxResults: 1 })
        expect(behind.map(({ blobId }) => blobId)).toEqual([last])
      })
    })

    it('finds an upload by its nonce, unless the query has another user tag', async () => {
      const [tagged, plain] = [id(), id()]
      const nonce = { bagDigest: 'a', userTag: 'aaaaaaaaaaaaaaaa' }
      await catalog.commitUpload(upload('a', { nonce: { ...nonce, nonce: tagged } }))
      await catalog.commitUpload(upload('b', { nonce: { nonce: plain, bagDigest: 'b' } }))
      const found = async (userTag: string | undefined) => {
        const queries = [tagged, plain].map((each) => ({
          cloud: CLOUD,
          nonce: each,
          userTag,
          now: NOW,
        }))
        const reads = queries.flatMap((query) => [
          catalog.readUpload(query),
          catalog.readCompletion(query),
        ])
        return (await Promise.all(reads)).map((read) => read !== null)
      }
      expect(await found(undefined)).toEqual([true, true, true, true])
      expect(await found('aaaaaaaaaaaaaaaa')).toEqual([true, true, false, false])
      expect(await found('bbbbbbbbbbbbbbbb')).toEqual([false, false, false, false])
    })

    it('deletes nonces after one day, and keeps newer ones', async () => {
      const nonces = [id(), id()] as const
      await catalog.commitUpload(upload('a', { nonce: { nonce: nonces[0], bagDigest: 'a' } }))
      const later = NOW + 1000
      await catalog.commitUpload(
        upload('b', { nonce: { nonce: nonces[1], bagDigest: 'b' }, now: later }),
      )
      await catalog.pruneRows({ now: NOW + 24 * 3_600_000 })
      const read = (nonce: string) => catalog.readUpload({ cloud: CLOUD, nonce, now: NOW })
      expect(await read(nonces[0])).toBeNull()
      expect(await read(nonces[1])).not.toBeNull()
    })

    it('deletes finished events after one day, and dead letters after 30 days', async () => {
      const day = 24 * 3_600_000
      const [done, dead, pending] = [1, 2, 3].map(() => id())
      for (const eventId of [done, dead, pending]) {
        const event = { eventId: eventId ?? '', topic: 'completion' as const, payload: {} }
        await catalog.commitUpload(upload(event.eventId, { events: [event] }))
      }
      for (const { claim: held } of await claim(['completion'])) {
        if (held.eventId === done) await catalog.finishEvent({ claim: held, now: NOW })
        const end = { claim: held, now: NOW, dueAt: null, failure: 'gone' }
        if (held.eventId === dead) await catalog.postponeEvent(end)
      }
      const kept = async (state: 'done' | 'dead' | 'pending') =>
        (await catalog.listEvents({ state, maxResults: 10 })).map(({ eventId }) => eventId)
      await catalog.pruneRows({ now: NOW + day - 1 })
      expect([await kept('done'), await kept('dead')]).toEqual([[done], [dead]])
      await catalog.pruneRows({ now: NOW + 30 * day - 1 })
      expect([await kept('done'), await kept('dead')]).toEqual([[], [dead]])
      await catalog.pruneRows({ now: NOW + 31 * day })
      expect([await kept('dead'), await kept('pending')]).toEqual([[], [pending]])
    })

    it('stores presets with their limits, also under a name such as constructor', async () => {
      const preset = {
        cloud: CLOUD,
        name: 'constructor',
        isUnsigned: true,
        disallowPublicId: false,
        settings: { tags: ['x'] },
        limits: { maxBytes: 5 },
      }
      expect(await catalog.readPreset({ cloud: CLOUD, name: 'constructor' })).toBeNull()
      expect(await catalog.writePreset({ ...preset, replace: false, now: NOW })).toBe(true)
      expect(await catalog.writePreset({ ...preset, replace: false, now: NOW })).toBe(false)
      expect(await catalog.readPreset({ cloud: CLOUD, name: 'constructor' })).toEqual(preset)
      expect(await catalog.destroyPreset({ cloud: CLOUD, name: 'constructor' })).toBe(true)
      expect(await catalog.destroyPreset({ cloud: CLOUD, name: 'constructor' })).toBe(false)
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
      await catalog.createKey(key)
      await expect(catalog.createKey({ ...key, secret: 't' })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      })
      await expect(catalog.createKey({ ...key, id: '2' })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      })
      expect(await catalog.listKeys()).toHaveLength(1)
    })

    describe('allowances', () => {
      const take = (
        changes: { name?: string; cloud?: string; now?: number; limit?: number } = {},
      ) =>
        catalog.takeAllowance({
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

    it('keeps the bytes of a version with a backup, and of the version before it', async () => {
      const put = async (isKept: boolean) => {
        const committed = await catalog.commitUpload(upload('cat', { isKept }))
        if (!('asset' in committed)) throw new Error(committed.outcome)
        return committed.asset
      }
      const read = ({ assetId, versionId }: Asset) =>
        catalog.readVersion({ cloud: CLOUD, assetId, versionId })
      const versions = [await put(false), await put(true), await put(false), await put(false)]
      const [first, second, third, fourth] = await Promise.all(versions.map(read))
      expect(first).toMatchObject({ publicId: 'cat', format: 'jpg', resourceType: 'image' })
      expect(second?.blobId).toBe(versions[1]?.blobId)
      expect(third).toBeNull()
      expect(fourth).not.toBeNull()
      await catalog.destroyAsset({ ...nameOf('cat'), now: NOW })
      const left = await Promise.all(versions.map(read))
      expect(left.map((version) => version !== null)).toEqual([true, true, false, false])
      const [kept] = versions
      if (kept) {
        const { assetId, versionId } = kept
        expect(await catalog.readVersion({ cloud: 'other', assetId, versionId })).toBeNull()
      }
    })

    it('deletes a released version, but never the newest one', async () => {
      const put = async () => {
        const committed = await catalog.commitUpload(upload('cat', { isKept: true }))
        if (!('asset' in committed)) throw new Error(committed.outcome)
        return committed.asset
      }
      const [first, second, newest] = [await put(), await put(), await put()]
      const { assetId } = newest
      const isThere = async ({ versionId }: Asset) =>
        (await catalog.readVersion({ cloud: CLOUD, assetId, versionId })) !== null
      const versionIds = [first.versionId, newest.versionId, id()]
      const release = (cloud: string) =>
        catalog.releaseVersions({ cloud, assetId, versionIds, now: NOW })
      expect(await release('other')).toEqual([])
      expect([...(await release(CLOUD))].sort()).toEqual(versionIds.slice(0, 2).sort())
      expect(await release(CLOUD)).toEqual([])
      expect(await Promise.all([first, second, newest].map(isThere))).toEqual([false, true, true])
      await catalog.destroyAsset({ ...nameOf('cat'), now: NOW })
      expect(await Promise.all([first, second, newest].map(isThere))).toEqual([false, true, false])
      const dead = await catalog.listDeadBlobs({ retiredBefore: NOW + 1, after: '', maxResults: 9 })
      expect(dead.map(({ blobId }) => blobId).sort()).toEqual([first.blobId, newest.blobId].sort())
    })

    it('answers a probe', async () => {
      await expect(catalog.probe()).resolves.toBeUndefined()
    })

    describe('an event', () => {
      const event = (topic: EventTopic): NewEvent => ({ eventId: id(), topic, payload: { n: 1 } })

      it('is enqueued with its upload and the committed asset, and listed by its topic', async () => {
        const derive = event('derive')
        const committed = await catalog.commitUpload(upload('cat', { events: [derive] }))
        const asset = 'asset' in committed ? committed.asset : null
        expect(await due(['derive'])).toMatchObject([{ ...derive, asset, attempts: 1 }])
        expect(await due(['completion', 'eager'])).toEqual([])
        expect(await catalog.readNextDue({ topics: ['derive'] })).toBe(NOW)
        expect(await catalog.readNextDue({ topics: ['eager'] })).toBeNull()
      })

      it('is enqueued by a destroy, a rename and an effective edit, with the changes', async () => {
        const tell = () => event('notification')
        await catalog.commitUpload(upload('cat'))
        const names = { cloud: CLOUD, resourceType: 'image', deliveryType: 'upload' } as const
        const edit = (tags: readonly string[]) =>
          catalog.editAssets({
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
        await catalog.renameAsset({
          ...nameOf('cat'),
          to: nameOf('dog'),
          overwrite: false,
          events: [tell()],
          now: NOW + 1,
        })
        await catalog.destroyAsset({ ...nameOf('dog'), events: [tell()], now: NOW + 2 })
        await catalog.destroyAsset({ ...nameOf('dog'), events: [tell()], now: NOW + 3 })
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
        await catalog.commitUpload(upload('cat', { events }))
        const failure = 'answered 500'
        const at = { now: NOW, failure }
        for (const { claim: held } of await claim(['derive'])) {
          if (held.eventId === done.eventId) await catalog.finishEvent({ claim: held, now: NOW })
          else {
            const dueAt = held.eventId === dead.eventId ? null : NOW + 1000
            await catalog.postponeEvent({ ...at, claim: held, dueAt })
          }
        }
        const listed = await catalog.listEvents({ state: 'dead', cloud: CLOUD, maxResults: 10 })
        expect(listed).toMatchObject([
          { eventId: dead.eventId, state: 'dead', attempts: 1, lastFailure: failure },
        ])
        const pending = { state: 'pending' as const, maxResults: 10 }
        expect(await catalog.listEvents(pending)).toMatchObject([{ dueAt: NOW + 1000 }])
        expect(await catalog.listEvents({ ...pending, cloud: 'other' })).toEqual([])
        expect(await catalog.replayEvents({ cloud: 'other', now: NOW })).toEqual([])
        expect(await catalog.replayEvents({ now: NOW })).toEqual([dead.eventId])
        const eventIds = [done.eventId, waiting.eventId, id()]
        expect(await catalog.replayEvents({ eventIds, now: NOW })).toEqual([done.eventId])
        const ids = (await due(['derive'])).map(({ eventId, attempts }) => [eventId, attempts])
        expect(new Map(ids as [string, number][])).toEqual(
          new Map([
            [dead.eventId, 1],
            [done.eventId, 1],
          ]),
        )
      })

      it('is not enqueued if nothing was stored', async () => {
        await catalog.commitUpload(upload('cat'))
        await catalog.commitUpload(upload('cat', { overwrite: false, events: [event('derive')] }))
        expect(await due(['derive'])).toEqual([])
      })

      it('enqueues its next events with the same asset when it is finished', async () => {
        const derive = event('derive')
        const eager = event('eager')
        await catalog.commitUpload(upload('cat', { events: [derive] }))
        const [first] = await due(['derive'])
        const held = await claimOf(derive)
        expect(await catalog.finishEvent({ claim: held, now: NOW, followUps: [eager] })).toBe(true)
        expect(await due(['derive'])).toEqual([])
        expect(await due(['eager'])).toMatchObject([{ ...eager, asset: first?.asset }])
      })

      it('that becomes a dead letter is not due again, and enqueues its next events', async () => {
        const derive = event('derive')
        await catalog.commitUpload(upload('cat', { events: [derive] }))
        const followUps = [event('eager')]
        const end = { now: NOW, dueAt: null, failure: 'worn out', followUps }
        await catalog.postponeEvent({ ...end, claim: await claimOf(derive) })
        expect(await due(['derive'], NOW * 2)).toEqual([])
        expect(await due(['eager'])).toHaveLength(1)
      })
    })

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
        const committed = await catalog.commitUpload(upload('cat', changes))
        if (!('asset' in committed)) throw new Error('it is stored')
        return committed.asset
      }
      const isKnown = (assetId: string, transformation: string, format = 'jpg') =>
        catalog.hasDerivative({ cloud: CLOUD, assetId, transformation, format })

      it('is known after the upload that orders it, in its own cloud and format', async () => {
        const { assetId } = await stored({ derivatives: [ordered('w_4'), ordered('w_2')] })
        expect(await isKnown(assetId, 'w_4')).toBe(true)
        expect(await isKnown(assetId, 'w_4', 'png')).toBe(false)
        expect(await isKnown(assetId, 'w_3')).toBe(false)
        expect(await isKnown(id(), 'w_4')).toBe(false)
        expect(await catalog.listDerivatives({ cloud: 'other', assetId })).toEqual([])
      })

      it('gets its size when it is created, and keeps id and size when it is ordered again', async () => {
        const first = ordered('w_4')
        const asset = await stored({ derivatives: [first] })
        const made = ordered('w_4', 99)
        const write = (derivatives: DerivedAsset[]) =>
          catalog.writeDerivatives({ ...asset, derivatives, maxDerivatives: 9, now: NOW })
        expect(await write([made])).toBe('written')
        expect(await write([ordered('w_4')])).toBe('written')
        expect(await catalog.listDerivatives(asset)).toEqual([
          { ...made, derivedId: first.derivedId },
        ])
        expect(await catalog.countDerivatives({ ...asset, now: NOW })).toBe(1)
      })

      it('is counted with the other derivatives of its asset, in its own cloud', async () => {
        const { assetId } = await stored({ derivatives: [ordered('w_4'), ordered('w_2')] })
        const count = (cloud = CLOUD) => catalog.countDerivatives({ cloud, assetId, now: NOW })
        expect(await count()).toBe(2)
        expect(await count('other')).toBe(0)
        await catalog.commitUpload(upload('cat'))
        expect(await count()).toBe(0)
      })

      it('can be excluded from the count', async () => {
        const asset = await stored({ derivatives: [ordered('w_4'), ordered('w_2')] })
        const count = (transformation: string, format: string) =>
          catalog.countDerivatives({ ...asset, now: NOW, except: { transformation, format } })
        expect(await count('w_4', 'jpg')).toBe(1)
        expect(await count('w_4', 'png')).toBe(2)
        expect(await count('w_3', 'jpg')).toBe(2)
      })

      it('that is not created within a day stays known, but no longer counts', async () => {
        const asset = await stored({ derivatives: [ordered('w_4')] })
        const { assetId } = asset
        const derivatives = [ordered('w_2', 99)]
        await catalog.writeDerivatives({ ...asset, derivatives, maxDerivatives: 9, now: NOW })
        const day = 24 * 3_600_000
        expect(await catalog.countDerivatives({ ...asset, now: NOW + day - 1 })).toBe(2)
        expect(await catalog.countDerivatives({ ...asset, now: NOW + day })).toBe(1)
        expect(await isKnown(assetId, 'w_4')).toBe(true)
        const made = { cloud: CLOUD, assetId, format: 'jpg', isMade: true }
        expect(await catalog.hasDerivative({ ...made, transformation: 'w_4' })).toBe(false)
        expect(await catalog.hasDerivative({ ...made, transformation: 'w_2' })).toBe(true)
      })

      it('over the maximum of its asset is not written, nor are its batch and its events', async () => {
        const asset = await stored({ derivatives: [ordered('w_4')] })
        const event = { eventId: id(), topic: 'derive', payload: {} } as const
        const write = (...names: string[]) =>
          catalog.writeDerivatives({
            ...asset,
            derivatives: names.map((name) => ordered(name)),
            events: [{ ...event, eventId: id() }],
            maxDerivatives: 2,
            now: NOW,
          })
        expect(await write('w_2', 'w_3')).toBe('full')
        expect(await catalog.listDerivatives(asset)).toHaveLength(1)
        expect(await due(['derive'])).toEqual([])
        expect(await write('w_2')).toBe('written')
        expect(await write('w_3')).toBe('full')
        // An existing derivative needs no additional space.
        expect(await write('w_2', 'w_4')).toBe('written')
        expect(await catalog.listDerivatives(asset)).toHaveLength(2)
      })

      it('counts once if it is twice in a batch', async () => {
        const asset = await stored({})
        const derivatives = [ordered('w_4'), ordered('w_4')]
        const written = { ...asset, derivatives, maxDerivatives: 1, now: NOW }
        expect(await catalog.writeDerivatives(written)).toBe('written')
      })

      it('that no longer counts is subject to the maximum and counts again when it is ordered again', async () => {
        const asset = await stored({ derivatives: [ordered('w_4'), ordered('w_2', 99)] })
        const day = 24 * 3_600_000
        const again = { ...asset, derivatives: [ordered('w_4')], now: NOW + day }
        expect(await catalog.writeDerivatives({ ...again, maxDerivatives: 1 })).toBe('full')
        expect(await catalog.writeDerivatives({ ...again, maxDerivatives: 2 })).toBe('written')
        expect(await catalog.countDerivatives({ ...asset, now: NOW + 2 * day - 1 })).toBe(2)
      })

      it('is deleted if its asset is overwritten or destroyed, and kept if its asset is renamed', async () => {
        const one = await stored({ derivatives: [ordered('w_4')] })
        await catalog.renameAsset({
          ...nameOf('cat'),
          to: nameOf('lion'),
          overwrite: false,
          now: NOW,
        })
        expect(await isKnown(one.assetId, 'w_4')).toBe(true)
        await catalog.commitUpload(upload('lion', { derivatives: [ordered('w_2')] }))
        expect(await isKnown(one.assetId, 'w_4')).toBe(false)
        expect(await isKnown(one.assetId, 'w_2')).toBe(true)
        await catalog.destroyAsset({ ...nameOf('lion'), now: NOW })
        expect(await isKnown(one.assetId, 'w_2')).toBe(false)
      })

      it('of an old version is not written, nor are its events', async () => {
        const old = await stored({})
        await stored({})
        const event = { eventId: id(), topic: 'derive', payload: {} } as const
        const late = { ...old, derivatives: [ordered('w_4', 9)], events: [event] }
        expect(await catalog.writeDerivatives({ ...late, maxDerivatives: 9, now: NOW })).toBe(
          'replaced',
        )
        expect(await catalog.listDerivatives(old)).toEqual([])
        expect(await due(['derive'])).toEqual([])
      })

      it('is ordered together with the event that creates it', async () => {
        const asset = await stored({})
        const event = { eventId: id(), topic: 'derive', payload: { n: 2 } } as const
        const order = { ...asset, derivatives: [ordered('w_4')], events: [event] }
        expect(await catalog.writeDerivatives({ ...order, maxDerivatives: 9, now: NOW })).toBe(
          'written',
        )
        expect(await due(['derive'])).toMatchObject([{ ...event, asset }])
      })
    })

    describe('an accepted upload', () => {
      const dead = () => catalog.listDeadBlobs({ retiredBefore: NOW, after: '', maxResults: 9 })
      const accept = async () => {
        const event = { eventId: id(), topic: 'store', payload: { n: 3 } } as const
        const blob = { blobId: id(), bytes: 9, md5: 'd41d8cd98f00b204e9800998ecf8427e' }
        await catalog.acceptUpload({ cloud: CLOUD, blob, event, now: NOW })
        return { event, blob }
      }

      it('protects its blob from the collector and enqueues its event, without an asset', async () => {
        const { event, blob } = await accept()
        expect(await due(['store'])).toMatchObject([{ ...event, cloud: CLOUD, asset: null }])
        expect(await catalog.listUnknownBlobs({ blobIds: [blob.blobId] })).toEqual([])
        expect(await dead()).toEqual([])
      })

      it('is finished by its commit, with and without overwriting', async () => {
        for (const overwrite of [true, false]) {
          const { event, blob } = await accept()
          const accepted = { claim: await claimOf(event), blobId: blob.blobId }
          await catalog.commitUpload(upload('cat', { accepted, overwrite }))
          expect(await due(['store'])).toEqual([])
          expect(await dead()).toContainEqual({ cloud: CLOUD, blobId: blob.blobId })
        }
      })

      it('may have no blob of its own', async () => {
        const event = { eventId: id(), topic: 'store', payload: { n: 4 } } as const
        await catalog.acceptWork({ cloud: CLOUD, event, now: NOW })
        expect(await due(['store'])).toMatchObject([{ ...event, cloud: CLOUD, asset: null }])
        await catalog.commitUpload(upload('cat', { accepted: { claim: await claimOf(event) } }))
        expect(await due(['store'])).toEqual([])
      })

      it('that fails leaves its blob to the collector', async () => {
        const { event, blob } = await accept()
        const failed = { now: NOW, dueAt: null, failure: 'no picture', releasedBlobId: blob.blobId }
        await catalog.postponeEvent({ ...failed, claim: await claimOf(event) })
        expect(await dead()).toEqual([{ cloud: CLOUD, blobId: blob.blobId }])
      })

      it('is not committed without a live claim, and its blob stays', async () => {
        const { event, blob } = await accept()
        const accepted = { claim: await claimOf(event), blobId: blob.blobId }
        const late = upload('late', { accepted, now: NOW + 1000 })
        expect(await catalog.commitUpload(late)).toEqual({ outcome: 'claim-lost' })
        expect(await catalog.readAsset(nameOf('late'))).toBeNull()
        expect(await due(['store'], NOW + 1000)).toMatchObject([event])
        expect(await dead()).toEqual([])
      })
    })
  })
}
