/** Tests access rules, moderation, headers and regions with the official Node SDK, and their effect on delivery. */

import { signDelivery } from '@countersign/protocol/delivery'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk } from './official-sdk.js'
import {
  basic,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from './running-server.js'

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const START = Date.parse('2031-01-01T00:00:00Z')

let running: RunningServer
let cloudinary: ReturnType<typeof loadOfficialSdk>
let clockMs: number | undefined

beforeAll(async () => {
  running = await startTestServer({}, { now: () => clockMs ?? Date.now() })
  cloudinary = loadOfficialSdk(running.address)
})
afterAll(() => running.close())

const upload = (publicId: string, options = {}) =>
  cloudinary.uploader.upload(PIXEL, { public_id: publicId, ...options })
const call = (action: string, params: Record<string, string>) =>
  running.post(`image/${action}`, signed(FULL_KEY, params))

/** Returns the status of an asset's URL, of its derivative and of its signed URL at a given time. */
async function statuses(asset: { public_id: string }, atMs?: number): Promise<number[]> {
  clockMs = atMs
  const file = `${asset.public_id}.png`
  const signature = signDelivery({ path: file, secret: FULL_KEY.secret, isLong: true })
  const base = `${running.address}/testing/image/upload`
  const urls = [`${base}/${file}`, `${base}/w_1/${file}`, `${base}/s--${signature}--/${file}`]
  const answers = await Promise.all(urls.map((url) => fetch(url)))
  clockMs = undefined
  return answers.map(({ status }) => status)
}

describe('access control', () => {
  it('is returned, and with a token rule only signed URLs are delivered', async () => {
    const asset = await upload('rules/token', { access_control: [{ access_type: 'token' }] })
    expect(asset.access_control).toEqual([{ access_type: 'token' }])
    expect(await statuses(asset)).toEqual([401, 401, 200])
    const signedUrl = cloudinary.url('rules/token.png', { sign_url: true })
    const { pathname } = new URL(signedUrl)
    const delivered = await fetch(`${running.address}${pathname}`)
    expect(delivered.status).toBe(200)
    expect(delivered.headers.get('cache-control')).toBe('private, no-store')
  })

  it('allows access from the start of a window until before its end', async () => {
    const asset = await upload('rules/window', {
      access_control: {
        access_type: 'anonymous',
        start: '2031-01-01 00:00:00Z',
        end: '2031-02-01',
      },
    })
    expect(asset.access_control).toEqual([
      { access_type: 'anonymous', start: '2031-01-01T00:00:00Z', end: '2031-02-01T00:00:00Z' },
    ])
    expect(await statuses(asset, START - 1)).toEqual([401, 401, 401])
    expect(await statuses(asset, START)).toEqual([200, 200, 200])
    expect(await statuses(asset, Date.parse('2031-01-31T23:59:59Z'))).toEqual([200, 200, 200])
    expect(await statuses(asset, Date.parse('2031-02-01T00:00:00Z'))).toEqual([401, 401, 401])
  })

  it('can be added by explicit and removed by the Admin API', async () => {
    const asset = await upload('rules/later')
    expect(await statuses(asset)).toEqual([200, 200, 200])
    const rules = [{ access_type: 'token' }, { access_type: 'anonymous', end: '2030-01-01' }]
    const options = { type: 'upload', access_control: rules }
    await cloudinary.uploader.explicit('rules/later', options)
    expect(await statuses(asset, START)).toEqual([401, 401, 200])
    const opened = await cloudinary.api.update('rules/later', { access_control: '[]' })
    expect(opened).not.toHaveProperty('access_control')
    expect(await statuses(asset)).toEqual([200, 200, 200])
  })

  it.each([
    ['that is not JSON', 'token', /^access_control must be JSON$/],
    ['that is not a list', '{"access_type":"token"}', /JSON array/],
    ['of another type', '[{"access_type":"everyone"}]', /token or anonymous$/],
    ['of another type’s name', '[{"access_type":"constructor"}]', /token or anonymous$/],
    ['with an unknown member', '[{"access_type":"token","key":"k"}]', /rule with key,/],
    ['with a window on a token', '[{"access_type":"token","end":"2031-01-01"}]', /rule with end,/],
    [
      'with a wrong time',
      '[{"access_type":"anonymous","start":"tomorrow"}]',
      /start is not a time/,
    ],
    [
      'with the 31st of June',
      '[{"access_type":"anonymous","end":"2031-06-31T25:00"}]',
      /end is not/,
    ],
    ['that never opens', '[{"access_type":"anonymous","start":"2031","end":"2030"}]', /not a time/],
    [
      'whose end is before its start',
      '[{"access_type":"anonymous","start":"2031-01-02","end":"2031-01-01"}]',
      /not before its end$/,
    ],
  ])('refuses a rule %s', async (_, rules, message) => {
    const { status, json } = await call('explicit', { public_id: 'a', access_control: rules })
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })

  it('has an older form, access_mode, that requires signed URLs', async () => {
    const asset = await upload('rules/mode', { access_mode: 'authenticated' })
    expect(asset.access_mode).toBe('authenticated')
    expect(await statuses(asset)).toEqual([401, 401, 200])
    const { json } = await call('explicit', { public_id: 'rules/mode', access_mode: 'public' })
    expect(json).not.toHaveProperty('access_mode')
    expect(await statuses(asset)).toEqual([200, 200, 200])
    const wrong = await call('explicit', { public_id: 'rules/mode', access_mode: 'secret' })
    expect(wrong.json.error.message).toMatch(/^access_mode must be public or authenticated/)
  })
})

describe('moderation', () => {
  it('does not affect delivery while pending; a rejected asset is not found until it is approved', async () => {
    const asset = await upload('moderated', { moderation: 'manual' })
    expect(asset.moderation).toEqual([{ kind: 'manual', status: 'pending' }])
    expect(await statuses(asset)).toEqual([200, 200, 200])
    const rejected = await cloudinary.api.update('moderated', { moderation_status: 'rejected' })
    expect(rejected.moderation).toEqual([
      { kind: 'manual', status: 'rejected', updated_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    ])
    expect(await statuses(asset)).toEqual([404, 404, 404])
    await cloudinary.api.update('moderated', { moderation_status: 'approved' })
    expect(await statuses(asset)).toEqual([200, 200, 200])
  })

  it('by an add-on or with an unknown status is refused', async () => {
    await expect(upload('add-on', { moderation: 'aws_rek' })).rejects.toMatchObject({
      http_code: 400,
      message: 'Moderation aws_rek moderation is not valid',
    })
    await expect(
      cloudinary.api.update('moderated', { moderation_status: 'maybe' }),
    ).rejects.toMatchObject({ error: { http_code: 400 } })
  })
})

describe('headers', () => {
  it('are delivered with the asset and its derivatives', async () => {
    const asset = await upload('headers', {
      headers: { 'x-robots-tag': 'noindex', Link: '<https://app.example/a>; rel="canonical"' },
    })
    for (const url of [asset.secure_url, asset.secure_url.replace('/upload/', '/upload/w_1/')]) {
      const { headers } = await fetch(url)
      expect(headers.get('x-robots-tag')).toBe('noindex')
      expect(headers.get('link')).toBe('<https://app.example/a>; rel="canonical"')
    }
  })

  it('are checked line by line', async () => {
    const lines = ['Link: <a>; rel="canonical"', 'X-Other: b']
    const refused = cloudinary.uploader.explicit('headers', { type: 'upload', headers: lines })
    await expect(refused).rejects.toMatchObject({
      http_code: 400,
      message: expect.stringMatching(/received X-Other: b$/),
    })
  })

  it.each([
    ['Set-Cookie: a=b', /may set Link and X-Robots-Tag.*received Set-Cookie/],
    ['Content-Type: text/html', /may set Link/],
    ['Authorization: Basic x', /may set Link/],
    ['no colon', /may set Link/],
    ['Link:', /1 to 1024 printable/],
    ['Link: a\u0000b', /1 to 1024 printable/],
    [`X-Robots-Tag: ${'x'.repeat(1025)}`, /1 to 1024 printable/],
  ])('are refused if the name or the value is not allowed: %j', async (headers, message) => {
    const { status, json } = await call('explicit', { public_id: 'a', headers })
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })
})

describe('regions', () => {
  it('are stored, returned and replaced as a whole', async () => {
    const regions = { 'a face': [[1, 2], [3, 4]], logo: [[0, 0], [5, 0], [5, 5]] } // biome-ignore format: pairs
    const asset = await upload('regions', { regions })
    expect(asset.regions).toEqual(regions)
    const one = { logo: [[0, 0], [1, 1]] } // biome-ignore format: pairs
    const { json } = await call('explicit', { public_id: 'regions', regions: JSON.stringify(one) })
    expect(json.regions).toEqual(one)
  })

  it.each([
    ['invalid JSON', '{', /must be JSON/],
    ['a list', '[]', /JSON object/],
    ['one point', '{"a":[[1,2]]}', /2 to 400 points/],
    ['a point of three', '{"a":[[1,2,3],[1,2]]}', /2 to 400 points/],
    ['a negative point', '{"a":[[-1,2],[1,2]]}', /2 to 400 points/],
    ['half a pixel', '{"a":[[0.5,2],[1,2]]}', /2 to 400 points/],
    ['401 points', JSON.stringify({ a: Array(401).fill([1, 1]) }), /2 to 400 points/],
    [
      '101 regions',
      JSON.stringify(
        Object.fromEntries(
          Array.from({ length: 101 }, (_, index) => [`r${index}`, [[0, 0], [1, 1]]]), // biome-ignore format: pairs
        ),
      ),
      /at most 100/,
    ],
  ])('are refused in another form: %s', async (_, regions, message) => {
    const { status, json } = await call('explicit', { public_id: 'a', regions })
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: expect.stringMatching(message),
    })
  })
})

describe('a preset', () => {
  it('applies its rules, headers, moderation, regions and delete token to uploads', async () => {
    const settings = {
      access_control: [{ access_type: 'token' }],
      headers: 'X-Robots-Tag: noindex',
      moderation: 'manual',
      regions: { logo: [[0, 0], [1, 1]] }, // biome-ignore format: pairs
      return_delete_token: true,
    }
    await cloudinary.api.create_upload_preset({
      name: 'strict',
      unsigned: true,
      ...settings,
    })
    expect((await cloudinary.api.upload_preset('strict')).settings).toEqual(settings)
    const bytes = Buffer.from(PIXEL.replace(/^.*,/, ''), 'base64')
    const form = formOf({ upload_preset: 'strict' }, { bytes, name: 'a.png', type: 'image/png' })
    const { json } = await running.post('image/upload', form)
    expect(json).toMatchObject({
      access_control: [{ access_type: 'token' }],
      moderation: [{ kind: 'manual', status: 'pending' }],
      regions: settings.regions,
      delete_token: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(await statuses(json)).toEqual([401, 401, 200])
  })

  it.each([
    ['a rule that is none', { access_control: [{ access_type: 'all' }] }, /token or anonymous/],
    ['a header of another kind', { headers: 'Set-Cookie: a=b' }, /may set Link/],
    ['a type that is none', { type: 'fetch' }, /^type must be/],
    ['a boolean that is neither', { overwrite: 'perhaps' }, /^overwrite must be true or false/],
    ['coordinates that are none', { custom_coordinates: '1' }, /^custom_coordinates must/],
    ['what no upload may ask for', { eval: 'x' }, /^eval cannot be set in a preset$/],
    ['what is about one upload', { nonce: 'a'.repeat(32) }, /^nonce cannot be set/],
    ['what is not built', { colors: true }, /^colors is not supported$/],
  ])('cannot be written with %s', async (_, settings, message) => {
    const response = await fetch(`${running.address}/v1_1/testing/upload_presets`, {
      method: 'POST',
      headers: { ...basic(FULL_KEY), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'wrong', ...settings }),
    })
    expect(response.status).toBe(400)
    expect((await response.json()).error.message).toMatch(message)
    await expect(cloudinary.api.upload_preset('wrong')).rejects.toMatchObject({
      error: { http_code: 404 },
    })
  })
})
