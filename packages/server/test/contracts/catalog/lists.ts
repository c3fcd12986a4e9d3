/** Catalog contract: lists. @module */

import { describe, expect, it } from 'vitest'
import type { AssetQuery } from '../../../src/catalog/asset.js'
import type { NewUpload } from '../../../src/catalog/new-upload.js'
import { CLOUD, NOW, type OpenCatalog, upload, useCatalog } from './fixtures.js'

/** Tests lists of a catalog. */
export function listsContract(open: OpenCatalog): void {
  const tested = useCatalog(open)

  it('lists newest first, in pages without gaps and duplicates', async () => {
    for (let index = 0; index < 7; index++) {
      await tested.catalog.commitUpload(
        upload(`p${index}`, { now: NOW + Math.floor(index / 2) * 1000 }),
      )
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await tested.catalog.listAssets({
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
      await tested.catalog.commitUpload(upload(publicId))
    const page = await tested.catalog.listAssets({
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
        const page = await tested.catalog.listAssets({
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
      await tested.catalog.commitUpload({ ...given, asset: { ...given.asset, ...changes } })
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
      const page = await tested.catalog.listTags({ ...query, prefix: 's' })
      expect(page.tags).toEqual(['sand', 'sea'])
      const { nextCursor = '' } = page
      expect(await tested.catalog.listTags({ ...query, prefix: 's', cursor: nextCursor })).toEqual({
        tags: ['sun'],
      })
      expect(await tested.catalog.listTags({ ...query, prefix: '%' })).toEqual({ tags: ['%'] })
      expect(await tested.catalog.listTags({ ...query, prefix: 'zebra' })).toEqual({ tags: [] })
      expect(await tested.catalog.listTags({ ...query, resourceType: 'video' })).toEqual({
        tags: [],
      })
      expect((await tested.catalog.listTags({ ...query, maxResults: 9 })).tags).toEqual([
        '%',
        'dog',
        'sand',
        'sea',
        'sun',
      ])
    })
  })
}
