import { randomBytes } from 'node:crypto'
import { readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
} from '../../test/running-server.js'
import { scrubBlobs } from './scrub-blobs.js'

let running: RunningServer
beforeEach(async () => {
  running = await startTestServer()
})
afterEach(() => running.close())

async function upload(publicId: string, bytes: Buffer): Promise<string> {
  const form = formOf(signed(FULL_KEY, { public_id: publicId }), { bytes })
  expect((await running.post('raw/upload', form)).status).toBe(200)
  const name = { cloud: CLOUD, resourceType: 'raw', deliveryType: 'upload', publicId } as const
  const { blobId } = (await running.server.services.catalog.readAsset(name)) ?? { blobId: '' }
  return join(running.folder, 'blobs', CLOUD, blobId.slice(0, 2), blobId)
}

const fetched = async (publicId: string, headers = {}) =>
  (await fetch(`${running.address}/${CLOUD}/raw/upload/${publicId}`, { headers })).status

const quarantined = async () =>
  (await readdir(join(running.folder, 'quarantine'), { recursive: true }).catch(() => [])).filter(
    (name) => /[0-9a-f]{32}$/.test(name),
  )

describe('a stored file', () => {
  it('whose length has changed is answered with 500 and moved to quarantine at the first read', async () => {
    const large = randomBytes(400_000)
    await truncate(await upload('short', large), 399_999)
    const long = await upload('long', large)
    await writeFile(long, Buffer.concat([large, Buffer.from('x')]))
    await truncate(await upload('small', randomBytes(50)), 49)
    for (const publicId of ['short', 'long', 'small']) {
      expect(await fetched(publicId)).toBe(500)
      expect(await fetched(publicId, { range: 'bytes=0-9' })).toBe(500)
    }
    expect(await quarantined()).toHaveLength(3)
    expect(running.logs.join('')).toContain('"alarm":"blob_mismatch"')
  })
})

describe('the scrub', () => {
  it('moves a file with the right length and wrong bytes to quarantine', async () => {
    const bytes = randomBytes(300_000)
    const path = await upload('rotten', bytes)
    await upload('sound', randomBytes(300_000))
    const rotten = Buffer.from(bytes)
    rotten.writeUInt8(rotten.readUInt8(1000) ^ 1, 1000)
    await writeFile(path, rotten)
    const { services } = running.server
    expect(await scrubBlobs(services, { share: 1 })).toEqual({ read: 2, quarantined: 1 })
    expect(await fetched('rotten')).toBe(500)
    expect(await fetched('sound')).toBe(200)
    const [kept = ''] = await quarantined()
    expect(await readFile(join(running.folder, 'quarantine', kept))).toEqual(rotten)
    expect(await scrubBlobs(services, { share: 1 })).toEqual({ read: 1, quarantined: 0 })
  })

  it('finds a missing file', async () => {
    await unlink(await upload('gone', Buffer.from('x')))
    const { services } = running.server
    expect(await scrubBlobs(services, { share: 1 })).toEqual({ read: 1, quarantined: 1 })
  })

  it('reads a share of the files from any start, each file at most once', async () => {
    for (let index = 0; index < 10; index++) await upload(`file-${index}`, Buffer.from(`${index}`))
    const { services } = running.server
    expect((await scrubBlobs(services, { share: 0.01 / 24 })).read).toBe(1)
    for (const from of ['0'.repeat(32), '8'.repeat(32), 'f'.repeat(32)]) {
      expect((await scrubBlobs(services, { share: 1, from })).read).toBe(10)
      expect((await scrubBlobs(services, { share: 0.3, from })).read).toBe(3)
    }
  })
})
