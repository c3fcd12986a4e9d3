/** Tests changes of stored assets with the official Node SDK, and their refusals with plain forms. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadOfficialSdk } from './official-sdk.js'
import {
  FULL_KEY,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let running: RunningServer
let cloudinary: ReturnType<typeof loadOfficialSdk>

beforeAll(async () => {
  running = await startTestServer()
  cloudinary = loadOfficialSdk(running.address)
})
afterAll(() => running.close())

const upload = (publicId: string, options = {}) =>
  cloudinary.uploader.upload(PIXEL, { public_id: publicId, ...options })
const tagsOf = async (publicId: string): Promise<string[] | undefined> =>
  (await cloudinary.api.resource(publicId)).tags
const call = (action: string, params: Record<string, string>) =>
  running.post(`image/${action}`, signed(FULL_KEY, params))

describe('tags', () => {
  beforeEach(async () => {
    await upload('tagged/a', { tags: 'x' })
    await upload('tagged/b', { tags: 'x,y' })
  })

  it('are added and removed, and the answer lists the existing assets', async () => {
    const names = ['tagged/b', 'tagged/none', 'tagged/a']
    const added = await cloudinary.uploader.add_tag('new,x', names)
    expect(added).toMatchObject({ public_ids: ['tagged/b', 'tagged/a'] })
    expect(await tagsOf('tagged/a')).toEqual(['new', 'x'])
    expect(await tagsOf('tagged/b')).toEqual(['new', 'x', 'y'])
    await cloudinary.uploader.remove_tag('x', names)
    expect(await tagsOf('tagged/b')).toEqual(['new', 'y'])
  })

  it('can be replaced and removed completely', async () => {
    await cloudinary.uploader.replace_tag('only', ['tagged/a', 'tagged/b'])
    expect([await tagsOf('tagged/a'), await tagsOf('tagged/b')]).toEqual([['only'], ['only']])
    await cloudinary.uploader.remove_all_tags(['tagged/a'])
    expect(await cloudinary.api.resource('tagged/a')).not.toHaveProperty('tags')
  })

  it('are returned in sent order by an upload, and sorted by the Admin API', async () => {
    // The SDKs' own suites expect this: Java and PHP from uploads, Python from `api.resource`.
    const sent = ['tag2', 'Tag3', 'tag10', 'tag2', 'ähnlich', 'tag1']
    const asSent = ['tag2', 'Tag3', 'tag10', 'ähnlich', 'tag1']
    const sorted = ['Tag3', 'tag1', 'tag10', 'tag2', 'ähnlich']
    expect(await upload('sorted/a', { tags: sent })).toMatchObject({ tags: asSent })
    const explicit = { type: 'upload', tags: sent }
    expect(await cloudinary.uploader.explicit('sorted/a', explicit)).toMatchObject({ tags: asSent })
    const { asset_id: id } = await cloudinary.api.resource('sorted/a')
    const page = await cloudinary.api.resources({ type: 'upload', prefix: 'sorted/', tags: true })
    const byTag = await cloudinary.api.resources_by_tag('ähnlich', { tags: true })
    for (const resource of [
      await cloudinary.api.resource('sorted/a'),
      await cloudinary.api.resource_by_asset_id(id),
      await cloudinary.api.update('sorted/a', { tags: sent }),
      page.resources[0],
      byTag.resources[0],
    ]) {
      expect(resource.tags).toEqual(sorted)
    }
  })

  it('of an asset without tags are an empty list after an upload, and absent from the Admin API', async () => {
    expect(await upload('tagless/a')).toMatchObject({ tags: [] })
    const explicit = await cloudinary.uploader.explicit('tagless/a', { type: 'upload' })
    expect(explicit.tags).toEqual([])
    expect((await cloudinary.uploader.rename('tagless/a', 'tagless/b')).tags).toEqual([])
    const page = await cloudinary.api.resources({ type: 'upload', prefix: 'tagless/', tags: true })
    const update = await cloudinary.api.update('tagless/b', { context: 'a=b' })
    const resource = await cloudinary.api.resource('tagless/b')
    for (const answer of [page.resources[0], update, resource]) {
      expect(answer.public_id).toBe('tagless/b')
      expect(answer).not.toHaveProperty('tags')
    }
  })

  it('set with set_exclusive are removed from all other assets', async () => {
    // Sent as a form, because version 2 of this SDK sends `add` instead of the command.
    const params = { command: 'set_exclusive', tag: 'x', public_ids: 'tagged/b' }
    expect((await call('tags', params)).json).toEqual({ public_ids: ['tagged/b'] })
    expect([await tagsOf('tagged/a'), await tagsOf('tagged/b')]).toEqual([undefined, ['x', 'y']])
  })

  it('can be added to up to a thousand public ids', async () => {
    const names = [...Array.from({ length: 999 }, (_, index) => `none/${index}`), 'tagged/a']
    const added = await cloudinary.uploader.add_tag('many', names)
    expect(added).toMatchObject({ public_ids: ['tagged/a'] })
    await expect(cloudinary.uploader.add_tag('many', [...names, 'x'])).rejects.toMatchObject({
      http_code: 400,
    })
  })

  it('find the right assets after a rename, an overwrite and a removal', async () => {
    const named = async (tag: string) =>
      (await cloudinary.api.resources_by_tag(tag)).resources.map(
        ({ public_id }: { public_id: string }) => public_id,
      )
    await upload('tagged/c', { tags: 'find' })
    expect(await named('find')).toEqual(['tagged/c'])
    await cloudinary.uploader.rename('tagged/c', 'tagged/d')
    expect(await named('find')).toEqual(['tagged/d'])
    await upload('tagged/d', { tags: 'other' })
    expect(await named('find')).toEqual([])
    expect(await cloudinary.api.tags({ prefix: 'oth' })).toMatchObject({ tags: ['other'] })
    await cloudinary.uploader.destroy('tagged/d')
    expect(await named('other')).toEqual([])
    expect(await cloudinary.api.tags({ prefix: 'oth' })).toMatchObject({ tags: [] })
  })

  it.each([
    ['without a command', { tag: 'x', public_ids: 'tagged/a' }, /parameter - command$/],
    ['with another command', { command: 'toggle', tag: 'x', public_ids: 'a' }, /^command must be/],
    ['without a tag', { command: 'add', public_ids: 'tagged/a' }, /parameter - tag$/],
    ['without public ids', { command: 'add', tag: 'x' }, /parameter - public_ids$/],
    ['with a long tag', { command: 'add', tag: 'x'.repeat(256), public_ids: 'a' }, /255 char/],
    ['of another type', { command: 'add', tag: 'x', public_ids: 'a', type: 'fetch' }, /^type must/],
  ])('are refused %s', async (_, params, message) => {
    const { status, json } = await call('tags', params)
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })

  it('are refused if an asset would have more than a thousand, and no asset is changed', async () => {
    const names = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `t${from + index}`).join(',')
    await cloudinary.uploader.replace_tag(names(0, 999), ['tagged/a'])
    await cloudinary.uploader.add_tag('t999', ['tagged/a'])
    await expect(
      cloudinary.uploader.add_tag('t1000', ['tagged/b', 'tagged/a']),
    ).rejects.toMatchObject({
      http_code: 400,
      message: 'tags of tagged/a would be more than 1000 tags: nothing was changed',
    })
    expect(await tagsOf('tagged/b')).toEqual(['x', 'y'])
  })
})

describe('context', () => {
  it('is added key by key, and removed as a whole', async () => {
    await upload('context/a', { context: { alt: 'one', caption: 'kept' } })
    const added = await cloudinary.uploader.add_context({ alt: 'a=b|c', 'new key': '1' }, [
      'context/a',
      'context/none',
    ])
    expect(added).toMatchObject({ public_ids: ['context/a'] })
    expect((await cloudinary.api.resource('context/a')).context).toEqual({
      custom: { alt: 'a=b|c', caption: 'kept', 'new key': '1' },
    })
    await cloudinary.uploader.remove_all_context(['context/a'])
    expect(await cloudinary.api.resource('context/a')).not.toHaveProperty('context')
  })

  it.each([
    ['without context', { command: 'add', public_ids: 'a' }, /parameter - context$/],
    ['of another form', { command: 'add', context: 'plain', public_ids: 'a' }, /key=value pairs/],
    ['with another command', { command: 'remove', context: 'a=b', public_ids: 'a' }, /^command/],
  ])('is refused %s', async (_, params, message) => {
    const { status, json } = await call('context', params)
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })
})

describe('explicit', () => {
  it('replaces what is sent, keeps the rest, and signs its answer', async () => {
    const before = await upload('explicit/a', { tags: 'x', context: { alt: 'kept' } })
    const after = await cloudinary.uploader.explicit('explicit/a', {
      type: 'upload',
      tags: 'z',
      custom_coordinates: '1,2,3,4',
      asset_folder: 'shelf',
      display_name: 'A pixel',
    })
    expect(after).toMatchObject({
      asset_id: before.asset_id,
      version: before.version,
      etag: before.etag,
      tags: ['z'],
      context: { custom: { alt: 'kept' } },
      coordinates: { custom: [[1, 2, 3, 4]] },
      asset_folder: 'shelf',
      display_name: 'A pixel',
    })
    expect(after).not.toHaveProperty('original_filename')
    const { verify_api_response_signature: isOurs } = cloudinary.utils
    expect(isOurs(after.public_id, after.version, after.signature)).toBe(true)
  })

  it('accepts coordinates in whole pixels in any spelling, and refuses fractions', async () => {
    await upload('explicit/boxes')
    // Python writes the quotient of two numbers as 10.0.
    const { json } = await call('explicit', {
      public_id: 'explicit/boxes',
      custom_coordinates: '10.0,2,3e1,4.00',
      face_coordinates: '1.0,2.0,3.0,4.0|5,6,7,8',
    })
    expect(json.coordinates).toEqual({
      custom: [[10, 2, 30, 4]],
      faces: [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
    })
    for (const wrong of [
      '10.5,2,3,4',
      '-1,2,3,4',
      '1,2,3',
      '1,2,3,4|',
      '1,2,3,4,5',
      '',
      'a,b,c,d',
    ]) {
      const params = { public_id: 'explicit/boxes', face_coordinates: wrong }
      const answer = await call('explicit', params)
      // An empty value counts as not sent.
      expect(answer.status).toBe(wrong === '' ? 200 : 400)
      if (wrong === '') continue
      expect(answer.json.error.message).toBe(
        `face_coordinates must be x,y,width,height in whole pixels, received ${wrong}`,
      )
    }
  })

  it('combines the values of preset and request', async () => {
    await upload('explicit/b')
    await cloudinary.api.create_upload_preset({
      name: 'for explicit',
      tags: 'preset',
      display_name: 'of the preset',
    })
    const after = await cloudinary.uploader.explicit('explicit/b', {
      type: 'upload',
      upload_preset: 'for explicit',
      tags: 'asked',
    })
    expect(after).toMatchObject({ tags: ['preset', 'asked'], display_name: 'of the preset' })
  })

  it('answers 404 for a missing asset or another delivery type', async () => {
    const missing = cloudinary.uploader.explicit('explicit/none', { type: 'upload' })
    await expect(missing).rejects.toMatchObject({
      http_code: 404,
      message: 'Resource not found - explicit/none',
    })
    await upload('explicit/c')
    const otherType = cloudinary.uploader.explicit('explicit/c', { type: 'private' })
    await expect(otherType).rejects.toMatchObject({ http_code: 404 })
  })

  it.each([
    ['no public id', {}, /parameter - public_id$/],
    ['a display name with a slash', { public_id: 'a', display_name: 'a/b' }, /contain slashes$/],
    ['coordinates of three numbers', { public_id: 'a', custom_coordinates: '1,2,3' }, /^custom_co/],
    ['a folder that climbs', { public_id: 'a', asset_folder: '../up' }, /^folder .* is invalid$/],
    ['code to run', { public_id: 'a', eval: 'x' }, /^eval is not supported$/],
  ])('refuses %s', async (_, params, message) => {
    const { status, json } = await call('explicit', params)
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })
})

describe('a display name that must be unique', () => {
  const options = { asset_folder: 'names', display_name: 'Cat', unique_display_name: true }

  it('gets a suffix only if another asset of its folder has the same name', async () => {
    expect(await upload('names/a', options)).toMatchObject({ display_name: 'Cat' })
    const second = await upload('names/b', options)
    expect(second.display_name).toMatch(/^Cat_[a-z0-9]{6}$/)
    expect(await upload('names/a', options)).toMatchObject({ display_name: 'Cat' })
    const elsewhere = { ...options, asset_folder: 'other names' }
    expect(await upload('names/c', elsewhere)).toMatchObject({ display_name: 'Cat' })
    const moved = await cloudinary.uploader.explicit('names/c', {
      type: 'upload',
      asset_folder: 'names',
      unique_display_name: true,
    })
    expect(moved.display_name).toMatch(/^Cat_[a-z0-9]{6}$/)
    const shared = await upload('names/d', { ...options, unique_display_name: false })
    expect(shared.display_name).toBe('Cat')
  })
})

describe('an action on stored assets', () => {
  it('refuses a path without one resource type', async () => {
    const params = signed(FULL_KEY, { public_id: 'a' })
    for (const type of ['auto', 'all', 'pdf']) {
      const { status, json } = await running.post(`${type}/explicit`, params)
      expect({ status, message: json.error.message }).toEqual({
        status: 400,
        message: `Invalid resource type ${type}`,
      })
    }
  })

  it('is refused for an upload key', async () => {
    const key = { api_key: UPLOAD_KEY.id, api_secret: UPLOAD_KEY.secret }
    await expect(cloudinary.uploader.add_tag('x', ['a'], key)).rejects.toMatchObject({
      http_code: 401,
      message: `API key ${UPLOAD_KEY.id} may not tags`,
    })
  })
})
