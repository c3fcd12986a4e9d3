import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Catalog } from '../catalog/catalog.js'
import { createSqliteCatalog } from '../catalog/sqlite/sqlite.js'
import type { BlobRef, BlobStore } from '../storage/blob-store.js'
import { createId } from '../storage/create-id.js'
import { createDiskBlobStore } from '../storage/disk/disk.js'
import { createDiskPartStore } from '../storage/disk/disk-parts.js'
import { stageFile } from '../storage/disk/stage-file.js'
import { createStagingFolder, type StagingFolder } from '../storage/disk/staging.js'
import { type CollectOptions, collectGarbage } from './collect-garbage.js'

const CLOUD = 'collected'
const HOUR_MS = 3_600_000
const NOTHING = { staged: 0, retired: 0, orphans: 0, watched: 0, brake: null }

let folder: string
let catalog: Catalog
let blobs: BlobStore
let staging: StagingFolder
let alarms: object[]
let startedAt: number

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-collect-'))
  catalog = await createSqliteCatalog({ path: join(folder, 'catalog.db') })
  blobs = await createDiskBlobStore({ root: folder })
  staging = await createStagingFolder(folder)
  alarms = []
  startedAt = Date.now()
})
afterEach(async () => {
  await catalog.close()
  await rm(folder, { recursive: true })
})

/** Runs one pass, with the clock so many hours after the start of the test. */
const collectAt = (hours: number, options?: CollectOptions) => {
  const log = { info() {}, warn() {}, error: (details: object) => void alarms.push(details) }
  const now = () => startedAt + hours * HOUR_MS
  const parts = createDiskPartStore(staging)
  return collectGarbage({ catalog, blobs, staging, parts, log, now }, options)
}

async function storeBlob(): Promise<BlobRef> {
  const source = Readable.from([randomBytes(100)])
  return blobs.write(CLOUD, await stageFile(staging, source, { assertBytes() {} }))
}

async function upload(publicId: string): Promise<BlobRef> {
  const blob = await storeBlob()
  await commit(publicId, blob)
  return blob
}

function commit(publicId: string, { blobId }: BlobRef): Promise<unknown> {
  return catalog.commitUpload({
    asset: {
      ...nameOf(publicId),
      format: null,
      widthPx: null,
      heightPx: null,
      tags: [],
      context: {},
      extra: {},
      assetFolder: '',
      displayName: publicId,
      originalFilename: null,
    },
    blob: { blobId, bytes: 100, md5: 'd41d8cd98f00b204e9800998ecf8427e' },
    ids: { assetId: createId(), versionId: createId() },
    overwrite: true,
    now: startedAt,
  })
}

const nameOf = (publicId: string) => ({
  cloud: CLOUD,
  resourceType: 'raw' as const,
  deliveryType: 'upload' as const,
  publicId,
})

async function stored(): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { blobId } of blobs.list()) ids.push(blobId)
  return ids.sort()
}

/** Stores a hundred assets, so that one orphan is not more than 1 %. Their files need not be durable. */
async function fill(prefix = 'asset'): Promise<void> {
  const ids = Array.from({ length: 100 }, createId)
  await Promise.all(
    ids.map(async (blobId, index) => {
      const shard = join(folder, 'blobs', CLOUD, blobId.slice(0, 2))
      await mkdir(shard, { recursive: true })
      await writeFile(join(shard, blobId), 'x')
      await commit(`${prefix}-${index}`, { cloud: CLOUD, blobId })
    }),
  )
}

describe('the collector', () => {
  it('deletes the blob of a replaced or destroyed asset after a day, and never the blob of a live one', async () => {
    const replaced = await upload('cat')
    const live = await upload('cat')
    const destroyed = await upload('dog')
    await catalog.destroyAsset({ ...nameOf('dog'), now: startedAt })
    expect(await collectAt(24 - 0.001)).toEqual(NOTHING)
    expect(await stored()).toEqual([replaced, live, destroyed].map((blob) => blob.blobId).sort())
    expect(await collectAt(24)).toEqual({ ...NOTHING, retired: 2 })
    expect(await stored()).toEqual([live.blobId])
    expect(await collectAt(100)).toEqual(NOTHING)
    const opened = await blobs.open(live)
    expect(opened && (await buffer(opened.stream())).length).toBe(100)
  })

  it('deletes a blob without a row after a day, if two passes an hour apart have seen it', async () => {
    await fill()
    const orphan = await storeBlob()
    expect(await collectAt(0)).toEqual({ ...NOTHING, watched: 1 })
    expect(await collectAt(2)).toEqual({ ...NOTHING, watched: 1 })
    expect(await collectAt(25)).toEqual({ ...NOTHING, orphans: 1 })
    expect(await blobs.open(orphan)).toBeNull()
    expect(await stored()).toHaveLength(100)
  })

  it('needs two sightings at least an hour apart for a file of any age', async () => {
    await fill()
    await storeBlob()
    expect(await collectAt(30)).toEqual({ ...NOTHING, watched: 1 })
    expect(await collectAt(31 - 0.001)).toEqual({ ...NOTHING, watched: 1 })
    expect(await collectAt(31)).toEqual({ ...NOTHING, orphans: 1 })
  })

  it('forgets a sighting after a row was written', async () => {
    await fill()
    const late = await storeBlob()
    await collectAt(30)
    await commit('late', late)
    expect(await collectAt(32)).toEqual(NOTHING)
    expect(await stored()).toHaveLength(101)
  })

  it('deletes a staging file after 25 hours without a write, unless a session needs it', async () => {
    const opened = await catalog.openSession({
      sessionId: createId(),
      cloud: CLOUD,
      owner: 'key',
      clientId: 'abcd',
      bagDigest: 'd',
      params: {},
      publicId: 'big',
      totalBytes: null,
      expiresAt: startedAt + 100 * HOUR_MS,
      address: '192.0.2.1',
      maxSessions: 1,
      maxSessionsPerAddress: 1,
      maxSessionsPerKey: 1,
      maxSessionsPerSignature: 1,
      signatureDigest: null,
      now: startedAt,
    })
    if (opened.outcome !== 'opened') throw new Error('there is room for a session')
    const range = { firstByte: 0, lastByte: 3 }
    const part = await createDiskPartStore(staging).write(
      range,
      Readable.from([Buffer.from('part')]),
      { assertBytes() {} },
    )
    await part.sync()
    await part.keep()
    const { place, digest } = part
    await catalog.addPart({
      cloud: CLOUD,
      sessionId: opened.session.sessionId,
      part: { ...range, digest, place },
      totalBytes: null,
      expiresAt: startedAt + 100 * HOUR_MS,
    })
    const [needed] = await staging.list()
    await writeFile(staging.pathOf(createId()), 'left behind')
    expect(await collectAt(24.9)).toEqual(NOTHING)
    expect(await collectAt(25.1)).toEqual({ ...NOTHING, staged: 1 })
    expect(await staging.list()).toEqual([needed])
    // The session has expired, so its part is deleted with it.
    await collectAt(101)
    expect(await staging.list()).toEqual([])
  })

  it('counts and changes nothing in a dry run', async () => {
    await fill()
    await upload('asset-0')
    await storeBlob()
    await collectAt(30)
    await upload('asset-1')
    await storeBlob()
    await writeFile(staging.pathOf(createId()), 'left behind')
    const before = await stored()
    const first = await collectAt(60, { isDryRun: true })
    expect(first).toEqual({ staged: 1, retired: 1, orphans: 1, watched: 1, brake: null })
    expect(await collectAt(90, { isDryRun: true })).toEqual(first)
    expect(await stored()).toEqual(before)
    expect(await staging.list()).toHaveLength(1)
  })

  it('stops when its signal is aborted', async () => {
    await upload('cat')
    const signal = AbortSignal.abort(new Error('closing'))
    await expect(collectAt(30, { signal })).rejects.toThrow('closing')
  })
})

describe('the brake', () => {
  const sighted = async (count: number) => {
    await Promise.all(Array.from({ length: count }, storeBlob))
    await collectAt(30)
  }

  it('keeps all orphans if the catalog contains no blobs', async () => {
    await sighted(3)
    const collected = await collectAt(32)
    expect(collected).toMatchObject({ orphans: 0, watched: 3 })
    expect(collected.brake).toContain('contains no blobs')
    expect(await stored()).toHaveLength(3)
    expect(alarms).toHaveLength(1)
  })

  it('keeps orphans that are more than 1 % of all stored blobs, and deletes 1 %', async () => {
    await fill()
    await sighted(2)
    expect((await collectAt(32)).brake).toContain('1 %')
    expect(await stored()).toHaveLength(102)
    await fill('more')
    expect(await collectAt(33)).toEqual({ ...NOTHING, orphans: 2 })
  })

  it('keeps all orphans if the newest blob is more than an hour newer than the newest row', async () => {
    await fill()
    const { blobId } = await storeBlob()
    const path = join(folder, 'blobs', CLOUD, blobId.slice(0, 2), blobId)
    const touch = (hours: number) => {
      const seconds = startedAt / 1000 + hours * 3600
      return utimes(path, seconds, seconds)
    }
    await touch(1.001)
    await collectAt(30)
    expect((await collectAt(32)).brake).toContain('hour older')
    await touch(0.999)
    expect(await collectAt(33)).toEqual({ ...NOTHING, orphans: 1 })
  })

  it('can be overridden, which still deletes no live blob', async () => {
    const live = await upload('cat')
    await sighted(5)
    expect((await collectAt(32)).orphans).toBe(0)
    expect(await collectAt(33, { isForced: true })).toEqual({ ...NOTHING, orphans: 5 })
    expect(await stored()).toEqual([live.blobId])
    expect(await readdir(join(folder, 'blobs'))).toEqual([CLOUD])
  })
})
