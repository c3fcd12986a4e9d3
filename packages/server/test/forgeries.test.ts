/** Tests that an upload key authorizes uploads only, even if a signing route signs every request with it. */

import { createRequire } from 'node:module'
import { ACTION_SCOPES, type Action, SCOPES, type Scope } from '@countersign/protocol/params'
import { apiSignRequest } from '@countersign/protocol/signature'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReceiver } from './receiver.js'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const cloudinary = createRequire(import.meta.url)('cloudinary').v2

let running: RunningServer
let victim: { public_id: string; version: number; secure_url: string }

beforeAll(async () => {
  running = await startTestServer({ transformations: 'strict' })
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const photo = { bytes, name: 'x.jpg', type: 'image/jpeg' }
  const params = { public_id: 'victim', type: 'authenticated' }
  victim = (await running.post('image/upload', formOf(signed(FULL_KEY, params), photo))).json
})
afterAll(() => running.close())

/** Signs any parameters, as an open signing route would. */
const openRoute = (params: Record<string, string | number>) => ({
  ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
  api_key: UPLOAD_KEY.id,
  signature: apiSignRequest(params, UPLOAD_KEY.secret),
})
const timestamp = () => Math.floor(Date.now() / 1000)

describe('an expired signature', () => {
  const OLD = 1_500_000_000
  const ACTIONS = [
    ['upload', { public_id: 'late' }],
    ['destroy', { public_id: 'victim', type: 'authenticated' }],
    ['rename', { from_public_id: 'victim', to_public_id: 'mine', type: 'authenticated' }],
    ['explicit', { public_id: 'victim', type: 'authenticated' }],
    ['tags', { command: 'add', tag: 'x', public_ids: 'victim', type: 'authenticated' }],
    ['context', { command: 'add', context: 'a=b', public_ids: 'victim', type: 'authenticated' }],
    ['metadata', { metadata: 'a=b', public_ids: 'victim', type: 'authenticated' }],
  ] as const

  // Only signatures of downloads and archives cover `expires_at`.
  it.each(ACTIONS)('does not allow %s again, whatever expiry is added', async (action, params) => {
    const fields: Record<string, string | number> = { ...params, timestamp: OLD }
    const sent = formOf(
      {
        ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, `${value}`])),
        api_key: FULL_KEY.id,
        signature: apiSignRequest(fields, FULL_KEY.secret),
        expires_at: '999999999999',
      },
      { bytes: Buffer.from('x'), name: 'x.txt' },
    )
    if (action !== 'upload') sent.delete('file')
    const { status, json } = await running.post(
      `${action === 'upload' ? 'raw' : 'image'}/${action}`,
      sent,
    )
    expect({ status, message: json.error?.message }).toEqual({
      status: 400,
      message: expect.stringMatching(/^Stale request/),
    })
  })
})

describe('a signature from an open route with an upload key', () => {
  it.each([
    ['destroy', { public_id: 'victim', type: 'authenticated' }],
    ['rename', { from_public_id: 'victim', to_public_id: 'mine' }],
    ['explicit', { public_id: 'victim', type: 'upload' }],
    ['tags', { command: 'add', tag: 'x', public_ids: 'victim' }],
    ['context', { command: 'add', context: 'a=b', public_ids: 'victim' }],
    ['download', { public_id: 'victim', format: 'jpg', expires_at: '9999999999' }],
    ['generate_archive', { public_ids: 'victim', mode: 'download' }],
  ])('does not allow %s', async (action, params) => {
    const { status, json } = await running.post(
      `image/${action}`,
      openRoute({ ...params, timestamp: timestamp() }),
    )
    expect(status).toBe(401)
    expect(json.error.message).toBe(`API key ${UPLOAD_KEY.id} may not ${action}`)
  })

  it('does not allow a notification URL, code to run, or a stronger preset', async () => {
    for (const [params, message] of [
      [
        { notification_url: 'http://169.254.169.254/' },
        'notification_url may be named by a preset, or by a request that a key with scope manage signs',
      ],
      [{ eval: 'upload_options.public_id="x"' }, 'eval is not supported'],
      [{ on_success: 'x' }, 'on_success is not supported'],
      [{ upload_preset: 'admin' }, 'Upload preset not found'],
    ] as const) {
      const file = { bytes: Buffer.from('x'), name: 'x.jpg' }
      const { status, json } = await running.post(
        'image/upload',
        formOf(openRoute({ ...params, timestamp: timestamp() }), file),
      )
      expect({ status, message: json.error.message }).toEqual({ status: 400, message })
    }
  })

  it('does not deliver a protected original whose public id contains a path', async () => {
    for (const params of [
      { 'victim.jpg': '' },
      { victim: '.jpg' },
      { 'l_text:Arial_10:a': 'b/victim.jpg' },
    ]) {
      const hex = apiSignRequest(params, UPLOAD_KEY.secret)
      const short = Buffer.from(hex, 'hex').toString('base64url').slice(0, 8)
      const response = await fetch(
        `${running.address}/${CLOUD}/image/authenticated/s--${short}--/victim.jpg`,
      )
      expect(response.status).toBe(401)
    }
    const official = cloudinary.url('victim.jpg', {
      cloud_name: CLOUD,
      api_secret: UPLOAD_KEY.secret,
      type: 'authenticated',
      sign_url: true,
    })
    const { pathname } = new URL(official)
    expect((await fetch(`${running.address}${pathname}`)).status).toBe(401)
    expect((await fetch(victim.secure_url)).status).toBe(200)
  })

  it('does not forge a notification, because other secrets sign notifications', async () => {
    const webhookSecret = `whsec_${Buffer.from('a secret that signs notifications').toString('base64')}`
    const receiver = await startReceiver(webhookSecret)
    const body = JSON.stringify({ notification_type: 'upload', public_id: 'forged' })
    const signature = apiSignRequest({ [body]: '' }, UPLOAD_KEY.secret)
    await fetch(receiver.url, {
      method: 'POST',
      body,
      headers: {
        'webhook-id': 'x',
        'webhook-timestamp': String(timestamp()),
        'webhook-signature': `v1,${signature}`,
      },
    })
    expect(receiver.deliveries.map(({ isSigned }) => isSigned)).toEqual([false])
    receiver.close()
  })

  it('does not open the Admin API', async () => {
    const authorization = `Basic ${Buffer.from(`${UPLOAD_KEY.id}:${UPLOAD_KEY.secret}`).toString('base64')}`
    const response = await fetch(`${running.address}/v1_1/${CLOUD}/resources/image`, {
      headers: { authorization },
    })
    expect(response.status).toBe(401)
  })
})

describe('each action accepts exactly the scopes that allow it', () => {
  const one = (scope: Scope) => ({
    ...FULL_KEY,
    id: `scope-${scope}`,
    secret: `secret-of-the-scope-${scope}`,
    scopes: [scope],
  })
  let scoped: RunningServer
  beforeAll(async () => {
    scoped = await startTestServer({ keys: SCOPES.map(one) })
  })
  afterAll(() => scoped.close())

  it.each(SCOPES)('with a key of scope %s', async (scope) => {
    const key = one(scope)
    for (const [action, needed] of Object.entries(ACTION_SCOPES) as [Action, Scope | null][]) {
      if (needed === null) continue
      const path = action === 'asset_destroy' ? 'asset/destroy' : `image/${action}`
      const { json } = await scoped.post(path, {
        api_key: key.id,
        signature: 'x'.repeat(40),
        timestamp: String(timestamp()),
      })
      const isRefusedByScope = json.error.message === `API key ${key.id} may not ${action}`
      expect({ action, isRefusedByScope }).toEqual({ action, isRefusedByScope: scope !== needed })
    }
  })
})
