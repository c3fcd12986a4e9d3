/** Undo: the token of an upload takes it back, once, for ten minutes; and destroying by the immutable id. */

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
  it('takes the upload back once, from any page', async () => {
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

  it('is given only where it is asked for, and the policy has to force it', async () => {
    expect(await upload({})).not.toHaveProperty('delete_token')
    expect(await upload({ return_delete_token: '0' })).not.toHaveProperty('delete_token')
    const form = formOf({ upload_preset: 'default', return_delete_token: '1' }, file)
    const unsigned = await running.post('image/upload', form)
    expect(unsigned.status).toBe(400)
    expect(await upload({ return_delete_token: '1' }, UPLOAD_KEY)).toHaveProperty('delete_token')
  })

  it('is not given for an asset that stood there already', async () => {
    await upload({ public_id: 'somebody-elses' })
    const again = await withToken({ public_id: 'somebody-elses', overwrite: '0' })
    expect(again.existing).toBe(true)
    expect(again).not.toHaveProperty('delete_token')
  })

  it('is given again, the same, where the same upload is sent again', async () => {
    const nonce = '0123456789abcdef0123456789abcdef'
    const one = await withToken({ nonce })
    const two = await withToken({ nonce })
    expect(two).toMatchObject({ asset_id: one.asset_id, delete_token: one.delete_token })
    expect((await undo(two.delete_token)).json).toEqual({ result: 'ok' })
  })

  it('does not outlive its ten minutes', async () => {
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

  it('does not take back what was uploaded over it', async () => {
    const asset = await withToken({ public_id: 'twice' })
    const over = await upload({ public_id: 'twice' })
    expect((await undo(asset.delete_token)).json.error.message).toBe(
      'Stale request - the asset was uploaded again since',
    )
    expect(await isStored(over)).toBe(true)
  })

  it('follows its asset to another name, and says when it is gone already', async () => {
    const moved = await withToken({ public_id: 'before' })
    const names = { from_public_id: 'before', to_public_id: 'after' }
    await running.post('image/rename', signed(FULL_KEY, names))
    expect((await undo(moved.delete_token)).json).toEqual({ result: 'ok' })
    const gone = await withToken({ public_id: 'gone' })
    await running.post('image/destroy', signed(FULL_KEY, { public_id: 'gone' }))
    expect((await undo(gone.delete_token)).json).toEqual({ result: 'not found' })
  })

  it('is unknown in another cloud, in other letters, and where it was made up', async () => {
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

  it('is kept as its hash, and in no log', async () => {
    const { delete_token: token } = await withToken()
    const database = await readFile(`${running.folder}/catalog.db-wal`)
    expect(database.includes(createHash('sha256').update(token).digest('hex'))).toBe(true)
    expect(database.includes(token)).toBe(false)
    await undo(token)
    expect(running.logs.join('')).not.toContain(token)
  })
})

describe('asset/destroy', () => {
  it('destroys by the immutable id, once, and only for a key that manages', async () => {
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

  it('is found under its own path only', async () => {
    const response = await fetch(`${running.address}/v1_1/${CLOUD}/asset/rename`, {
      method: 'POST',
      body: new URLSearchParams(signed(FULL_KEY)),
    })
    expect(response.status).toBe(400)
  })
})
