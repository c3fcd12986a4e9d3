import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createId } from '../create-id.js'
import { createPartJoiner, type PartFile, type PartJoiner } from './part-joiner.js'
import { createStagingFolder, type StagingFolder } from './staging.js'

const WHOLE = randomBytes(2_500_000)
const CUTS = [0, 1_100_000, 1_100_001, 2_000_000, WHOLE.length]

describe('parts', () => {
  let root: string
  let staging: StagingFolder
  let joiner: PartJoiner
  let parts: readonly PartFile[]

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'countersign-join-'))
    staging = await createStagingFolder(root)
    joiner = createPartJoiner(staging)
    parts = await Promise.all(
      CUTS.slice(1).map(async (end, index) => {
        const firstByte = CUTS[index] ?? 0
        const path = staging.pathOf(createId())
        await writeFile(path, WHOLE.subarray(firstByte, end))
        return { path, firstByte, lastByte: end - 1 }
      }),
    )
  })
  afterEach(async () => {
    await joiner.close()
    await rm(root, { recursive: true, force: true })
  })

  async function assertWhole(sessionId: string): Promise<void> {
    const joined = await joiner.finish(sessionId, parts)
    expect(joined.bytes).toBe(WHOLE.length)
    expect(joined.md5).toBe(createHash('md5').update(WHOLE).digest('hex'))
    expect(joined.head).toEqual(WHOLE.subarray(0, 4100))
    expect(WHOLE.equals(await readFile(joined.path))).toBe(true)
    expect(joined.path).toBe(staging.pathOf(joined.stagingId))
  }

  it('that arrive in order are joined as they arrive', async () => {
    for (const count of [1, 2, 3]) joiner.advance('one', parts.slice(0, count))
    await assertWhole('one')
  })

  it('that arrive out of order are joined by their positions', async () => {
    const [first, second, third, last] = parts as [PartFile, PartFile, PartFile, PartFile]
    joiner.advance('one', [last])
    joiner.advance('one', [last, second])
    joiner.advance('one', [last, second, first])
    parts = [third, last, first, second]
    await assertWhole('one')
  })

  it('of several uploads are not mixed', async () => {
    joiner.advance('one', parts.slice(0, 2))
    joiner.advance('other', parts.slice(0, 1))
    await assertWhole('other')
    await assertWhole('one')
  })

  it('are joined from the beginning when an earlier attempt failed', async () => {
    const [first, second] = parts as [PartFile, PartFile]
    joiner.advance('one', [first])
    joiner.advance('one', [first, { ...second, path: `${second.path}-gone` }])
    await assertWhole('one')
    expect(await readdir(join(root, 'staging'))).toHaveLength(parts.length + 1)
  })

  it('that are missing are an error, and the joined file is deleted', async () => {
    const [first, second, third, last] = parts as [PartFile, PartFile, PartFile, PartFile]
    joiner.advance('one', [first, second])
    await rm(third.path)
    await expect(joiner.finish('one', [first, second, third, last])).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: 'the parts could not be joined',
    })
    expect(await readdir(join(root, 'staging'))).toHaveLength(parts.length - 1)
  })

  it('that are too short on the disk are an error', async () => {
    const [first] = parts as [PartFile]
    await writeFile(first.path, WHOLE.subarray(0, 1000))
    await expect(joiner.finish('one', parts)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })

  it('of a finished or dropped upload are not joined again', async () => {
    await assertWhole('one')
    joiner.advance('other', parts.slice(0, 1))
    joiner.drop('other')
    for (const sessionId of ['one', 'other']) joiner.advance(sessionId, parts)
    // The thread runs orders one after the other, so the earlier orders are done after this one.
    await assertWhole('last')
    expect(await readdir(join(root, 'staging'))).toHaveLength(parts.length + 2)
  })

  it('can be joined later if the first attempt failed', async () => {
    const [first, second, third, last] = parts as [PartFile, PartFile, PartFile, PartFile]
    const gone = { ...third, path: `${third.path}-gone` }
    await expect(joiner.finish('one', [first, second, gone, last])).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
    })
    await assertWhole('one')
  })

  it('are refused after close, with or without earlier parts', async () => {
    const idle = createPartJoiner(staging)
    joiner.advance('one', parts.slice(0, 1))
    for (const closed of [joiner, idle]) {
      await closed.close()
      closed.advance('other', parts.slice(0, 1))
      closed.drop('one')
      await expect(closed.finish('one', parts)).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
      })
      await closed.close()
    }
    expect(await readdir(join(root, 'staging'))).toHaveLength(parts.length)
  })

  it('leave no joined file after their upload is dropped, or after close', async () => {
    joiner.advance('one', parts.slice(0, 1))
    joiner.advance('other', parts.slice(0, 1))
    joiner.drop('one')
    await joiner.close()
    expect(await readdir(join(root, 'staging'))).toHaveLength(parts.length)
  })
})
