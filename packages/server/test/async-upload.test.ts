/** Tests `async` with the official Node SDK: the server answers before it processes the file. */

import { rm } from 'node:fs/promises'
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
  UPLOAD_KEY,
} from './running-server.js'
import { unpackZip } from './unpack.js'

const SECRET = 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz'

let running: RunningServer
let receiver: Receiver
let sdk: ReturnType<typeof loadOfficialSdk>
let photo: Buffer

beforeAll(async () => {
  receiver = await startReceiver(SECRET)
  running = await startTestServer(told())
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
  uploadBytes(sdk, bytes, { async: true, ...options })

async function notified(type: string, publicId: string) {
  const find = () =>
    receiver.deliveries.find(
      ({ json }) => json.notification_type === type && json.public_id === publicId,
    )
  await expect.poll(find).toBeDefined()
  return find()?.json
}

describe('an upload with async', () => {
  it('is answered as pending, then stored with its transformation and derivatives', async () => {
    const answer = await upload(photo, {
      public_id: 'later',
      transformation: { width: 50 },
      eager: [{ width: 10 }],
      tags: ['a'],
      media_metadata: true,
    })
    expect(answer).toEqual({
      status: 'pending',
      resource_type: 'image',
      type: 'upload',
      public_id: 'later',
      batch_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(await notified('upload', 'later')).toMatchObject({ width: 50, height: 25, tags: ['a'] })
    expect(await sdk.api.resource('later')).toMatchObject({ width: 50, tags: ['a'] })
    await expect.poll(async () => (await running.kept()).staged).toBe(0)
  })

  it('keeps the public id that the answer contains', async () => {
    const { public_id: publicId } = await upload(Buffer.from('hello'), { resource_type: 'raw' })
    expect(await notified('upload', publicId)).toMatchObject({ bytes: 5, resource_type: 'raw' })
  })

  it('is refused at once if its header is invalid or a limit forbids it, and nothing is kept', async () => {
    const before = await running.kept()
    await expect(upload(Buffer.from('no picture'))).rejects.toMatchObject({
      http_code: 400,
      message: 'Invalid image file',
    })
    await expect(upload(photo, { allowed_formats: ['png'] })).rejects.toMatchObject({
      message: 'Image file format jpg not allowed',
    })
    expect(await running.kept()).toEqual(before)
  })

  it('that fails later leaves no asset, and notifies with the reason', async () => {
    const { batch_id: batchId } = await upload(photo, {
      public_id: 'doomed',
      transformation: { width: 9000 },
    })
    expect(await notified('error', 'doomed')).toMatchObject({
      batch_id: batchId,
      error: { message: 'Maximum image size is 25 Megapixels. Requested 40.5 Megapixels' },
    })
    await expect(sdk.api.resource('doomed')).rejects.toMatchObject({ error: { http_code: 404 } })
    expect(await pendingEvents(running.server, 'store')).toEqual([])
  })

  it('is stored once if it is repeated with the same nonce', async () => {
    const fields = { public_id: 'once', async: '1', nonce: 'ef'.repeat(16) }
    for (const _ of [1, 2]) {
      const form = formOf(signed(FULL_KEY, fields), { bytes: photo })
      expect((await running.post('image/upload', form)).status).toBe(200)
    }
    await notified('upload', 'once')
    const told = receiver.deliveries.filter(({ json }) => json.public_id === 'once')
    expect(told).toHaveLength(1)
  })

  it('is an ordinary upload if the value is false', async () => {
    expect(await upload(photo, { async: false })).toHaveProperty('asset_id')
  })

  it('survives a restart between the answer and the work', async () => {
    const first = await startTestServer()
    // The server stops right after the answer. The job must run once, whether or not it had started.
    const form = formOf(signed(FULL_KEY, { public_id: 'restart', async: '1' }), { bytes: photo })
    const { json } = await first.post('image/upload', form)
    expect(json).toMatchObject({ status: 'pending' })
    first.server.server.closeAllConnections()
    await first.server.close()
    const second = await startTestServer({}, { folder: first.folder })
    const name = { cloud: CLOUD, resourceType: 'image', deliveryType: 'upload' } as const
    await expect
      .poll(() => second.server.services.catalog.readAsset({ ...name, publicId: 'restart' }))
      .toMatchObject({ widthPx: 200 })
    await second.close()
    await rm(first.folder, { recursive: true, force: true })
  })
})

describe('explicit with async', () => {
  const later = (publicId: string, options: Record<string, unknown>) =>
    sdk.uploader.explicit(publicId, { type: 'upload', async: true, ...options })
  const waiting = () => pendingEvents(running.server, 'explicit')

  it('is answered as pending, then runs and notifies with the whole answer', async () => {
    const uploaded = await uploadBytes(sdk, photo, { public_id: 'described', tags: ['old'] })
    const answer = await later('described', {
      tags: ['b', 'a'],
      context: { alt: 'teal' },
      eager: [{ width: 12 }],
      media_metadata: true,
    })
    expect(answer).toEqual({
      status: 'pending',
      resource_type: 'image',
      type: 'upload',
      public_id: 'described',
      batch_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    const said = await notified('explicit', 'described')
    expect(said).toMatchObject({
      batch_id: answer.batch_id,
      asset_id: uploaded.asset_id,
      version: uploaded.version,
      etag: uploaded.etag,
      tags: ['b', 'a'],
      context: { custom: { alt: 'teal' } },
      eager: [{ transformation: 'w_12', width: 12, height: 6 }],
      image_metadata: expect.any(Object),
      api_key: FULL_KEY.id,
    })
    const { public_id: id, version, signature } = said
    expect(sdk.utils.verify_api_response_signature(id, version, signature)).toBe(true)
    expect(await sdk.api.resource('described')).toMatchObject({ tags: ['a', 'b'] })
    await expect.poll(waiting).toEqual([])
    // The change of tags also sends its usual notification.
    await expect
      .poll(() => receiver.deliveries.map(({ json }) => json))
      .toContainEqual(
        expect.objectContaining({
          notification_type: 'resource_tags_changed',
          resources: [expect.objectContaining({ public_id: 'described', added: ['b', 'a'] })],
        }),
      )
  })

  it('is refused at once if the request itself is invalid', async () => {
    await expect(later('nobody', { tags: 'x' })).rejects.toMatchObject({
      http_code: 404,
      message: 'Resource not found - nobody',
    })
    await uploadBytes(sdk, photo, { public_id: 'refusing' })
    for (const [options, message] of [
      [{ display_name: 'a/b' }, /contain slashes$/],
      [{ metadata: { none: '1' } }, /do not exist/],
      [{ eager: [{ effect: 'none' }] }, /^Invalid transformation component/],
      [{ transformation: { width: 5 } }, /is not for explicit/],
      [{ notification_url: 'http://127.0.0.1/x' }, /^notification_url must be/],
    ] as const) {
      await expect(later('refusing', options)).rejects.toMatchObject({
        http_code: 400,
        message: expect.stringMatching(message),
      })
    }
    const { status } = await running.post(
      'image/explicit',
      signed(FULL_KEY, { public_id: 'refusing', async: 'perhaps' }),
    )
    expect(status).toBe(400)
    expect(await waiting()).toEqual([])
  })

  it('that fails later changes nothing, and notifies with the reason', async () => {
    await uploadBytes(sdk, photo, { public_id: 'full', tags: 'kept' })
    const { catalog } = running.server.services
    const batchId = 'ad'.repeat(16)
    const payload = {
      ...{ batchId, keyId: FULL_KEY.id, algorithm: 'sha1', urls: [] },
      ...{ resourceType: 'image', deliveryType: 'upload' },
    }
    const accept = (eventId: string, publicId: string, more: object = {}) => {
      const params = { public_id: publicId, tags: 'new' }
      const event = {
        eventId,
        topic: 'explicit' as const,
        payload: { ...payload, publicId, params, ...more },
      }
      return catalog.acceptWork({ cloud: CLOUD, event, now: Date.now() })
    }
    await accept('e1'.repeat(16), 'never there')
    await accept('e2'.repeat(16), 'full', { keyId: 'revoked' })
    running.server.services.wakeOutbox()
    expect(await notified('error', 'never there')).toMatchObject({
      batch_id: batchId,
      error: { message: 'Resource not found - never there' },
    })
    expect(await notified('error', 'full')).toMatchObject({
      resource_type: 'image',
      error: { message: 'Unknown API key revoked' },
    })
    expect(await sdk.api.resource('full')).toMatchObject({ tags: ['kept'] })
    await expect.poll(waiting).toEqual([])
  })

  it('is refused for an upload key, and runs at once if the value is false', async () => {
    const key = { api_key: UPLOAD_KEY.id, api_secret: UPLOAD_KEY.secret }
    await expect(later('refusing', key)).rejects.toMatchObject({ http_code: 401 })
    expect(await later('refusing', { async: false })).toHaveProperty('asset_id')
  })

  it('is refused by the Admin API', async () => {
    const path = `${running.address}/v1_1/${CLOUD}/resources/image/upload/refusing`
    const headers = { ...basic(FULL_KEY), 'content-type': 'application/json' }
    const body = JSON.stringify({ tags: 'x', async: true })
    const response = await fetch(path, { method: 'POST', headers, body })
    expect(response.status).toBe(400)
    expect((await response.json()).error.message).toBe('async is not supported')
  })
})

describe('an archive with async', () => {
  const order = (options: Record<string, unknown>) =>
    sdk.uploader.create_zip({ async: true, ...options })

  it('is answered as pending with its public id, then stored and notified with its counts', async () => {
    await uploadBytes(sdk, photo, { public_id: 'packed', tags: ['pack'] })
    const tagged = await order({ tags: ['pack', 'nobody'], target_public_id: 'tagged' })
    expect(tagged).toEqual({
      status: 'pending',
      resource_type: 'raw',
      type: 'upload',
      public_id: 'tagged.zip',
      batch_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    const said = await notified('archive', 'tagged.zip')
    expect(said).toMatchObject({
      batch_id: tagged.batch_id,
      resource_count: 1,
      file_count: 1,
      empty_tags: ['nobody'],
    })
    const files = unpackZip(Buffer.from(await (await fetch(said.secure_url)).arrayBuffer()))
    expect([...files.values()]).toEqual([photo])
    const told = receiver.deliveries.filter(({ json }) => json.public_id === 'tagged.zip')
    expect(told).toHaveLength(1)
    await expect.poll(() => pendingEvents(running.server, 'archive')).toEqual([])
    expect(await sdk.api.resource('tagged.zip', { resource_type: 'raw' })).toHaveProperty('etag')
  })

  it('is refused at once for missing assets or with mode=download', async () => {
    await expect(order({ public_ids: ['nothing'] })).rejects.toMatchObject({ http_code: 404 })
    await expect(order({ tags: ['pack'], mode: 'download' })).rejects.toMatchObject({
      http_code: 400,
      message: 'async is not supported with mode=download',
    })
    const long = { tags: ['pack'], target_tags: ['x'.repeat(256)] }
    await expect(order(long)).rejects.toMatchObject({ http_code: 400 })
    expect(await pendingEvents(running.server, 'archive')).toEqual([])
  })

  it('that fails later leaves no asset, and notifies with the reason', async () => {
    const doomed = await uploadBytes(sdk, photo, { public_id: 'gone soon' })
    const { catalog } = running.server.services
    const event = {
      eventId: 'ab'.repeat(16),
      topic: 'archive',
      payload: {
        ...{ format: 'zip', publicId: 'doomed.zip', urls: [], batchId: 'cd'.repeat(16) },
        ...{ resourceType: 'image', keyId: FULL_KEY.id, params: { public_ids: ['gone soon'] } },
      },
    } as const
    await sdk.uploader.destroy(doomed.public_id)
    await catalog.acceptWork({ cloud: CLOUD, event, now: Date.now() })
    running.server.services.wakeOutbox()
    expect(await notified('error', 'doomed.zip')).toMatchObject({
      batch_id: 'cd'.repeat(16),
      error: { message: 'Resource not found - gone soon' },
    })
    await expect(sdk.api.resource('doomed.zip', { resource_type: 'raw' })).rejects.toMatchObject({
      error: { http_code: 404 },
    })
  })
})
