/** Tests of delete tokens, and of `asset/destroy`, which destroys by the immutable id. */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from '../../test/running-server.js'

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const TEN_MINUTES_MS = 600_000

let running: RunningServer
let lateMs = 0

beforeAll(async () => {
  running = await startTestServer({}, { now: () => Date.now() + lateMs })
})
afterAll(() => running.close())

const file = { bytes: Buffer.from(PIXEL, 'base64'), name: 'a.png', type: 'image/png' }
const upload = async (params: Record<string, string>, key = FULL_KEY) =>
  (await running.post('image/upload', formOf(signed(key, params), file))).json
const withToken = (params: Record<string, string> = {}) =>
  upload({ return_delete_token: '1', ...params })
const undo = (token: string) => running.post('delete_by_token', { token })
const isStored = async (asset: { secure_url: string }) =>
  (await fetch(asset.secure_url)).status === 200

describe('a delete token', () => {
  it('destroys its asset once, from a page of any origin', async () => {
    const asset = await withToken()
    expect(asset.delete_token).toMatch(/^[0-9a-f]{64}$/)
    const done = await running.post(
      'image/delete_by_token',
      { token: asset.delete_token },
      { origin: 'https://app.example' },
    )
    expect(done).toMatchObject({ status: 200, json: { result: 'ok' } })
    expect(done.headers.get('access-control-allow-origin')).toBe('*')
    expect(await isStored(asset)).toBe(false)
    expect(await undo(asset.delete_token)).toMatchObject({
      status: 400,
      json: { error: { message: 'Stale request - the delete token was used' } },
    })
  })

  it('is returned only on request, and never for an unsigned upload', async () => {
    expect(await upload({})).not.toHaveProperty('delete_token')
    expect(await upload({ return_delete_token: '0' })).not.toHaveProperty('delete_token')
    const form = formOf({ upload_preset: 'default', return_delete_token: '1' }, file)
    const unsigned = await running.post('image/upload', form)
    expect(unsigned.status).toBe(400)
    expect(await upload({ return_delete_token: '1' }, UPLOAD_KEY)).toHaveProperty('delete_token')
  })

  it('is not returned for an asset that already existed', async () => {
    await upload({ public_id: 'somebody-elses' })
    const again = await withToken({ public_id: 'somebody-elses', overwrite: '0' })
    expect(again.existing).toBe(true)
    expect(again).not.toHaveProperty('delete_token')
  })

  it('is the same when the same upload is sent again', async () => {
    const nonce = '0123456789abcdef0123456789abcdef'
    const one = await withToken({ nonce })
    const two = await withToken({ nonce })
    expect(two).toMatchObject({ asset_id: one.asset_id, delete_token: one.delete_token })
    expect((await undo(two.delete_token)).json).toEqual({ result: 'ok' })
  })

  it('expires after ten minutes', async () => {
    const asset = await withToken()
    lateMs = TEN_MINUTES_MS - 5000
    const other = await withToken()
    lateMs = TEN_MINUTES_MS + 5000
    try {
      const late = await undo(asset.delete_token)
      expect(late.status).toBe(400)
      expect(late.json.error.message).toMatch(
        /^Stale request - reported time is \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 which is more than 10 minutes ago$/,
      )
      expect((await undo(other.delete_token)).json).toEqual({ result: 'ok' })
    } finally {
      lateMs = 0
    }
    expect(await isStored(asset)).toBe(true)
  })

  it('does not destroy an asset that was uploaded again', async () => {
    const asset = await withToken({ public_id: 'twice' })
    const over = await upload({ public_id: 'twice' })
    expect((await undo(asset.delete_token)).json.error.message).toBe(
      'Stale request - the asset was uploaded again since',
    )
    expect(await isStored(over)).toBe(true)
  })

  it('destroys a renamed asset, and answers not found for a destroyed one', async () => {
    const moved = await withToken({ public_id: 'before' })
    const names = { from_public_id: 'before', to_public_id: 'after' }
    await running.post('image/rename', signed(FULL_KEY, names))
    expect((await undo(moved.delete_token)).json).toEqual({ result: 'ok' })
    const gone = await withToken({ public_id: 'gone' })
    await running.post('image/destroy', signed(FULL_KEY, { public_id: 'gone' }))
    expect((await undo(gone.delete_token)).json).toEqual({ result: 'not found' })
  })

  it('is refused if it is made up, in upper case, or sent to another cloud', async () => {
    const asset = await withToken()
    const invalid = { status: 400, json: { error: { message: 'Invalid delete token' } } }
    expect(await undo('f'.repeat(64))).toMatchObject(invalid)
    expect(await undo(asset.delete_token.toUpperCase())).toMatchObject(invalid)
    const elsewhere = await fetch(`${running.address}/v1_1/other/delete_by_token`, {
      method: 'POST',
      body: new URLSearchParams({ token: asset.delete_token }),
    })
    expect(elsewhere.status).toBe(400)
    expect(await isStored(asset)).toBe(true)
    expect((await running.post('delete_by_token', {})).json.error.message).toBe(
      'Missing required parameter - token',
    )
  })

  it('is stored as a hash and never logged', async () => {
    const { delete_token: token } = await withToken()
    const database = await readFile(`${running.folder}/catalog.db-wal`)
    expect(database.includes(createHash('sha256').update(token).digest('hex'))).toBe(true)
    expect(database.includes(token)).toBe(false)
    await undo(token)
    expect(running.logs.join('')).not.toContain(token)
  })
})

describe('asset/destroy', () => {
  it('destroys by the immutable id, once, and only with a key that may manage assets', async () => {
    const asset = await upload({})
    const destroy = (key = FULL_KEY) =>
      running.post('asset/destroy', signed(key, { asset_id: asset.asset_id }))
    expect((await destroy(UPLOAD_KEY)).json.error.message).toBe(
      `API key ${UPLOAD_KEY.id} may not asset_destroy`,
    )
    expect((await destroy()).json).toEqual({ result: 'ok' })
    expect((await destroy()).json).toEqual({ result: 'not found' })
    expect((await running.post('asset/destroy', signed(FULL_KEY))).json.error.message).toBe(
      'Missing required parameter - asset_id',
    )
  })

  it('does not accept other actions under the path asset/', async () => {
    const response = await fetch(`${running.address}/v1_1/${CLOUD}/asset/rename`, {
      method: 'POST',
      body: new URLSearchParams(signed(FULL_KEY)),
    })
    expect(response.status).toBe(400)
  })
})
