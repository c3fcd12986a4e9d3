/** Tests notifications with real receivers: targets, content, signatures and failing receivers. */

import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ServerConfig } from '../src/config.js'
import { type Delivery, type Receiver, startReceiver } from './receiver.js'
import {
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const SECRET = 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz'
const QUICK = [0.02, 0.02, 0.05]

const PRIVATE_URLS = [
  'http://127.0.0.1/x',
  'https://127.0.0.1/x',
  'https://2130706433/x',
  'https://[::1]/x',
  'https://[::ffff:10.0.0.1]/x',
  'https://localhost/x',
  'https://169.254.169.254/latest',
  'http://example.com/x',
  'https://example.com:8443/x',
  'https://user:word@example.com/x',
  'ftp://example.com/x',
  'nonsense',
]

let receiver: Receiver
let running: RunningServer

beforeEach(async () => {
  receiver = await startReceiver(SECRET)
})
afterEach(async () => {
  await running.close()
  receiver.close()
})

const hostOf = (url: string) => new URL(url).host

const start = async (
  changes: Partial<ServerConfig> = {},
  options: { delays?: readonly number[]; folder?: string; now?: () => number } = {},
) => {
  const { delays = QUICK, ...rest } = options
  running = await startTestServer(
    { webhookSecret: SECRET, remoteAllow: [hostOf(receiver.url)], ...changes },
    { attemptDelaysSeconds: delays, ...rest },
  )
  return running
}

const file = { bytes: Buffer.from('hello'), name: 'notes.txt' }
const upload = (params: Record<string, string> = {}, key = FULL_KEY) =>
  running.post('raw/upload', formOf(signed(key, params), file))

const told = async (count: number): Promise<readonly Delivery[]> => {
  await expect.poll(() => receiver.deliveries.length).toBe(count)
  return receiver.deliveries
}

describe('a target', () => {
  it('of the operator gets each upload once, without claims and nonce', async () => {
    const urls = [`${receiver.url}/one`, `${receiver.url}/two`]
    await start({ notificationUrls: urls, completionUrl: `${receiver.url}/app` })
    const nonce = randomBytes(16).toString('hex')
    const { json } = await upload({ nonce, claims: 'sealed.claims' })
    const deliveries = await told(3)
    const [app, ...others] = [...deliveries].sort((a, b) => (a.path < b.path ? -1 : 1))
    expect(app?.json.claims).toBe('sealed.claims')
    expect(others.map(({ path }) => path)).toEqual(['/hook/one', '/hook/two'])
    for (const { body, json: said, isSigned } of others) {
      expect(isSigned).toBe(true)
      expect(body).not.toContain(nonce)
      expect(said).not.toHaveProperty('claims')
      const { api_key, asset_id, etag, public_id, secure_url, signature, version } = json
      expect(said).toMatchObject({
        notification_type: 'upload',
        ...{ api_key, asset_id, etag, public_id, secure_url, signature, version },
        signature_key: FULL_KEY.id,
        notification_context: { triggered_by: { source: 'api', id: FULL_KEY.id } },
      })
      expect(said.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/)
    }
    expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(3)
  })

  it('gets a signature that the official SDK verifies', async () => {
    await start({ notificationUrls: [receiver.url] })
    await upload()
    const [delivery] = await told(1)
    const { v2 } = createRequire(import.meta.url)('cloudinary')
    v2.config({ cloud_name: CLOUD, api_key: FULL_KEY.id, api_secret: FULL_KEY.secret })
    const { headers, body = '' } = delivery ?? {}
    const verify = (text: string) =>
      v2.utils.verifyNotificationSignature(
        text,
        Number(headers?.['x-cld-timestamp']),
        headers?.['x-cld-signature'],
      )
    expect(verify(body)).toBe(true)
    expect(verify(`${body} `)).toBe(false)
  })

  it('may be named by a request of a key with manage, one per line without duplicates', async () => {
    await start()
    const targets = [`${receiver.url}/a`, `${receiver.url}/b?token=secret`, `${receiver.url}/a`]
    const notification_url = targets.join('\n')
    const file = 'data:text/plain;base64,aGVsbG8='
    // FormData would send CRLF, but the signature covers LF.
    const body = new URLSearchParams({ ...signed(FULL_KEY, { notification_url }), file })
    const address = `${running.address}/v1_1/${CLOUD}/raw/upload`
    expect((await fetch(address, { method: 'POST', body })).status).toBe(200)
    const deliveries = await told(2)
    expect(deliveries.map(({ path }) => path).sort()).toEqual(['/hook/a', '/hook/b?token=secret'])
    expect(running.logs.join('')).not.toContain('token=secret')
  })

  it('may be named only by the preset for an upload key', async () => {
    await start()
    const refused = await upload({ notification_url: receiver.url }, UPLOAD_KEY)
    expect(refused).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringMatching(/^notification_url may be named by/) } },
    })
    const preset = { name: 'told', notification_url: receiver.url }
    await running.post('upload_presets', preset, basic(FULL_KEY))
    const photo = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    const form = formOf(signed(UPLOAD_KEY, { upload_preset: 'told' }), {
      bytes: photo,
      name: 'dot.png',
    })
    expect((await running.post('image/upload', form)).status).toBe(200)
    expect((await told(1))[0]?.json).toMatchObject({ notification_type: 'upload', format: 'png' })
  })

  it('without a public https address is refused in requests and presets', async () => {
    await start()
    const refusal = {
      status: 400,
      json: {
        error: {
          message: expect.stringMatching(/^notification_url must be a public https address/),
        },
      },
    }
    for (const url of PRIVATE_URLS) {
      expect(await upload({ notification_url: url }), url).toMatchObject(refusal)
      const preset = { name: 'told', notification_url: url }
      const written = await running.post('upload_presets', preset, basic(FULL_KEY))
      expect(written, url).toMatchObject(refusal)
    }
    expect((await running.kept()).assets).toBe(0)
  })

  it('that resolves to a private address is never called, and its event becomes a dead letter', async () => {
    await start()
    const { catalog } = running.server.services
    await upload({ notification_url: 'https://rebound.test/x' })
    await expect
      .poll(() => catalog.listEvents({ state: 'dead', maxResults: 10 }))
      .toMatchObject([{ attempts: 4, lastFailure: 'its host has no public address' }])
    expect(receiver.deliveries).toEqual([])
  })

  it('is refused if no secret can sign notifications', async () => {
    const key = { ...FULL_KEY, scopes: ['upload', 'manage'] as const }
    await start({ webhookSecret: null, keys: [key] })
    expect(await upload({ notification_url: receiver.url })).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringMatching(/^notification_url needs COUNTERSIGN_/) } },
    })
  })
})

describe('a change of an asset sends a notification', () => {
  beforeEach(async () => {
    await start({ notificationUrls: [receiver.url] })
    await upload({ public_id: 'a.txt', tags: 'x,y', context: 'alt=one|caption=two' })
    await told(1)
    receiver.deliveries.length = 0
  })

  const call = (action: string, params: Record<string, string>) =>
    running.post(`raw/${action}`, formOf(signed(FULL_KEY, params)))

  it('about rename and destroy', async () => {
    await call('rename', { from_public_id: 'a.txt', to_public_id: 'b.txt', to_type: 'private' })
    await call('destroy', { public_id: 'b.txt', type: 'private' })
    await call('destroy', { public_id: 'nothing' })
    const [first, second] = [...(await told(2))].sort((a, b) =>
      a.json.notification_type < b.json.notification_type ? 1 : -1,
    )
    expect(first?.json).toMatchObject({
      notification_type: 'rename',
      resource_type: 'raw',
      type: 'upload',
      to_type: 'private',
      from_public_id: 'a.txt',
      to_public_id: 'b.txt',
      asset_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(second?.json).toMatchObject({
      notification_type: 'delete',
      resources: [
        {
          resource_type: 'raw',
          type: 'private',
          public_id: 'b.txt',
          asset_id: first?.json.asset_id,
          version: expect.any(Number),
          display_name: 'a.txt',
          asset_folder: '',
        },
      ],
    })
  })

  it('about tags and context, with the changes', async () => {
    const publicIds = { 'public_ids[]': 'a.txt' }
    const named = { public_ids: 'a.txt' }
    const post = (action: string, params: Record<string, string>) => {
      const { public_ids: _, ...rest } = signed(FULL_KEY, { ...named, ...params })
      return running.post(`raw/${action}`, formOf({ ...rest, ...publicIds }))
    }
    await post('tags', { command: 'replace', tag: 'y,z' })
    expect((await told(1))[0]?.json).toMatchObject({
      notification_type: 'resource_tags_changed',
      source: 'api',
      resources: [{ public_id: 'a.txt', added: ['z'], removed: ['x'], updated: [] }],
    })
    await post('tags', { command: 'add', tag: 'z' })
    await post('context', { command: 'add', context: 'alt=1|new=n' })
    expect((await told(2))[1]?.json).toMatchObject({
      notification_type: 'resource_context_changed',
      resources: [
        {
          public_id: 'a.txt',
          added: [{ name: 'new', value: 'n' }],
          removed: [],
          updated: [{ name: 'alt', value: '1' }],
        },
      ],
    })
  })

  it('about structured metadata, with the changes', async () => {
    const values = { values: [{ external_id: 'r', value: 'red' }, { external_id: 'g', value: 'green' }] } // biome-ignore format: one line
    const field = { external_id: 'colours', label: 'Colours', type: 'set', datasource: values }
    await fetch(`${running.address}/v1_1/testing/metadata_fields`, {
      method: 'POST',
      headers: { ...basic(FULL_KEY), 'content-type': 'application/json' },
      body: JSON.stringify(field),
    })
    const write = (colours: string) =>
      call('metadata', { public_ids: 'a.txt', metadata: `colours=${colours}` })
    await write('["r"]')
    await write('["r"]')
    await write('["r","g"]')
    const bodies = (await told(2)).map(({ json }) => json)
    expect(bodies.map(({ notification_type }) => notification_type)).toEqual([
      'resource_metadata_changed',
      'resource_metadata_changed',
    ])
    const [first, second] = bodies.map(({ resources }) => resources[0])
    expect(first).toMatchObject({ added: [{ name: 'colours', value: ['r'] }], updated: [] })
    expect(second).toMatchObject({ added: [], updated: [{ name: 'colours', value: ['r', 'g'] }] })
  })
})

describe('work after the answer sends a notification', () => {
  const photo = () =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()

  it('about each derivative of a batch, to the eager target', async () => {
    await start()
    const eager_notification_url = `${receiver.url}/eager`
    const params = { eager: 'w_10,c_scale', eager_async: '1', eager_notification_url }
    const form = formOf(signed(FULL_KEY, params), { bytes: await photo(), name: 'a.png' })
    const { json } = await running.post('image/upload', form)
    const [delivery] = await told(1)
    expect(delivery).toMatchObject({
      path: '/hook/eager',
      json: {
        notification_type: 'eager',
        batch_id: json.eager[0].batch_id,
        asset_id: json.asset_id,
        public_id: json.public_id,
        eager: [{ transformation: 'w_10,c_scale', width: 10, secure_url: expect.any(String) }],
      },
    })
  })

  it('about a moderator’s decision', async () => {
    await start({ notificationUrls: [receiver.url] })
    const form = formOf(signed(FULL_KEY, { moderation: 'manual', public_id: 'a' }), {
      bytes: await photo(),
      name: 'a.png',
    })
    await running.post('image/upload', form)
    await told(1)
    await running.post(
      'resources/image/upload/a',
      { moderation_status: 'approved' },
      basic(FULL_KEY),
    )
    expect((await told(2))[1]?.json).toMatchObject({
      notification_type: 'moderation',
      public_id: 'a',
      moderation_kind: 'manual',
      moderation_status: 'approved',
      moderation_updated_at: expect.stringMatching(/Z$/),
    })
  })
})

describe('a receiver', () => {
  it('that never answers does not delay others', async () => {
    const hanging = await startReceiver(SECRET)
    hanging.answer = () => {}
    await start({ notificationUrls: [hanging.url, receiver.url] })
    await Promise.all(Array.from({ length: 12 }, () => upload()))
    await told(12)
    expect(hanging.deliveries.length).toBeLessThanOrEqual(5)
    hanging.close()
  })

  it('that keeps failing gets one attempt at a time, and all notifications after it recovers', async () => {
    const healthy = await startReceiver(SECRET)
    const held: ServerResponse[] = []
    receiver.answer = (_delivery, response) => {
      if (receiver.deliveries.length > 12) held.push(response)
      else response.writeHead(503).end()
    }
    await start(
      {
        notificationUrls: [receiver.url, healthy.url],
        remoteAllow: [hostOf(receiver.url), hostOf(healthy.url)],
        notificationTimeoutSeconds: 300,
      },
      { delays: Array(200).fill(0.02) },
    )
    await Promise.all(Array.from({ length: 12 }, () => upload()))
    for (let count = 13; count < 16; count += 1) {
      await expect.poll(() => held.length).toBe(1)
      // All twelve events are due. The other receiver has received a notification, so the outbox has polled since.
      await upload()
      await expect.poll(() => healthy.deliveries.length).toBe(count)
      expect(held).toHaveLength(1)
      held.shift()?.writeHead(503).end()
    }
    await expect.poll(() => held.length).toBe(1)
    receiver.answer = (_delivery, response) => void response.end('{}')
    held.shift()?.end('{}')
    const { catalog } = running.server.services
    await expect.poll(() => catalog.listEvents({ state: 'done', maxResults: 40 })).toHaveLength(30)
    healthy.close()
  })

  it('that fails twice gets a third attempt with the same body and id, signed again', async () => {
    receiver.answer = (_delivery, response) =>
      void response.writeHead(receiver.deliveries.length < 3 ? 500 : 204).end()
    await start({ notificationUrls: [receiver.url] })
    await upload()
    const deliveries = await told(3)
    expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(1)
    expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1)
    expect(deliveries.every(({ isSigned }) => isSigned)).toBe(true)
  })

  it('that redirects is not followed', async () => {
    const other = await startReceiver(SECRET)
    receiver.answer = (_delivery, response) =>
      void response.writeHead(307, { location: other.url }).end()
    await start({ notificationUrls: [receiver.url] })
    await upload()
    await told(4)
    expect(other.deliveries).toEqual([])
    other.close()
  })

  it('that sends an endless 200 answer counts as notified', async () => {
    receiver.answer = (_delivery, response) => {
      const send = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', send)
      }
      response.writeHead(200)
      send()
    }
    await start({ notificationUrls: [receiver.url] })
    await upload()
    const { catalog } = running.server.services
    await expect
      .poll(() => catalog.listEvents({ state: 'done', maxResults: 10 }))
      .toMatchObject([{ attempts: 1 }])
    expect(receiver.deliveries).toHaveLength(1)
  })

  it('gets as many attempts as configured', async () => {
    receiver.answer = (_delivery, response) => void response.writeHead(500).end()
    running = await startTestServer({
      webhookSecret: SECRET,
      notificationUrls: [receiver.url],
      maxNotificationAttempts: 1,
    })
    await upload()
    await expect.poll(() => running.logs.join('')).toContain('will not be retried')
    expect(receiver.deliveries).toHaveLength(1)
  })

  it('that answers 410 gets no further attempt', async () => {
    receiver.answer = (_delivery, response) => void response.writeHead(410).end()
    await start({ notificationUrls: [receiver.url] })
    await upload()
    const { catalog } = running.server.services
    await expect
      .poll(() => catalog.listEvents({ state: 'dead', maxResults: 10 }))
      .toMatchObject([{ attempts: 1, lastFailure: 'answered 410' }])
    expect(receiver.deliveries).toHaveLength(1)
  })

  it('gets pending notifications after a restart of the server, and dead letters when they are replayed', async () => {
    receiver.answer = (_delivery, response) => void response.destroy()
    const first = await start({ notificationUrls: [receiver.url] }, { delays: [3600] })
    await upload()
    await told(1)
    const { folder } = first
    first.server.server.closeAllConnections()
    await first.server.close()

    const later = Date.now() + 3 * 3_600_000
    await start({ notificationUrls: [receiver.url] }, { folder, delays: [], now: () => later })
    const { catalog, wakeOutbox } = running.server.services
    await told(2)
    const dead = () => catalog.listEvents({ state: 'dead', maxResults: 10 })
    await expect.poll(dead).toHaveLength(1)
    receiver.answer = (_delivery, response) => void response.end()
    const [event] = await dead()
    expect(await catalog.replayEvents({ now: later })).toEqual([event?.eventId])
    wakeOutbox()
    const deliveries = await told(3)
    expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(1)
  })
})
