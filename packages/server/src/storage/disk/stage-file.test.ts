import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createId } from '../create-id.js'
import { stageFile, stageWritten } from './stage-file.js'
import { createStagingFolder, HEAD_BYTES, type StagingFolder } from './staging.js'

let root: string
let folder: StagingFolder
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'countersign-stage-'))
  folder = await createStagingFolder(root)
})
afterAll(() => rm(root, { recursive: true }))

async function writeElsewhere(bytes: Buffer): Promise<string> {
  const stagingId = createId()
  await writeFile(folder.pathOf(stagingId), bytes)
  return stagingId
}

describe('a file that another process wrote', () => {
  it('is hashed and counted in place, and is stored without a copy', async () => {
    const bytes = randomBytes(700_001)
    const stagingId = await writeElsewhere(bytes)
    const before = await stat(folder.pathOf(stagingId))
    const totals: number[] = []
    const staged = await stageWritten(folder, stagingId, {
      assertBytes: (total) => totals.push(total),
    })
    expect(staged).toMatchObject({
      stagingId,
      bytes: 700_001,
      md5: createHash('md5').update(bytes).digest('hex'),
      head: bytes.subarray(0, HEAD_BYTES),
    })
    expect(totals.at(-1)).toBe(700_001)
    await staged.sync()
    const blob = join(root, 'blob')
    await staged.moveTo(blob)
    await staged.discard()
    const after = await stat(blob)
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs])
    expect((await readFile(blob)).equals(bytes)).toBe(true)
  })

  it('is kept for the caller if it exceeds a limit, and deleted if it is discarded', async () => {
    const stagingId = await writeElsewhere(Buffer.alloc(300_000))
    const over = new RangeError('over')
    const refuse = (total: number) => {
      if (total > 299_999) throw over
    }
    await expect(stageWritten(folder, stagingId, { assertBytes: refuse })).rejects.toBe(over)
    const staged = await stageWritten(folder, stagingId, { assertBytes: () => {} })
    await staged.discard()
    expect(await folder.list()).not.toContain(stagingId)
  })

  it('that does not exist is a STORAGE_UNAVAILABLE error', async () => {
    await expect(stageWritten(folder, createId(), { assertBytes: () => {} })).rejects.toMatchObject(
      { code: 'STORAGE_UNAVAILABLE' },
    )
  })
})

describe('a large file', () => {
  const MIB = Buffer.alloc(1024 * 1024, 'a')
  async function* mebibytes(count: number): AsyncGenerator<Buffer> {
    for (let sent = 0; sent < count; sent += 1) yield MIB
  }
  /** Returns the folder with a disk that syncs with the given function. */
  const withSync = (sync: (real: () => Promise<void>) => Promise<void>): StagingFolder => ({
    ...folder,
    async create() {
      const file = await folder.create()
      const real = file.handle.datasync.bind(file.handle)
      file.handle.datasync = () => sync(real)
      return file
    },
  })

  it('is synced to the disk before all of it has arrived', async () => {
    let syncs = 0
    const counting = withSync((real) => {
      syncs += 1
      return real()
    })
    const staged = await stageFile(counting, mebibytes(40), { assertBytes: () => {} })
    expect(syncs).toBeGreaterThan(0)
    expect((await stat(staged.path)).size).toBe(40 * MIB.length)
    await staged.discard()
  })

  it('is refused if an earlier sync failed, even if the last one succeeds', async () => {
    let isFirst = true
    const failing = withSync(async (real) => {
      await real()
      if (isFirst) {
        isFirst = false
        throw Object.assign(new Error('EIO'), { code: 'EIO' })
      }
    })
    const before = await folder.list()
    const staged = stageFile(failing, mebibytes(40), { assertBytes: () => {} })
    await expect(staged).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(await folder.list()).toEqual(before)
  })
})
