import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPartStoreContract } from '../../../test/contracts/part-store.js'
import type { PartRange, PartStore, StoredPart } from '../part-store.js'
import { createDiskBlobStore } from './disk.js'
import { createDiskPartStore } from './disk-parts.js'
import { createStagingFolder, type StagingFolder } from './staging.js'

runPartStoreContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'countersign-parts-'))
  const staging = await createStagingFolder(root)
  const parts = createDiskPartStore(staging)
  return {
    parts,
    reopen: () => createDiskPartStore(staging),
    count: async () => (await staging.list()).length,
    async destroy() {
      await parts.close()
      await rm(root, { recursive: true })
    },
  }
})

describe('the disk part store', () => {
  let root: string
  let staging: StagingFolder
  let parts: PartStore
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'countersign-parts-'))
    staging = await createStagingFolder(root)
    parts = createDiskPartStore(staging)
  })
  afterEach(async () => {
    await parts.close()
    await rm(root, { recursive: true })
  })

  async function write(range: PartRange, stored?: readonly StoredPart[]): Promise<StoredPart> {
    const bytes = Buffer.alloc(range.lastByte - range.firstByte + 1, 'x')
    const part = await parts.write(range, Readable.from([bytes]), {
      assertBytes() {},
      ...(stored ? { readStored: async () => stored } : {}),
    })
    await part.sync()
    await part.keep()
    return { ...range, place: part.place }
  }

  it('writes all parts of an upload to one file, at their offsets', async () => {
    const second = await write({ firstByte: 1000, lastByte: 1999 }, [])
    const first = await write({ firstByte: 0, lastByte: 999 }, [second])
    const [file = '', ...others] = await staging.list()
    expect(others).toEqual([])
    expect((await stat(staging.pathOf(file))).size).toBe(2000)
    const joined = await parts.join('one', [first, second])
    expect(joined.path).toBe(staging.pathOf(file))
  })

  it('makes no file of a length that an unverified sender chose', async () => {
    await write({ firstByte: 1_000_000, lastByte: 1_000_009 })
    const [file = ''] = await staging.list()
    expect((await stat(staging.pathOf(file))).size).toBe(10)
  })

  it('keeps the upload’s file when its blob is stored, and the blob when the file is deleted', async () => {
    const blobs = await createDiskBlobStore({ root })
    const part = await write({ firstByte: 0, lastByte: 999 }, [])
    const failed = await blobs.write('cloud', await parts.join('one', [part]))
    await blobs.destroy(failed)
    const blob = await blobs.write('cloud', await parts.join('one', [part]))
    expect(blob.blobId).not.toBe(failed.blobId)
    await parts.destroy([part])
    expect(await staging.list()).toEqual([])
    expect(await blobs.stat(blob)).toMatchObject({ bytes: 1000 })
    expect(await readdir(join(root, 'blobs', 'cloud', blob.blobId.slice(0, 2)))).toEqual([
      blob.blobId,
    ])
  })

  it('joins parts that an older version has stored in files of their own', async () => {
    const one = await write({ firstByte: 0, lastByte: 99 })
    const two = await write({ firstByte: 100, lastByte: 199 })
    expect([one.place, two.place]).toEqual(
      expect.arrayContaining((await staging.list()).map((id) => id)),
    )
    const joined = await parts.join('one', [two, one])
    expect(joined.bytes).toBe(200)
    await joined.discard()
    expect(await staging.list()).toHaveLength(2)
  })
})
