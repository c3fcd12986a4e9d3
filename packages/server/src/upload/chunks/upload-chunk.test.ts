import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Answer,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from '../../../test/running-server.js'
import { createDiskBlobStore } from '../../storage/disk/disk.js'
import { sweepSessions } from '../../upkeep/sweep-expired-uploads.js'

let running: RunningServer
beforeAll(async () => {
  running = await startTestServer({ minChunkBytes: 1000 })
})
afterAll(() => running.close())

const whole = randomBytes(3500)
const slice = (range: string) => {
  const [first = 0, last = 0] = range.split('-').map(Number)
  return whole.subarray(first, last + 1)
}
const whenKept = async () => (await running.kept()).staged

interface Part {
  readonly id: string
  readonly range: string
  readonly bytes: Buffer
  readonly params?: Record<string, string>
  readonly server?: RunningServer
}

function send({ id, range, bytes, params = {}, server = running }: Part): Promise<Answer> {
  const form = formOf(signed(FULL_KEY, params), { bytes, name: 'big.bin' })
  return server.post('raw/upload', form, {
    'x-unique-upload-id': id,
    'content-range': `bytes ${range}`,
  })
}

describe('a chunked upload', () => {
  it('answers interim parts with the received bytes, and the last part with the asset', async () => {
    const one = await send({ id: 'a', range: '0-1999/-1', bytes: whole.subarray(0, 2000) })
    expect(one.json).toEqual({
      done: false,
      bytes: 2000,
      kind: 'upload',
      resource_type: 'raw',
      public_id: expect.stringMatching(/^[a-z0-9]{20}\.bin$/),
    })
    expect(one.headers.get('x-unique-upload-id')).toBe('a')
    const two = await send({ id: 'a', range: '2000-3499/3500', bytes: whole.subarray(2000) })
    expect(two.json).toMatchObject({
      done: true,
      bytes: 3500,
      public_id: one.json.public_id,
      etag: createHash('md5').update(whole).digest('hex'),
    })
    expect(await whenKept()).toBe(0)
  })

  it('accepts parts out of order, in parallel and repeated', async () => {
    const ranges = [
      [2000, 2999],
      [0, 999],
      [1000, 1999],
      [0, 999],
    ] as const
    const answers = await Promise.all(
      ranges.map(([first, last]) =>
        send({ id: 'b', range: `${first}-${last}/3500`, bytes: whole.subarray(first, last + 1) }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const last = await send({ id: 'b', range: '3000-3499/3500', bytes: whole.subarray(3000) })
    expect(last.json.etag).toBe(createHash('md5').update(whole).digest('hex'))
    expect(await whenKept()).toBe(0)
  })

  it('answers a repeated last part with the same asset; other bytes at 0 start a new upload', async () => {
    const only = { id: 'c', range: '0-3499/3500', bytes: whole }
    const one = await send(only)
    const again = await send(only)
    expect(again.json).toEqual(one.json)
    const other = await send({ ...only, bytes: randomBytes(3500) })
    expect(other.json.asset_id).not.toBe(one.json.asset_id)
  })

  it('refuses other bytes for a range that is already stored', async () => {
    await send({ id: 'd', range: '0-999/-1', bytes: whole.subarray(0, 1000) })
    const { status, json } = await send({ id: 'd', range: '0-999/-1', bytes: randomBytes(1000) })
    expect(status).toBe(400)
    expect(json.error.message).toMatch(/^The part overlaps bytes of its upload/)
  })

  it('refuses parameters that differ from the first part, except timestamp and assigned public id', async () => {
    const one = await send({ id: 'e', range: '0-999/-1', bytes: whole.subarray(0, 1000) })
    const changed = await send({
      id: 'e',
      range: '1000-1999/2000',
      bytes: whole.subarray(1000, 2000),
      params: { tags: 'x' },
    })
    expect(changed.json.error.message).toBe(
      'The parameters of a part differ from those of the first part of its upload',
    )
    const copied = await send({
      id: 'e',
      range: '1000-1999/2000',
      bytes: whole.subarray(1000, 2000),
      params: { public_id: one.json.public_id },
    })
    expect(copied.json).toMatchObject({ done: true, public_id: one.json.public_id })
  })

  it('keeps folder and limits of the first part with a nonce, and refuses other ones without a nonce', async () => {
    const part = (range: string, bytes: Buffer, params: Record<string, string>) =>
      send({ id: 'l', range, bytes, params: { tags: 'first', ...params } })
    const nonce = 'abcdefabcdefabcdefabcdefabcdef01'
    const first = { nonce, folder: 'one', limits: '{"max_bytes":4000}' }
    await part('0-1999/-1', whole.subarray(0, 2000), first)
    const done = await part('2000-3499/3500', whole.subarray(2000), {
      nonce,
      folder: 'two',
      limits: '{"max_bytes":5000}',
    })
    expect(done.json).toMatchObject({ done: true, asset_folder: 'one', tags: ['first'] })
    await part('0-1999/-1', whole.subarray(0, 2000), { folder: 'users/a' })
    const foreign = await part('2000-3499/3500', whole.subarray(2000), { folder: 'users/b' })
    expect(foreign.json.error.message).toBe(
      'The parameters of a part differ from those of the first part of its upload',
    )
  })

  it('accepts only the user tag of its first part, and keeps that part’s folder and claims', async () => {
    const nonce = 'abcdefabcdefabcdefabcdefabcdef02'
    const alice = { nonce, user_tag: 'aaaaaaaaaaaaaaaa', folder: 'users/alice', claims: 'a.a' }
    const bob = { nonce, user_tag: 'bbbbbbbbbbbbbbbb', folder: 'users/bob', claims: 'b.b' }
    const part = (range: string, params: Record<string, string>) =>
      send({ id: 'u', range: `${range}/3500`, bytes: slice(range), params })
    await part('0-1999', alice)
    for (const params of [bob, { nonce, folder: 'users/bob' }]) {
      const foreign = await part('2000-3499', params)
      expect(foreign.status).toBe(400)
      expect(foreign.json.error.message).toBe(
        'user_tag differs from that of the first part: another user began this upload. Send the file as a new upload',
      )
    }
    const done = await part('2000-3499', { ...alice, folder: 'users/alice/later', claims: 'c.c' })
    expect(done.json).toMatchObject({ done: true, asset_folder: 'users/alice' })
    // A finished upload is answered again only to its own user.
    expect((await part('2000-3499', alice)).json).toMatchObject({ done: true })
    for (const range of ['0-1999', '2000-3499']) {
      const again = await part(range, bob)
      expect(again.status).toBeGreaterThanOrEqual(400)
      expect(JSON.stringify(again.json)).not.toContain(done.json.public_id)
    }
  })

  it('that began without a user tag is not continued with one', async () => {
    const nonce = 'abcdefabcdefabcdefabcdefabcdef03'
    const part = (range: string, params: Record<string, string>) =>
      send({ id: 'v', range: `${range}/3500`, bytes: slice(range), params: { nonce, ...params } })
    await part('0-1999', {})
    expect((await part('2000-3499', { user_tag: 'bbbbbbbbbbbbbbbb' })).json.error.message).toMatch(
      /^user_tag differs/,
    )
    expect((await part('2000-3499', {})).json).toMatchObject({ done: true })
  })

  it('never mixes parts of different users that arrive at the same time', async () => {
    const nonce = 'abcdefabcdefabcdefabcdefabcdef04'
    const tags = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc', 'dddddddddddddddd']
    const answers = await Promise.all(
      tags.map((tag) =>
        send({
          id: 'w',
          range: '0-1999/3500',
          bytes: whole.subarray(0, 2000),
          params: { nonce, user_tag: tag },
        }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
  })

  it('refuses an invalid user tag', async () => {
    const params = { user_tag: 'Alice' }
    const answer = await send({ id: 'x', range: '0-3499/3500', bytes: whole, params })
    expect([answer.status, answer.json.error.message]).toEqual([
      400,
      'user_tag must be 16 lower-case hex digits',
    ])
  })

  it('that is finished refuses a part with other bytes or another range', async () => {
    await send({ id: 'm', range: '0-1999/-1', bytes: whole.subarray(0, 2000) })
    await send({ id: 'm', range: '2000-3499/3500', bytes: whole.subarray(2000) })
    const other = await send({ id: 'm', range: '2000-3499/3500', bytes: randomBytes(1500) })
    expect(other.status).toBe(400)
    const beyond = await send({ id: 'm', range: '3500-3500/3501', bytes: Buffer.from('x') })
    expect(beyond.json.error.message).toBe(
      'The upload is finished, and this part does not belong to it',
    )
  })

  it('over a limit is refused before a session is opened', async () => {
    const params = { limits: '{"max_bytes":3000}' }
    const { json } = await send({
      id: 'n',
      range: '0-1999/9000',
      bytes: whole.subarray(0, 2000),
      params,
    })
    expect(json.error.message).toMatch(/^File size too large\. Got 9000\. Maximum is 3000\./)
    const query = { cloud: CLOUD, owner: FULL_KEY.id, clientId: 'n', now: Date.now() }
    expect(await running.server.services.catalog.readSession(query)).toBeNull()
  })

  it('keeps two keys with the same client id apart', async () => {
    await send({ id: 'f', range: '0-999/-1', bytes: whole.subarray(0, 1000) })
    const foreign = await running.post(
      'image/upload',
      formOf(signed(UPLOAD_KEY), { bytes: whole.subarray(1000, 2000) }),
      { 'x-unique-upload-id': 'f', 'content-range': 'bytes 1000-1999/2000' },
    )
    expect(foreign.json).toMatchObject({ done: false, bytes: 1000 })
  })

  it('refuses small parts, wrong lengths and invalid ranges, and stores nothing', async () => {
    const before = await running.kept()
    for (const [range, bytes, message] of [
      ['0-99/-1', 100, 'All parts except EOF-chunk must be larger than 5mb'],
      ['0-1999/-1', 1500, 'Content-Range says 2000 bytes, the part has 1500'],
      ['0-1999/1000', 2000, 'Content-Range bytes 0-1999/1000 is not a range within its total'],
      [
        'zero-one/two',
        10,
        'Content-Range must be bytes <first>-<last>/<total>, received bytes zero-one/two',
      ],
    ] as const) {
      const { status, json } = await send({ id: 'g', range, bytes: whole.subarray(0, bytes) })
      expect({ status, message: json.error.message }).toEqual({ status: 400, message })
    }
    expect(await running.kept()).toEqual(before)
  })

  it('refuses an empty file', async () => {
    const { json } = await send({ id: 'h', range: '0--1/0', bytes: Buffer.alloc(0) })
    expect(json.error.message).toBe('Empty file')
  })

  it('deletes its parts if the complete file is refused', async () => {
    const before = await running.kept()
    const picture = (range: string, bytes: Buffer) =>
      running.post('image/upload', formOf(signed(FULL_KEY), { bytes, name: 'x.jpg' }), {
        'x-unique-upload-id': 'i',
        'content-range': `bytes ${range}`,
      })
    await picture('0-1999/-1', whole.subarray(0, 2000))
    const { json } = await picture('2000-3499/3500', whole.subarray(2000))
    expect(json.error.message).toBe('Invalid image file')
    expect(await running.kept()).toEqual(before)
  })

  it('is an ordinary upload without a Content-Range header', async () => {
    const form = formOf(signed(FULL_KEY), { bytes: whole, name: 'big.bin' })
    const { json } = await running.post('raw/upload', form, { 'x-unique-upload-id': 'j' })
    expect(json).not.toHaveProperty('done')
    expect(json.bytes).toBe(3500)
  })

  it('joins parts with the same nonce, even if their upload ids differ', async () => {
    const params = { nonce: 'aaaabbbbccccddddeeeeffff00001111' }
    await send({ id: 'k1', range: '0-1999/-1', bytes: whole.subarray(0, 2000), params })
    const done = await send({
      id: 'k2',
      range: '2000-3499/3500',
      bytes: whole.subarray(2000),
      params,
    })
    expect(done.json).toMatchObject({ done: true, bytes: 3500 })
  })
})

describe('a restart', () => {
  it('keeps the parts of a session, and removes staging files that no session needs', async () => {
    const first = await startTestServer({ minChunkBytes: 1000 })
    const { folder } = first
    await send({ id: 'r', range: '0-1999/-1', bytes: whole.subarray(0, 2000), server: first })
    const left = await first.server.services.staging.create()
    await left.handle.close()
    first.server.server.closeAllConnections()
    await first.server.close()

    const second = await startTestServer({ minChunkBytes: 1000 }, { folder })
    expect((await second.kept()).staged).toBe(1)
    const done = await send({
      id: 'r',
      range: '2000-3499/3500',
      bytes: whole.subarray(2000),
      server: second,
    })
    expect(done.json).toMatchObject({
      done: true,
      etag: createHash('md5').update(whole).digest('hex'),
    })
    const delivered = await fetch(`${second.address}/${CLOUD}/raw/upload/${done.json.public_id}`)
    expect(Buffer.from(await delivered.arrayBuffer())).toEqual(whole)
    await second.close()
    await first.close().catch(() => {})
  })
})

describe('a session', () => {
  const PART = { id: 's', bytes: Buffer.alloc(1, 7) }

  it('is not opened by a small part that does not start at byte 0: 429 asks for a retry', async () => {
    const before = await running.kept()
    for (const range of ['10-10/11', '1-1/2', '5000000-5000000/5000001']) {
      const refused = await send({ ...PART, range })
      expect(refused.status).toBe(429)
      expect(refused.headers.get('retry-after')).toBe('2')
      expect(refused.json.error.message).toContain('starts at byte 0 or has at least 1000 bytes')
    }
    expect(await running.kept()).toEqual(before)
  })

  it('is opened by any full-size part, and a small last part then finishes it', async () => {
    const early = await send({ id: 't', range: '3000-3499/3500', bytes: slice('3000-3499') })
    expect(early.status).toBe(429)
    for (const range of ['2000-2999', '0-999', '1000-1999']) {
      const { status } = await send({ id: 't', range: `${range}/3500`, bytes: slice(range) })
      expect(status).toBe(200)
    }
    const done = await send({ id: 't', range: '3000-3499/3500', bytes: slice('3000-3499') })
    expect(done.json).toMatchObject({ done: true, bytes: 3500 })
  })

  it('is opened by a small file in one part', async () => {
    const done = await send({ id: 'u', range: '0-9/10', bytes: slice('0-9') })
    expect(done.json).toMatchObject({ done: true, bytes: 10 })
    expect((await send({ id: 'u', range: '0-9/10', bytes: slice('0-9') })).json).toMatchObject({
      done: true,
      public_id: done.json.public_id,
    })
  })

  it('is limited per signature and per key by the configuration', async () => {
    const few = await startTestServer({
      minChunkBytes: 10,
      maxSessionsPerKey: 3,
      maxSessionsPerSignature: 2,
    })
    const open = async (id: string, fields: Record<string, string>) => {
      const form = formOf(fields, { bytes: Buffer.alloc(10) })
      const headers = { 'x-unique-upload-id': id, 'content-range': 'bytes 0-9/20' }
      const { status, json } = await few.post('raw/upload', form, headers)
      return status === 200 ? 200 : json.error.message
    }
    const [one, two] = [signed(FULL_KEY, { tags: 'one' }), signed(FULL_KEY, { tags: 'two' })]
    expect([await open('1', one), await open('2', one)]).toEqual([200, 200])
    expect(await open('3', one)).toMatch(
      /of this signature: at most 2 \(COUNTERSIGN_MAX_SESSIONS_PER_SIGNATURE\)/,
    )
    expect(await open('3', two)).toBe(200)
    expect(await open('4', two)).toMatch(
      /of this key: at most 3 \(COUNTERSIGN_MAX_SESSIONS_PER_KEY\)/,
    )
    await few.close()
  })

  it('that holds less than the smallest part size expires after five minutes, others after a day', async () => {
    const clock = { nowMs: Date.now() }
    const folder = await mkdtemp(join(tmpdir(), 'countersign-sessions-'))
    const disk = await createDiskBlobStore({ root: folder })
    const fail = () => Promise.reject(new MediaError('STORAGE_UNAVAILABLE', { message: 'down' }))
    const timed = await startTestServer(
      { minChunkBytes: 1000 },
      { folder, now: () => clock.nowMs, blobs: { ...disk, write: fail } },
    )
    const { services } = timed.server
    const isLive = async (clientId: string) => {
      const query = { cloud: CLOUD, owner: FULL_KEY.id, clientId, now: clock.nowMs }
      return (await services.catalog.readSession(query)) !== null
    }
    // The storage fails, so the session stays open with the received part.
    const kept = await send({ id: 'small', range: '0-9/10', bytes: slice('0-9'), server: timed })
    expect(kept.status).toBe(500)
    await send({ id: 'large', range: '0-999/2000', bytes: slice('0-999'), server: timed })
    clock.nowMs += 299_000
    expect([await isLive('small'), await isLive('large')]).toEqual([true, true])
    clock.nowMs += 2000
    expect([await isLive('small'), await isLive('large')]).toEqual([false, true])
    await sweepSessions(services)
    expect((await timed.kept()).staged).toBe(1)
    clock.nowMs += 86_400_000
    await sweepSessions(services)
    expect((await timed.kept()).staged).toBe(0)
    await timed.close()
    await rm(folder, { recursive: true })
  })

  it('that is finished is kept for a day, even if its file is small', async () => {
    const clock = { nowMs: Date.now() }
    const timed = await startTestServer({ minChunkBytes: 1000 }, { now: () => clock.nowMs })
    const part = { id: 'v', range: '0-9/10', bytes: slice('0-9'), server: timed }
    const first = await send(part)
    clock.nowMs += 600_000
    expect((await send(part)).json).toMatchObject({ done: true, asset_id: first.json.asset_id })
    await timed.close()
  })
})
