import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runBlobStoreContract } from '../../../test/contracts/blob-store.js'
import { createDiskBlobStore } from './disk.js'
import { stageFile } from './stage-file.js'
import { createStagingFolder, type StagingFolder } from './staging.js'

runBlobStoreContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'countersign-blobs-'))
  return {
    blobs: await createDiskBlobStore({ root }),
    staging: await createStagingFolder(root),
    destroy: () => rm(root, { recursive: true }),
  }
})

describe('a file of a verified upload', () => {
  let root: string
  let staging: StagingFolder
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'countersign-small-'))
    staging = await createStagingFolder(root)
  })
  afterEach(() => rm(root, { recursive: true }))

  const stage = (bytes: Buffer) =>
    stageFile(staging, Readable.from([bytes]), { assertBytes() {}, cloud: 'cloud' })
  const files = async (name: string) =>
    (await readdir(join(root, name), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    ).length

  it('that is small is written under the name of its blob', async () => {
    const blobs = await createDiskBlobStore({ root })
    const staged = await stage(Buffer.from('small'))
    expect([await files('staging'), await files('blobs')]).toEqual([0, 1])
    const blob = await blobs.write('cloud', staged)
    await staged.discard()
    expect(await blobs.stat(blob)).toMatchObject({ bytes: 5 })
  })

  it('that is small leaves nothing if it is discarded', async () => {
    await (await stage(Buffer.from('small'))).discard()
    await (await stage(Buffer.alloc(0))).discard()
    expect([await files('staging'), await files('blobs')]).toEqual([0, 0])
  })

  it('that is large is staged', async () => {
    const staged = await stage(randomBytes(600_000))
    expect([await files('staging'), await files('blobs').catch(() => 0)]).toEqual([1, 0])
    await staged.discard()
  })

  it('is durable under its name, however many are stored at once', async () => {
    const blobs = await createDiskBlobStore({ root })
    const stored = await Promise.all(
      Array.from({ length: 50 }, async (_, index) =>
        blobs.write('cloud', await stage(Buffer.from(`file ${index}`))),
      ),
    )
    const folders = new Set(stored.map(({ blobId }) => blobId.slice(0, 2)))
    expect(folders.size).toBeLessThan(50)
    for (const [index, blob] of stored.entries()) {
      const opened = await blobs.open(blob)
      expect(opened && (await text(opened.stream()))).toBe(`file ${index}`)
    }
  })
})
