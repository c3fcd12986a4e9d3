import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Answer,
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

/** A key with all scopes that is limited by a preset. */
const BOUND_KEY = {
  ...FULL_KEY,
  id: '333333333333333',
  secret: 'bound-key-secret-of-the-tests-0003',
  preset: 'default',
}
const START = Date.now()
const DAY_MS = 86_400_000

let running: RunningServer
let photo: Buffer
let ownPhoto: Buffer
let nowMs = START

beforeAll(async () => {
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#4060a0' } })
      .png()
      .toBuffer()
  photo = await picture(77, 55)
  ownPhoto = await picture(20, 20)
  running = await startTestServer({ keys: [UPLOAD_KEY, FULL_KEY, BOUND_KEY] }, { now: () => nowMs })
  await writePreset('default', {})
  await writePreset('vault', { type: 'private' })
  await writePreset('locker', { type: 'authenticated' })
  const field = { external_id: 'salary', label: 'Salary', type: 'string' }
  const created = await fetch(`${running.address}/v1_1/${CLOUD}/metadata_fields`, {
    method: 'POST',
    body: JSON.stringify(field),
    headers: { ...basic(FULL_KEY), 'content-type': 'application/json' },
  })
  expect(created.status).toBe(200)
})
afterAll(() => running.close())

function writePreset(name: string, settings: object, overwrite = false): Promise<boolean> {
  return running.server.services.catalog.writePreset({
    cloud: CLOUD,
    name,
    isUnsigned: true,
    disallowPublicId: false,
    settings: { ...settings },
    limits: { overwrite },
    replace: true,
    now: 1,
  })
}

const iso = (offsetMs: number): string => new Date(START + offsetMs).toISOString()
const rules = (...list: object[]): Record<string, string> => ({
  access_control: JSON.stringify(list),
})
const TOKEN = { access_type: 'token' }

/** Restrictions of an asset, and the type in its delivery URL. */
const RESTRICTED: readonly (readonly [
  what: string,
  params: Record<string, string>,
  moderation?: 'rejected',
])[] = [
  ['a token rule', rules(TOKEN)],
  ['the older access mode', { access_mode: 'authenticated' }],
  ['a window that has ended', rules({ access_type: 'anonymous', end: iso(-DAY_MS) })],
  ['a window that has not begun', rules({ access_type: 'anonymous', start: iso(DAY_MS) })],
  ['the type private', { type: 'private' }],
  ['the type authenticated', { type: 'authenticated' }],
  ['its moderator', { moderation: 'manual' }, 'rejected'],
]
const PUBLIC: typeof RESTRICTED = [
  ['no rule', {}],
  ['an open window', rules({ access_type: 'anonymous', start: iso(-DAY_MS), end: iso(DAY_MS) })],
  ['a token rule and an open window', rules(TOKEN, { access_type: 'anonymous' })],
  ['a moderator who has not decided yet', { moderation: 'manual' }],
]

let names = 0
/** Stores an asset with private details. */
async function store(
  params: Record<string, string>,
  moderation?: string,
): Promise<{ publicId: string; json: Answer['json'] }> {
  names += 1
  const publicId = `hr/contract-${names}`
  const described = {
    public_id: publicId,
    display_name: `Salary of Alice ${names}`,
    asset_folder: 'hr/secret',
    tags: 'confidential',
    context: 'note=resigned',
    ...params,
  }
  const file = { bytes: photo, name: 'alice-contract.png', type: 'image/png' }
  const { status, json } = await running.post(
    'image/upload',
    formOf(signed(FULL_KEY, described), file),
  )
  expect(status, json.error?.message).toBe(200)
  if (moderation) {
    const url = `${running.address}/v1_1/${CLOUD}/resources/image/upload/${publicId}`
    const body = new URLSearchParams({ moderation_status: moderation })
    const moderated = await fetch(url, { method: 'POST', body, headers: basic(FULL_KEY) })
    expect(moderated.status).toBe(200)
  }
  return { publicId, json }
}

const own = () => ({ bytes: ownPhoto, name: 'own.png', type: 'image/png' })
const typeOf = ({ type = 'upload' }: Record<string, string>): string => type
const presetOf = (type: string): string =>
  ({ private: 'vault', authenticated: 'locker' })[type] ?? 'default'
const newNonce = (): string => (names++).toString(16).padStart(32, 'a')

/** Ways in which a non-owner uploads to an existing public id. */
const STRANGERS: Readonly<
  Record<string, (publicId: string, type: string) => Promise<readonly Answer[]>>
> = {
  async 'without a signature'(publicId, type) {
    const fields = { upload_preset: presetOf(type), public_id: publicId }
    return [await running.post('image/upload', formOf(fields, own()))]
  },
  async 'with a key for browsers'(publicId, type) {
    const fields = signed(UPLOAD_KEY, { public_id: publicId, type })
    return [await running.post('image/upload', formOf(fields, own()))]
  },
  async 'with a nonce, twice, and asking for it'(publicId, type) {
    const nonce = newNonce()
    const fields = signed(UPLOAD_KEY, { public_id: publicId, type, nonce })
    const first = await running.post('image/upload', formOf(fields, own()))
    const second = await running.post('image/upload', formOf(fields, own()))
    const read = await fetch(`${running.address}/v1_1/${CLOUD}/upload_sessions/${nonce}`)
    const session = await read.json()
    const asked = { status: read.status, headers: read.headers, json: session.result ?? session }
    return [first, second, asked]
  },
  async 'in chunks'(publicId, type) {
    const form = () => formOf(signed(UPLOAD_KEY, { public_id: publicId, type }), own())
    const headers = {
      'x-unique-upload-id': `chunks-${publicId}`,
      'content-range': `bytes 0-${ownPhoto.length - 1}/${ownPhoto.length}`,
    }
    return [
      await running.post('image/upload', form(), headers),
      await running.post('image/upload', form(), headers),
    ]
  },
}
const WAYS = Object.keys(STRANGERS)
const pairs = (list: typeof RESTRICTED) =>
  list.flatMap(([what, params, moderation]) =>
    WAYS.map((way) => ({ what, way, params, moderation })),
  )

async function deliveryStatus(publicId: string, type: string): Promise<number> {
  const url = `${running.address}/${CLOUD}/image/${type}/${publicId}.png`
  return (await fetch(url)).status
}

describe('a non-owner who uploads to the public id of a restricted asset', () => {
  it.each(pairs(RESTRICTED))(
    'by $what learns only that the public id is taken: $way',
    async ({ way, params, moderation }) => {
      const { publicId, json } = await store(params, moderation)
      const type = typeOf(params)
      expect(await deliveryStatus(publicId, type)).not.toBe(200)
      const kept = await running.kept()
      for (const answer of (await STRANGERS[way]?.(publicId, type)) ?? []) {
        const message = `public_id (${publicId}) is taken`
        expect(answer).toMatchObject({ status: 400, json: { error: { message } } })
        expect(Object.keys(answer.json)).toEqual(['error'])
        const headers = [...answer.headers].flat().join('\n')
        for (const secret of [json.etag, json.asset_id, json.signature, json.display_name]) {
          expect(headers).not.toContain(secret)
        }
      }
      expect(await running.kept()).toEqual(kept)
    },
  )
})

describe('a non-owner whose upload is stored with async', () => {
  it('gets the same answer for a taken and a free public id, and the asset stays unchanged', async () => {
    const { publicId, json } = await store(rules(TOKEN))
    const { catalog } = running.server.services
    const kept = await running.kept()
    const send = (name: string) => {
      const fields = signed(UPLOAD_KEY, { public_id: name, async: 'true' })
      return running.post('image/upload', formOf(fields, own()))
    }
    const [taken, free] = [await send(publicId), await send('free-name')]
    expect(taken.status).toBe(200)
    expect(Object.keys(taken.json)).toEqual(Object.keys(free.json))
    expect(JSON.stringify(taken.json)).not.toContain(json.etag)
    await expect
      .poll(() => catalog.listEvents({ state: 'done', cloud: CLOUD, maxResults: 10 }))
      .toHaveLength(2)
    expect((await running.kept()).assets).toBe(kept.assets + 1)
    const name = { cloud: CLOUD, resourceType: 'image', deliveryType: 'upload', publicId } as const
    expect((await catalog.readAsset(name))?.versionId).toBe(json.version_id)
    expect(running.logs.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  })
})

describe('a non-owner who uploads to the public id of a public asset', () => {
  it.each(pairs(PUBLIC))(
    'by $what gets the asset without its private fields: $way',
    async ({ way, params }) => {
      const { publicId, json } = await store(params)
      expect(await deliveryStatus(publicId, 'upload')).toBe(200)
      for (const answer of (await STRANGERS[way]?.(publicId, 'upload')) ?? []) {
        expect(answer).toMatchObject({
          status: 200,
          json: { existing: true, etag: json.etag, version: json.version, tags: [] },
        })
        for (const name of ['context', 'metadata', 'moderation', 'original_filename']) {
          expect(answer.json).not.toHaveProperty(name)
        }
        expect(JSON.stringify(answer.json)).not.toMatch(/Salary of Alice|hr\/secret/)
      }
    },
  )

  it('is refused after the access window has ended', async () => {
    const params = rules({ access_type: 'anonymous', end: iso(3_600_000) })
    const { publicId } = await store(params)
    const fields = { upload_preset: 'default', public_id: publicId }
    const send = () => running.post('image/upload', formOf(fields, own()))
    expect((await send()).status).toBe(200)
    nowMs = START + 3_600_000
    expect((await send()).status).toBe(400)
    nowMs = START
  })
})

describe('a caller who may manage assets', () => {
  it.each(
    RESTRICTED.flatMap(([what, params, moderation]) =>
      [FULL_KEY, BOUND_KEY].map((key) => ({ what, params, moderation, key })),
    ),
  )('gets the whole asset despite $what: key $key.id', async (each) => {
    const { publicId, json } = await store(each.params, each.moderation)
    const fields = { public_id: publicId, type: typeOf(each.params), overwrite: 'false' }
    for (const [form, headers] of [
      [formOf(signed(each.key, fields), own()), {}],
      [formOf(fields, own()), basic(each.key)],
    ] as const) {
      const answer = await running.post('image/upload', form, headers)
      expect(answer).toMatchObject({
        status: 200,
        json: { existing: true, etag: json.etag, display_name: json.display_name },
      })
    }
  })
})

describe('an uploader', () => {
  it('gets all fields of its own upload, despite any restriction', async () => {
    for (const [what, params] of RESTRICTED) {
      const fields = signed(UPLOAD_KEY, { ...params, public_id: `own/${what}`, tags: 'mine' })
      const { status, json } = await running.post('image/upload', formOf(fields, own()))
      expect({ status, tags: json.tags, version: typeof json.version }).toEqual({
        status: 200,
        tags: ['mine'],
        version: 'number',
      })
    }
  })

  it('who may overwrite does not see the metadata of the previous asset', async () => {
    const { publicId } = await store({ ...rules(TOKEN), metadata: 'salary=90000' })
    const nonce = newNonce()
    await writePreset('default', {}, true)
    const fields = { public_id: publicId, nonce }
    const { status, json } = await running.post(
      'image/upload',
      formOf(signed(UPLOAD_KEY, fields), own()),
    )
    expect({ status, overwritten: json.overwritten }).toEqual({ status: 200, overwritten: true })
    expect(JSON.stringify(json)).not.toContain('90000')
    const read = await fetch(`${running.address}/v1_1/${CLOUD}/upload_sessions/${nonce}`)
    expect(await read.text()).not.toContain('90000')
    const detail = await fetch(
      `${running.address}/v1_1/${CLOUD}/resources/image/upload/${publicId}`,
      { headers: basic(FULL_KEY) },
    )
    expect(await detail.json()).toMatchObject({ metadata: { salary: '90000' } })
  })
})
