/** Tests a worker beside a server on one data folder. */

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AssetName } from '../src/catalog/asset.js'
import type { Catalog } from '../src/catalog/catalog.js'
import { createSqliteCatalog } from '../src/catalog/sqlite/sqlite.js'
import { lockForUpkeep, lockForWorker, withoutWorkers } from '../src/storage/disk/data-locks.js'
import { createWorker } from '../src/worker.js'
import { CLOUD, FULL_KEY, formOf, signed, startTestServer, testConfig } from './running-server.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-workers-'))
})
afterEach(() => rm(folder, { recursive: true }))

const startWorker = async () => {
  const lines: string[] = []
  const logStream = { write: (line: string) => void lines.push(line) }
  const worker = await createWorker({ config: testConfig(folder), logStream })
  return { worker, lines }
}

it('a worker stores an async upload and makes its derivatives', async () => {
  // The server's own lanes claim nothing, so only the worker can do the work.
  const catalog = await createSqliteCatalog({ path: join(folder, 'catalog.db') })
  const idle: Catalog = { ...catalog, claimEvents: async () => [] }
  const server = await startTestServer({}, { folder, catalog: idle })
  const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer()
  const fields = { public_id: 'later', async: '1', eager: 'w_20', eager_async: '1' }
  const form = formOf(signed(FULL_KEY, fields), { bytes: photo })
  expect((await server.post('image/upload', form)).json).toMatchObject({ status: 'pending' })
  const { worker } = await startWorker()
  const name = { cloud: CLOUD, resourceType: 'image', deliveryType: 'upload', publicId: 'later' }
  await expect
    .poll(() => catalog.readAsset(name as AssetName))
    .toMatchObject({ widthPx: 40, heightPx: 30 })
  const events = (state: 'pending' | 'done') => catalog.listEvents({ state, maxResults: 10 })
  await expect.poll(() => events('pending')).toEqual([])
  expect((await events('done')).map(({ topic }) => topic).sort()).toEqual([
    'derive',
    'eager',
    'store',
  ])
  expect((await server.kept()).staged).toBe(0)
  await worker.close()
  await server.close()
})

it('a worker makes no pass of the collector while a server does, and takes over when the server stops', async () => {
  const server = await startTestServer({}, { folder })
  await expect.poll(() => server.logs.join('')).toContain('"collected"')
  const { worker, lines } = await startWorker()
  await worker.close()
  expect(lines.join('')).not.toContain('"collected"')
  await server.close()
  const alone = await startWorker()
  await expect.poll(() => alone.lines.join('')).toContain('"collected"')
  await alone.worker.close()
})

it('a server that starts deletes staging files only if no worker runs', async () => {
  const first = await startTestServer({}, { folder })
  await first.close()
  const left = 'ab'.repeat(16)
  await writeFile(join(folder, 'staging', left), 'x')
  const { worker } = await startWorker()
  const beside = await startTestServer({}, { folder })
  expect(await readdir(join(folder, 'staging'))).toEqual([left])
  await beside.close()
  await worker.close()
  const alone = await startTestServer({}, { folder })
  expect(await readdir(join(folder, 'staging'))).toEqual([])
  await alone.close()
})

it('several workers share a folder, and only one process has the lock of the upkeep', async () => {
  const location = { storageFolder: folder }
  const locks = await Promise.all([lockForWorker(location), lockForWorker(location)])
  let runs = 0
  const count = async () => {
    runs += 1
  }
  expect(await withoutWorkers(location, count)).toBe(false)
  locks[0].release()
  expect(await withoutWorkers(location, count)).toBe(false)
  locks[1].release()
  expect(await withoutWorkers(location, count)).toBe(true)
  expect(runs).toBe(1)
  const upkeep = await lockForUpkeep(location)
  expect(upkeep).not.toBeNull()
  expect(await lockForUpkeep(location)).toBeNull()
  upkeep?.release()
  const next = await lockForUpkeep(location)
  expect(next).not.toBeNull()
  next?.release()
})
