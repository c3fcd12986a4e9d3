/** Tests the answers to calls that this server does not support, with the official Node SDK. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk } from './official-sdk.js'
import {
  basic,
  CLOUD,
  FULL_KEY,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let running: RunningServer
let cloudinary: ReturnType<typeof loadOfficialSdk>

beforeAll(async () => {
  running = await startTestServer()
  cloudinary = loadOfficialSdk(running.address)
})
afterAll(() => running.close())

const call = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(`${running.address}/v1_1/${CLOUD}/${path}`, { method, headers })

describe('an unsupported Admin call', () => {
  it.each([
    ['search', () => cloudinary.search.expression('cat').execute()],
    ['usage', () => cloudinary.api.usage()],
    ['config', () => cloudinary.api.config()],
    ['folders', () => cloudinary.api.root_folders()],
    ['folders', () => cloudinary.api.create_folder('a/b')],
    ['transformations', () => cloudinary.api.transformations()],
    ['upload_mappings', () => cloudinary.api.upload_mappings()],
    ['streaming_profiles', () => cloudinary.api.list_streaming_profiles()],
    ['metadata_rules', () => cloudinary.api.list_metadata_rules()],
    ['delete of resources', () => cloudinary.api.delete_resources(['a'])],
    ['delete of resources', () => cloudinary.api.delete_resources_by_tag('a')],
    ['derived_resources', () => cloudinary.api.delete_derived_resources(['a'])],
    ['restore', () => cloudinary.api.restore(['a'])],
    ['by_asset_folder', () => cloudinary.api.resources_by_asset_folder('a')],
    ['by_asset_ids', () => cloudinary.api.resources_by_asset_ids(['a'])],
    ['resources by context', () => cloudinary.api.resources_by_context('a')],
    ['resources by moderation', () => cloudinary.api.resources_by_moderation('manual', 'pending')],
    ['related_assets', () => cloudinary.api.add_related_assets('a', ['image/upload/b'])],
    ['publish_resources', () => cloudinary.api.publish_by_ids(['a'])],
    [
      'update_access_mode',
      () => cloudinary.api.update_resources_access_mode_by_ids('public', ['a']),
    ],
  ])('is refused by name: %s', async (name, ask) => {
    const refused = await ask().catch((error: unknown) => error)
    const { error = refused } = Object(refused)
    expect(error).toMatchObject({ http_code: 400, message: `${name} is not supported` })
  })

  it.each(['GET usage', 'DELETE resources/image/upload', 'POST resources%2Fsearch'])(
    'is refused with 401 without a key with manage: %s',
    async (text) => {
      const [method = '', path = ''] = text.split(' ')
      expect((await call(method, path)).status).toBe(401)
      expect((await call(method, path, basic(UPLOAD_KEY))).status).toBe(401)
      expect((await call(method, path, basic(FULL_KEY))).status).toBe(400)
    },
  )

  it('differs from a supported call and from an unknown path', async () => {
    const full = basic(FULL_KEY)
    expect((await call('GET', 'resources/image/upload', full)).status).toBe(200)
    expect((await call('GET', 'resources/image/upload/search', full)).status).toBe(404)
    expect((await call('GET', 'nonsense', full)).status).toBe(404)
  })
})

it.each([
  ['image/text', 'text is not supported'],
  ['image/explode', 'explode is not supported'],
  ['image/unheard', 'unheard is not supported'],
])('refuses an unsupported Upload call by name: %s', async (path, message) => {
  const answer = await running.post(path, signed(FULL_KEY))
  expect(answer).toMatchObject({ status: 400, json: { error: { message } } })
})

it.each(['sprite', 'multi'])(
  'refuses a signed URL of %s by name, but not an unsigned one',
  async (action) => {
    const address = `${running.address}/v1_1/${CLOUD}/image/${action}`
    const query = new URLSearchParams(signed(FULL_KEY, { tag: 'a', mode: 'download' }))
    const answer = await fetch(`${address}?${query}`)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ error: { message: `${action} is not supported` } })
    const unsigned = await fetch(`${address}?tag=a`)
    expect((await unsigned.json()).error.message).not.toMatch(/not supported/)
    query.set('tag', 'b')
    expect((await fetch(`${address}?${query}`)).status).toBe(401)
  },
)
