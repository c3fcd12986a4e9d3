/** Catalog contract: edits. @module */

import { describe, expect, it } from 'vitest'
import type { AssetEdit } from '../../../src/catalog/asset-edits.js'
import type { MetadataEdit, MetadataField } from '../../../src/catalog/metadata-fields.js'
import { CLOUD, NOW, nameOf, type OpenCatalog, upload, useCatalog } from './fixtures.js'

/** Tests edits of a catalog. */
export function editsContract(open: OpenCatalog): void {
  const tested = useCatalog(open)

  describe('edits', () => {
    const edit = (publicIds: readonly string[], changes: AssetEdit) =>
      tested.catalog.editAssets({ ...nameOf(''), publicIds, edit: changes, now: NOW + 1000 })
    const tagged = async (tag: string) =>
      (
        await tested.catalog.listAssets({
          cloud: CLOUD,
          resourceType: 'image',
          tag,
          maxResults: 10,
        })
      ).assets.map(({ publicId }) => publicId)

    it('change each existing asset once, in the requested order', async () => {
      await tested.catalog.commitUpload(upload('one'))
      await tested.catalog.commitUpload(upload('two'))
      const edited = await edit(['two', 'none', 'one', 'two'], {
        tags: { command: 'add', tags: ['b', 'c'] },
        context: { command: 'add', context: { caption: 'new' } },
        extra: { customCoordinates: '1,2,3,4' },
      })
      if (edited.outcome !== 'edited') throw new Error('it fits')
      expect(edited.assets.map(({ publicId }) => publicId)).toEqual(['two', 'one'])
      const asset = await tested.catalog.readAsset(nameOf('one'))
      expect(asset).toMatchObject({
        tags: ['a', 'b', 'c'],
        context: { alt: 'a cat', caption: 'new' },
        extra: { customCoordinates: '1,2,3,4' },
        displayName: 'one',
        updatedAt: NOW + 1000,
      })
      await edit(['one'], { extra: { customCoordinates: null } })
      expect((await tested.catalog.readAsset(nameOf('one')))?.extra).toEqual({})
    })

    it('update the assets of a tag after every kind of change', async () => {
      for (const publicId of ['one', 'two', 'three'])
        await tested.catalog.commitUpload(upload(publicId))
      await edit(['one', 'two'], { tags: { command: 'replace', tags: ['x'] } })
      await edit(['three'], { tags: { command: 'set-exclusive', tags: ['x'] } })
      expect(await tagged('x')).toEqual(['three'])
      await edit(['three'], { tags: { command: 'remove', tags: ['a'] } })
      expect(await tagged('a')).toEqual([])
      await tested.catalog.commitUpload(upload('one'))
      expect(await tagged('a')).toEqual(['one'])
      await tested.catalog.renameAsset({
        ...nameOf('three'),
        to: nameOf('one'),
        overwrite: true,
        now: NOW,
      })
      expect(await tagged('a')).toEqual([])
      const query = { cloud: CLOUD, resourceType: 'image', maxResults: 1 }
      const page = await tested.catalog.listTags(query)
      expect(page).toEqual({ tags: ['b'], nextCursor: expect.any(String) })
      const next = await tested.catalog.listTags({ ...query, cursor: page.nextCursor ?? '' })
      expect(next).toEqual({ tags: ['x'] })
      await tested.catalog.destroyAsset({ ...nameOf('one'), now: NOW })
      expect(await tested.catalog.listTags(query)).toEqual({ tags: [] })
    })

    it('change no asset if one asset would exceed a limit', async () => {
      await tested.catalog.commitUpload(upload('one'))
      await tested.catalog.commitUpload(upload('two'))
      const context = { text: 'x'.repeat(8190) }
      expect(await edit(['one'], { context: { command: 'replace', context } })).toMatchObject({
        outcome: 'too-large',
        publicId: 'one',
        member: 'context',
      })
      const many = Array.from({ length: 999 }, (_, index) => `t${index}`)
      const outcome = await edit(['two', 'one'], { tags: { command: 'add', tags: many } })
      expect(outcome).toMatchObject({ outcome: 'too-large', publicId: 'two', member: 'tags' })
      expect((await tested.catalog.readAsset(nameOf('two')))?.tags).toEqual(['a', 'b'])
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
      tested.catalog.writeMetadataField({ field: written, revision, now: NOW })
    const metadataOf = async (publicId: string) =>
      (await tested.catalog.readAsset(nameOf(publicId)))?.extra.metadata

    it('fields are replaced only at the revision that was read, with unique ids and labels', async () => {
      expect(await write(field('a', 'A'))).toBe('written')
      expect(await write(field('a', 'Other'))).toBe('id-taken')
      expect(await write(field('b', 'A'))).toBe('label-taken')
      const query = { cloud: CLOUD, externalId: 'a' }
      const stored = await tested.catalog.readMetadataField(query)
      expect(stored).toEqual({ field: field('a', 'A'), revision: 1 })
      expect(await write(field('a', 'New'), 1)).toBe('written')
      expect(await write(field('a', 'Late'), 1)).toBe('stale')
      expect(await tested.catalog.listMetadataFields({ cloud: CLOUD })).toEqual([field('a', 'New')])
      expect(await tested.catalog.listMetadataFields({ cloud: 'other' })).toEqual([])
      expect(await tested.catalog.destroyMetadataField({ ...query, now: NOW })).toBe(true)
      expect(await tested.catalog.destroyMetadataField({ ...query, now: NOW })).toBe(false)
      expect(await tested.catalog.readMetadataField(query)).toBeNull()
      expect(await write(field('a', 'Again'))).toBe('id-taken')
      expect(await write(field('a', 'Again'), 2)).toBe('stale')
    })

    it('fields keep their order until they are sorted again', async () => {
      const labels = { b: 'one', c: 'Two', a: 'three' }
      for (const [index, [id, label]] of Object.entries(labels).entries()) {
        const now = NOW + index
        await tested.catalog.writeMetadataField({ field: field(id, label), revision: null, now })
      }
      const list = async (cloud = CLOUD) => {
        const fields = await tested.catalog.listMetadataFields({ cloud })
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
        const ordered = await tested.catalog.orderMetadataFields(query)
        expect(ordered.map(({ externalId }) => externalId).join('')).toBe(expected)
        expect(await list()).toBe(expected)
      }
      const stored = await tested.catalog.readMetadataField({ cloud: CLOUD, externalId: 'a' })
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
        tested.catalog.commitUpload(upload(publicId, { metadata: { values, defaults } }))
      for (const publicId of ['one', 'two', 'three']) await put(publicId, { sku: 'x' })
      expect(await metadataOf('one')).toEqual({ stock: 1, sku: 'x' })
      await put('one', { stock: 2, sku: null })
      await put('one', {})
      expect(await metadataOf('one')).toEqual({ stock: 2 })
      await tested.catalog.editAssets({
        ...nameOf('two'),
        publicIds: ['two'],
        edit: { metadata: { stock: null, sku: ['a'] }, extra: { faceCoordinates: '1,2,3,4' } },
        now: NOW,
      })
      expect((await tested.catalog.readAsset(nameOf('two')))?.extra).toEqual({
        metadata: { sku: ['a'] },
        faceCoordinates: '1,2,3,4',
      })
      let after: string | null = ''
      let pages = 0
      while (after !== null) {
        const query = { cloud: CLOUD, externalId: 'sku', after, maxResults: 2 }
        const page: { after: string | null } = await tested.catalog.stripMetadata(query)
        after = page.after
        pages += 1
      }
      expect(pages).toBe(2)
      expect(await metadataOf('two')).toBeUndefined()
      expect(await metadataOf('three')).toEqual({ stock: 1 })
    })
  })
}
