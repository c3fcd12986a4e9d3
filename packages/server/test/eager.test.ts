/** Tests eager derivatives with the official Node SDK. */

import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk, uploadBytes } from './official-sdk.js'
import { type Receiver, startReceiver } from './receiver.js'
import {
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  pendingEvents,
  type RunningServer,
  signed,
  startTestServer,
} from './running-server.js'

const SECRET = 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz'
const PAD = { width: 400, height: 300, crop: 'pad' }

let running: RunningServer
let receiver: Receiver
let sdk: ReturnType<typeof loadOfficialSdk>
let photo: Buffer

beforeAll(async () => {
  receiver = await startReceiver(SECRET)
  running = await startTestServer({ ...told(), transformations: 'strict' })
  sdk = loadOfficialSdk(running.address)
  photo = await sharp({ create: { width: 200, height: 100, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
})
afterAll(async () => {
  await running.close()
  receiver.close()
})

const told = () => ({ notificationUrls: [receiver.url], webhookSecret: SECRET })

const upload = (bytes: Uint8Array, options: Record<string, unknown> = {}) =>
  uploadBytes(sdk, bytes, options)

/** Waits for the notification of a batch, and returns its body. */
async function notified(publicId: string) {
  const find = () =>
    receiver.deliveries.find(
      ({ json }) => json.notification_type === 'eager' && json.public_id === publicId,
    )
  await expect.poll(find).toBeDefined()
  return find()?.json
}

describe('eager', () => {
  it('creates the derivatives before the answer, which lists their properties and URLs', async () => {
    const result = await upload(photo, {
      public_id: 'a/b',
      eager: [PAD, { width: 0.5, crop: 'scale', format: 'png' }],
    })
    const file = `/${CLOUD}/image/upload`
    // The members are those of the example in Cloudinary's documentation.
    expect(result.eager).toEqual([
      {
        transformation: 'c_pad,h_300,w_400',
        width: 400,
        height: 300,
        bytes: expect.any(Number),
        format: 'jpg',
        url: `${running.address}${file}/c_pad,h_300,w_400/v${result.version}/a/b.jpg`,
        secure_url: `${running.address}${file}/c_pad,h_300,w_400/v${result.version}/a/b.jpg`,
      },
      {
        transformation: 'c_scale,w_0.5/png',
        width: 100,
        height: 50,
        bytes: expect.any(Number),
        format: 'png',
        url: `${running.address}${file}/c_scale,w_0.5/v${result.version}/a/b.png`,
        secure_url: `${running.address}${file}/c_scale,w_0.5/v${result.version}/a/b.png`,
      },
    ])
    for (const entry of result.eager) {
      const response = await fetch(entry.secure_url)
      expect(response.status).toBe(200)
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(bytes.length).toBe(entry.bytes)
      const { width, height } = await sharp(bytes).metadata()
      expect({ width, height }).toEqual({ width: entry.width, height: entry.height })
    }
  })

  it('allows its transformations and no others, also after the cache is lost', async () => {
    const first = await startTestServer(
      { transformations: 'strict' },
      { folder: `${running.folder}-lost` },
    )
    const { folder } = first
    const known = { public_id: 'known', eager: 'w_77' }
    await first.post('image/upload', formOf(signed(FULL_KEY, known), { bytes: photo }))
    const at = (steps: string, { file = 'known.jpg', server = first } = {}) =>
      fetch(`${server.address}/${CLOUD}/image/upload/${steps}/${file}`).then((r) => r.status)
    expect(await at('w_77')).toBe(200)
    expect(await at('w_77', { file: 'known' })).toBe(200)
    expect(await at('w_78')).toBe(401)
    expect(await at('w_77', { file: 'known.png' })).toBe(401)
    await first.close()

    await rm(join(folder, 'derivatives'), { recursive: true })
    const server = await startTestServer({ transformations: 'strict' }, { folder })
    expect(await at('w_77', { server })).toBe(200)
    expect(await at('w_78', { server })).toBe(401)
    await server.close()
    await rm(folder, { recursive: true })
  })

  it('is listed as derived until the asset is overwritten', async () => {
    await upload(photo, { public_id: 'listed', eager: [{ width: 20 }] })
    const { derived } = await sdk.api.resource('listed')
    expect(derived).toEqual([
      {
        transformation: 'w_20',
        format: 'jpg',
        bytes: expect.any(Number),
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        url: expect.stringMatching(/\/w_20\/v\d+\/listed\.jpg$/),
        secure_url: expect.any(String),
      },
    ])
    await upload(photo, { public_id: 'listed', invalidate: true })
    expect((await sdk.api.resource('listed')).derived).toEqual([])
    const old = await fetch(`${running.address}/${CLOUD}/image/upload/w_20/listed.jpg`)
    expect(old.status).toBe(401)
  })

  it('of an authenticated asset returns signed URLs', async () => {
    const result = await upload(photo, { type: 'authenticated', eager: [{ width: 20 }] })
    const [entry] = result.eager
    expect(entry.secure_url).toMatch(/\/authenticated\/s--[A-Za-z0-9_-]+--\/w_20\/v\d+\//)
    expect((await fetch(entry.secure_url)).status).toBe(200)
  })

  it('reports why one derivative failed, and the others and the upload succeed', async () => {
    const result = await upload(photo, {
      public_id: 'half',
      eager: [{ width: 9000 }, { width: 30 }, { width: 30, format: 'tiff' }],
    })
    expect(result.eager).toEqual([
      {
        transformation: 'w_9000',
        status: 'failed',
        reason: 'Maximum image size is 25 Megapixels. Requested 40.5 Megapixels',
      },
      expect.objectContaining({ transformation: 'w_30', width: 30 }),
      {
        transformation: 'w_30/tiff',
        status: 'failed',
        reason: 'Invalid extension in transformation: tiff',
      },
    ])
    expect((await fetch(result.secure_url)).status).toBe(200)
  })

  it('of a raw file fails, but the upload succeeds', async () => {
    const bytes = Buffer.from('hello')
    const raw = await upload(bytes, { resource_type: 'raw', eager: [{ width: 5 }] })
    expect(raw.eager).toEqual([
      { transformation: 'w_5', status: 'failed', reason: 'Transforming raw is not supported' },
    ])
  })

  it.each([
    ['e_sepia', 'Invalid transformation component - e_sepia'],
    ['w_5|w_-1', 'Invalid width in transformation: -1'],
    ['w_5/constructor/png', 'Invalid transformation component - constructor'],
    [
      Array.from({ length: 33 }, (_, i) => `w_${i + 1}`).join('|'),
      'eager must be at most 32, received 33',
    ],
  ])(
    'with an invalid transformation refuses the upload before it is stored: %s',
    async (eager, message) => {
      const before = await running.kept()
      const form = formOf(signed(FULL_KEY, { eager }), { bytes: photo })
      const { status, json } = await running.post('image/upload', form)
      expect({ status, message: json.error.message }).toEqual({ status: 400, message })
      expect(await running.kept()).toEqual(before)
    },
  )

  it('is in the answer to a repeated nonce, but not if nothing was stored', async () => {
    const nonce = 'ab'.repeat(16)
    const fields = { public_id: 'once', eager: 'w_31', nonce }
    const first = await running.post(
      'image/upload',
      formOf(signed(FULL_KEY, fields), { bytes: photo }),
    )
    const again = await running.post(
      'image/upload',
      formOf(signed(FULL_KEY, fields), { bytes: photo }),
    )
    expect(again.json.eager).toEqual(first.json.eager)
    const existing = await upload(photo, {
      public_id: 'once',
      overwrite: false,
      eager: [{ width: 32 }],
    })
    expect(existing).toMatchObject({ existing: true })
    expect(existing).not.toHaveProperty('eager')
  })
})

describe('eager_async', () => {
  it('answers at once, creates the derivatives later, and notifies about the whole batch', async () => {
    const result = await upload(photo, {
      public_id: 'later',
      eager: [{ width: 41 }, { width: 9000 }],
      eager_async: true,
    })
    const [entry] = result.eager
    expect(entry).toEqual({
      transformation: 'w_41',
      status: 'processing',
      batch_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      url: expect.stringContaining('/w_41/'),
      secure_url: expect.stringContaining('/w_41/'),
    })
    expect(result.eager[1].batch_id).toBe(entry.batch_id)
    expect(await notified('later')).toMatchObject({
      batch_id: entry.batch_id,
      api_key: FULL_KEY.id,
      eager: [
        { transformation: 'w_41', width: 41, format: 'jpg', secure_url: entry.secure_url },
        { transformation: 'w_9000', status: 'failed', reason: expect.any(String) },
      ],
    })
    expect((await fetch(entry.secure_url)).status).toBe(200)
  })

  it('survives a restart between the answer and the work', async () => {
    // A file in place of the folder of derivatives makes every attempt fail.
    const folder = running.folder.replace(/$/, '-restart')
    const first = await startTestServer(
      {
        transformations: 'strict',
        storageFolder: folder,
        databaseFile: join(folder, 'catalog.db'),
      },
      { attemptDelaysSeconds: [3600, 3600] },
    )
    await writeFile(join(folder, 'derivatives'), 'in the way')
    const fields = { public_id: 'durable', eager: 'w_42', eager_async: '1' }
    const answer = await first.post(
      'image/upload',
      formOf(signed(FULL_KEY, fields), { bytes: photo }),
    )
    expect(answer.json.eager).toMatchObject([{ status: 'processing' }])
    await first.close()
    await rm(join(folder, 'derivatives'))

    const later = Date.now() + 3_700_000
    const second = await startTestServer(
      {
        transformations: 'strict',
        storageFolder: folder,
        databaseFile: join(folder, 'catalog.db'),
      },
      { now: () => later },
    )
    await expect
      .poll(() =>
        readdir(join(folder, 'derivatives')).then(
          (names) => names.length,
          () => 0,
        ),
      )
      .toBe(1)
    const made = await fetch(`${second.address}/${CLOUD}/image/upload/w_42/durable.jpg`)
    expect(made.status).toBe(200)
    await second.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('ends after the last attempt, and notifies with the failure', async () => {
    const folder = `${running.folder}-poison`
    const server = await startTestServer(
      { ...told(), storageFolder: folder, databaseFile: join(folder, 'catalog.db') },
      { attemptDelaysSeconds: [0.01, 0.01] },
    )
    await writeFile(join(folder, 'derivatives'), 'in the way')
    const fields = { public_id: 'poison', eager: 'w_43', eager_async: '1' }
    await server.post('image/upload', formOf(signed(FULL_KEY, fields), { bytes: photo }))
    expect(await notified('poison')).toMatchObject({
      eager: [{ transformation: 'w_43', status: 'failed', reason: 'General Error' }],
    })
    expect(await pendingEvents(server.server, 'derive')).toEqual([])
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('creates nothing if the asset was overwritten in the meantime', async () => {
    const fields = { public_id: 'gone', eager: 'w_44', eager_async: '1' }
    const { services } = running.server
    await running.post('image/upload', formOf(signed(FULL_KEY, fields), { bytes: photo }))
    await notified('gone')
    const asset = await services.catalog.readAsset({
      cloud: CLOUD,
      resourceType: 'image',
      deliveryType: 'upload',
      publicId: 'gone',
    })
    await upload(photo, { public_id: 'gone' })
    const order = {
      transformation: 'w_44',
      format: 'jpg',
      widthPx: null,
      heightPx: null,
      bytes: null,
    }
    const late = { derivedId: 'c'.repeat(32), ...order }
    const { cloud = '', assetId = '', versionId = '' } = asset ?? {}
    const query = { cloud, assetId, versionId, derivatives: [late], maxDerivatives: 9 }
    expect(await services.catalog.writeDerivatives({ ...query, now: Date.now() })).toBe('replaced')
    expect((await fetch(`${running.address}/${CLOUD}/image/upload/w_44/gone.jpg`)).status).toBe(401)
  })
})

describe('explicit', () => {
  it('creates eager derivatives of a stored asset, and allows their transformations', async () => {
    await upload(photo, { public_id: 'stored' })
    const result = await sdk.uploader.explicit('stored', {
      type: 'upload',
      eager: [{ width: 51 }, { width: 9000 }],
    })
    expect(result.eager).toMatchObject([
      { transformation: 'w_51', width: 51, height: 26, format: 'jpg' },
      { transformation: 'w_9000', status: 'failed' },
    ])
    const { derived } = await sdk.api.resource('stored')
    expect(derived).toMatchObject([{ transformation: 'w_51', format: 'jpg' }])
    expect((await fetch(result.eager[0].secure_url)).status).toBe(200)
  })

  it('with eager_async answers at once and notifies later', async () => {
    await upload(photo, { public_id: 'stored/later' })
    const result = await sdk.uploader.explicit('stored/later', {
      type: 'upload',
      eager: [{ width: 52 }],
      eager_async: true,
    })
    expect(result.eager).toMatchObject([{ transformation: 'w_52', status: 'processing' }])
    expect(await notified('stored/later')).toMatchObject({
      batch_id: result.eager[0].batch_id,
      eager: [{ transformation: 'w_52', width: 52 }],
    })
    expect((await fetch(result.eager[0].secure_url)).status).toBe(200)
  })

  it('refuses parameters that would change the stored file', async () => {
    await upload(photo, { public_id: 'stored/file' })
    for (const [name, value] of [
      ['format', 'png'],
      ['transformation', 'w_5'],
    ] as const) {
      const fields = signed(FULL_KEY, { public_id: 'stored/file', type: 'upload', [name]: value })
      const { status, json } = await running.post('image/explicit', formOf(fields))
      expect({ status, message: json.error.message }).toEqual({
        status: 400,
        message: `${name} is not for explicit: the stored file stays as it is`,
      })
    }
  })
})

describe('the maximum number of derivatives of an asset', () => {
  const FULL = 'may have at most 2 derivatives (COUNTERSIGN_MAX_DERIVED)'
  let few: RunningServer
  let days = 0

  beforeAll(async () => {
    const now = () => Date.now() + days * 86_400_000
    few = await startTestServer({ ...told(), maxDerivedPerAsset: 2 }, { now })
  })
  afterAll(() => few.close())

  const send = async (publicId: string, fields: Record<string, string> = {}) => {
    const form = formOf(signed(FULL_KEY, { public_id: publicId, ...fields }), { bytes: photo })
    return (await few.post('image/upload', form)).json
  }
  const order = async (publicId: string, eager: string, fields: Record<string, string> = {}) => {
    const timestamp = String(Math.floor(Date.now() / 1000) + days * 86_400)
    const all = { timestamp, public_id: publicId, type: 'upload', eager, ...fields }
    return (await few.post('image/explicit', formOf(signed(FULL_KEY, all)))).json.eager
  }
  const later = { eager_async: 'true' }
  const madeOf = async (publicId: string) => {
    const answer = await fetch(`${few.address}/v1_1/${CLOUD}/resources/image/upload/${publicId}`, {
      headers: basic(FULL_KEY),
    })
    return (await answer.json()).derived.map(
      (one: { transformation: string }) => one.transformation,
    )
  }

  it('limits the derivatives of an upload, with and without eager_async', async () => {
    for (const fields of [{}, later]) {
      const publicId = 'eager_async' in fields ? 'first/later' : 'first'
      const { eager } = await send(publicId, { eager: 'w_11|w_12|w_13', ...fields })
      const outcomes = 'eager_async' in fields ? (await notified(publicId)).eager : eager
      expect(outcomes).toMatchObject([
        { transformation: 'w_11', width: 11 },
        { transformation: 'w_12', width: 12 },
        { transformation: 'w_13', status: 'failed', reason: `${publicId} ${FULL}` },
      ])
    }
  })

  it('limits the derivatives of explicit, with and without eager_async', async () => {
    await send('second')
    expect(await order('second', 'w_21|w_22', later)).toMatchObject([
      { status: 'processing' },
      { status: 'processing' },
    ])
    // The earlier derivatives count whether or not they are created yet.
    for (const fields of [later, {}]) {
      expect(await order('second', 'w_23', fields)).toEqual([
        { transformation: 'w_23', status: 'failed', reason: `second ${FULL}` },
      ])
    }
    expect((await notified('second')).eager).toMatchObject([{ width: 21 }, { width: 22 }])
    expect(await order('second', 'w_22', later)).toMatchObject([{ status: 'processing' }])
    expect(await madeOf('second')).toEqual(['w_21', 'w_22'])
  })

  it('does not count a failed derivative after one day', async () => {
    await send('third')
    await order('third', 'w_9001|w_9002', later)
    expect((await notified('third')).eager).toMatchObject([
      { status: 'failed' },
      { status: 'failed' },
    ])
    expect(await order('third', 'w_31', later)).toMatchObject([{ status: 'failed' }])
    days += 1
    expect(await order('third', 'w_31', later)).toMatchObject([{ status: 'processing' }])
    await expect.poll(() => madeOf('third')).toEqual(['w_31'])
  })
})
