/** Test suite for every blob store driver. @module */

import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BlobRef, BlobStore } from '../../src/storage/blob-store.js'
import { stageFile } from '../../src/storage/disk/stage-file.js'
import type { StagingFolder } from '../../src/storage/disk/staging.js'

/** Runs the suite on a driver. `open` creates an empty store and a staging folder. */
export function runBlobStoreContract(
  name: string,
  open: () => Promise<{ blobs: BlobStore; staging: StagingFolder; destroy(): Promise<void> }>,
): void {
  describe(`blob store contract: ${name}`, () => {
    let blobs: BlobStore
    let staging: StagingFolder
    let destroy: () => Promise<void>
    beforeEach(async () => {
      ;({ blobs, staging, destroy } = await open())
    })
    afterEach(() => destroy())

    const stage = (bytes: Buffer) =>
      stageFile(staging, Readable.from([bytes]), { assertBytes: () => {} })

    it('returns the written bytes, and leaves no staging file', async () => {
      const bytes = randomBytes(300_000)
      const blob = await blobs.write('cloud', await stage(bytes))
      const opened = await blobs.open(blob)
      expect(opened?.bytes).toBe(bytes.length)
      expect(opened && (await buffer(opened.stream()))).toEqual(bytes)
      expect(await staging.list()).toEqual([])
    })

    it('reads an inclusive range', async () => {
      const blob = await blobs.write('cloud', await stage(Buffer.from('0123456789')))
      const opened = await blobs.open(blob)
      expect(
        opened && (await buffer(opened.stream({ firstByte: 2, lastByte: 4 }))).toString(),
      ).toBe('234')
    })

    it('does not find a blob of another cloud or a destroyed blob', async () => {
      const blob = await blobs.write('cloud', await stage(Buffer.from('x')))
      expect(await blobs.open({ ...blob, cloud: 'other' })).toBeNull()
      await blobs.destroy(blob)
      await blobs.destroy(blob)
      expect(await blobs.open(blob)).toBeNull()
      expect(await blobs.localPath(blob)).toBeNull()
    })

    it('refuses a blob id that is not 32 hex digits, and an invalid cloud', async () => {
      for (const blobId of [
        '../../../etc/passwd',
        '..',
        '',
        `${'a'.repeat(31)}/`,
        `${'a'.repeat(32)}\0`,
      ]) {
        await expect(blobs.open({ cloud: 'cloud', blobId })).rejects.toThrow(TypeError)
      }
      await expect(blobs.open({ cloud: '..', blobId: 'a'.repeat(32) })).rejects.toThrow(TypeError)
    })

    it('rejects and keeps nothing if the bytes cannot be synced', async () => {
      const staged = await stage(Buffer.from('x'))
      const failing = { ...staged, sync: () => Promise.reject(new Error('EIO')) }
      await expect(blobs.write('cloud', failing)).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
      })
      expect(await staging.list()).toEqual([])
      expect(await blobs.open({ cloud: 'cloud', blobId: staged.stagingId })).toBeNull()
    })

    it('lists every blob of every cloud, and returns its size', async () => {
      const one = await blobs.write('cloud', await stage(Buffer.from('one')))
      const two = await blobs.write('other', await stage(Buffer.from('twos')))
      const listed: BlobRef[] = []
      for await (const blob of blobs.list()) listed.push(blob)
      expect(listed).toHaveLength(2)
      expect(listed).toEqual(expect.arrayContaining([one, two]))
      expect(await blobs.stat(two)).toMatchObject({ bytes: 4 })
      expect(await blobs.stat({ ...two, cloud: 'cloud' })).toBeNull()
    })

    it('neither opens nor lists blobs in quarantine', async () => {
      const blob = await blobs.write('cloud', await stage(Buffer.from('x')))
      await blobs.quarantine(blob)
      await blobs.quarantine(blob)
      expect(await blobs.open(blob)).toBeNull()
      expect(await blobs.stat(blob)).toBeNull()
      for await (const listed of blobs.list()) expect(listed).toBeUndefined()
    })

    it('answers a probe', async () => {
      await expect(blobs.probe()).resolves.toBeUndefined()
    })
  })
}
