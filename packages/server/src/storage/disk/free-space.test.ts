import { describe, expect, it } from 'vitest'
import { createFreeSpace, type FileSystemStatus } from './free-space.js'

const GIB = 1024 ** 3
const BLOCK = 4096

const disk = (totalBytes: number, freeBytes: number): FileSystemStatus => ({
  blocks: totalBytes / BLOCK,
  bavail: freeBytes / BLOCK,
  bsize: BLOCK,
})

const gate = (
  status: () => FileSystemStatus,
  limits = { minFreeBytes: 2 * GIB, minFreePercent: 5 },
) => {
  let now = 0
  const space = createFreeSpace({
    folder: '/data',
    limits,
    statfs: async () => status(),
    now: () => now,
  })
  return { space, pass: (milliseconds: number) => (now += milliseconds) }
}

describe('the free-space watermark', () => {
  it.each([
    ['2 GiB on a small disk', 20 * GIB, 2 * GIB],
    ['5 percent on a large disk', 100 * GIB, 5 * GIB],
  ])(
    'is %s: uploads pass at or above the mark and are refused one block below',
    async (_, total, mark) => {
      await gate(() => disk(total, mark + BLOCK)).space.assertRoom()
      await gate(() => disk(total, mark)).space.assertRoom()
      await expect(gate(() => disk(total, mark - BLOCK)).space.assertRoom()).rejects.toMatchObject({
        code: 'STORAGE_FULL',
        message: `The disk of the server is too full for this upload: ${mark} bytes must stay free (COUNTERSIGN_MIN_FREE_BYTES, COUNTERSIGN_MIN_FREE_PERCENT)`,
      })
    },
  )

  it('counts the announced bytes of an upload', async () => {
    const { space } = gate(() => disk(20 * GIB, 3 * GIB))
    await space.assertRoom(GIB)
    await expect(space.assertRoom(GIB + 1)).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  })

  it('can be set by the operator, and is off if both limits are 0', async () => {
    const own = { minFreeBytes: 3 * BLOCK, minFreePercent: 0 }
    await gate(() => disk(20 * GIB, 3 * BLOCK), own).space.assertRoom()
    await expect(
      gate(() => disk(20 * GIB, 2 * BLOCK), own).space.assertRoom(),
    ).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    const none = { minFreeBytes: 0, minFreePercent: 0 }
    await gate(() => disk(20 * GIB, 0), none).space.assertRoom()
  })

  it('allows uploads again after space was freed, without a restart', async () => {
    let free = GIB
    const { space, pass } = gate(() => disk(20 * GIB, free))
    await expect(space.assertRoom()).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    free = 4 * GIB
    pass(500)
    await space.assertRoom()
  })

  it('ignores a file system without a size, and reports a failing one as unavailable', async () => {
    await gate(() => disk(0, 0)).space.assertRoom()
    const failing = gate(() => {
      throw new Error('EIO')
    })
    await expect(failing.space.assertRoom()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })
})
