/** Test suite for every part store driver. @module */

import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../../bench/seeded-random.mjs'
import type { PartRange, PartStore, StagedPart, StoredPart } from '../../src/storage/part-store.js'

/** A driver on an empty store. */
export interface TestedPartStore {
  readonly parts: PartStore
  /** Returns another store over the same bytes, as after a restart of the server. */
  reopen(): PartStore
  /** Returns the number of stored files or objects. */
  count(): Promise<number>
  destroy(): Promise<void>
}

// Larger than one write, so that a part that breaks off has written bytes.
const WHOLE = randomBytes(3_000_000)
const PART_BYTES = 1_000_000
const MD5 = createHash('md5').update(WHOLE).digest('hex')

/** Runs the suite on a driver. */
export function runPartStoreContract(name: string, open: () => Promise<TestedPartStore>): void {
  describe(`part store contract: ${name}`, () => {
    let tested: TestedPartStore
    let upload: Upload
    beforeEach(async () => {
      tested = await open()
      upload = new Upload(tested.parts)
    })
    afterEach(() => tested.destroy())

    async function assertWhole(parts: PartStore = tested.parts): Promise<void> {
      const joined = await parts.join('one', upload.stored)
      expect([joined.bytes, joined.md5]).toEqual([WHOLE.length, MD5])
      expect(joined.head).toEqual(WHOLE.subarray(0, 4100))
      expect(WHOLE.equals(await readFile(joined.path))).toBe(true)
      await joined.discard()
    }

    it.each([
      ['in order', [0, 1, 2]],
      ['out of order', [2, 0, 1]],
      ['the last one first', [2, 1, 0]],
    ])('joins parts that arrive %s', async (_, order) => {
      for (const index of order) {
        await upload.send(index)
        tested.parts.advance('one', upload.stored)
      }
      await assertWhole()
    })

    it('joins parts that arrive at the same time, each several times', async () => {
      await Promise.all([0, 1, 2, 0, 1, 2, 0].map((index) => upload.send(index)))
      await assertWhole()
    })

    it('joins parts that an earlier process has stored', async () => {
      await upload.send(1)
      await upload.send(0)
      tested.parts.advance('one', upload.stored)
      await tested.parts.close()
      upload.parts = tested.reopen()
      await upload.send(2)
      await assertWhole(upload.parts)
      await upload.parts.close()
    })

    it('joins again after an attempt that failed', async () => {
      for (const index of [0, 1, 2]) await upload.send(index)
      await assertWhole()
      await assertWhole()
    })

    it('joins a part of an unverified sender', async () => {
      await upload.send(0)
      await upload.send(1, { isVerified: false })
      await upload.send(2)
      await assertWhole()
      await tested.parts.destroy(upload.stored)
      expect(await tested.count()).toBe(0)
    })

    it('keeps nothing of a part that has more bytes than its range, that breaks off, or that is discarded', async () => {
      for (const before of [[], [0]]) {
        for (const index of before) await upload.send(index)
        const files = await tested.count()
        const range = rangeOf(1)
        await expect(upload.write(range, [bytesOf(range), Buffer.from('x')])).rejects.toMatchObject(
          { code: 'CHUNK_INVALID' },
        )
        await expect(upload.write(range, breaking(range))).rejects.toThrow('broken off')
        await (await upload.write(range, [randomBytes(PART_BYTES)])).discard()
        expect(await tested.count()).toBe(files)
      }
      await upload.send(1)
      await upload.send(2)
      await assertWhole()
    })

    it('never writes into bytes that another part holds', async () => {
      await upload.send(0)
      const slow = new Source()
      const garbage = upload.write(rangeOf(1), slow)
      slow.push(randomBytes(PART_BYTES * 0.6))
      await upload.send(1)
      slow.push(randomBytes(PART_BYTES * 0.4))
      slow.end()
      await (await garbage).discard()
      await upload.send(2)
      await assertWhole()
    })

    it.each([
      ['bytes that another part has', rangeOf(1)],
      ['bytes after the end', { firstByte: 2.5 * PART_BYTES, lastByte: 4 * PART_BYTES - 1 }],
    ])(
      'joins without a part that hangs in %s, and that part changes nothing afterwards',
      async (_, range) => {
        await upload.send(0)
        const slow = new Source()
        const hanging = upload.write(range, slow).catch((error) => error)
        slow.push(randomBytes(PART_BYTES * 0.6))
        await expect.poll(() => slow.isWaiting).toBe(true)
        await upload.send(1)
        await upload.send(2)
        const { path, md5 } = await tested.parts.join('one', upload.stored)
        expect(md5).toBe(MD5)
        slow.push(randomBytes(PART_BYTES * 0.3))
        slow.end()
        expect(await hanging).toMatchObject({ code: 'RATE_LIMITED' })
        expect(WHOLE.equals(await readFile(path))).toBe(true)
        await assertWhole()
      },
    )

    it('deletes the bytes of destroyed parts', async () => {
      for (const index of [2, 0, 1]) await upload.send(index)
      await tested.parts.destroy(upload.stored)
      await tested.parts.destroy(upload.stored)
      expect(await tested.count()).toBe(0)
      await expect(tested.parts.join('one', upload.stored)).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
      })
    })

    it('keeps every recorded byte while clients send overlapping, repeated and broken parts at once', async () => {
      for (let seed = 1; seed <= 6; seed++) {
        const random = seededRandom(seed)
        upload = new Upload(tested.parts)
        const cuts = [0, ...Array.from({ length: 6 }, () => Math.floor(random() * WHOLE.length))]
        const sorted = [...new Set([...cuts, WHOLE.length])].sort((one, other) => one - other)
        const ranges = sorted
          .slice(1)
          .map((end, index) => ({ firstByte: sorted[index] ?? 0, lastByte: end - 1 }))
        const clients = Array.from({ length: 8 }, async () => {
          for (let turn = 0; turn < 6; turn++) {
            const range = ranges[Math.floor(random() * ranges.length)] ?? {
              firstByte: 0,
              lastByte: 0,
            }
            const kind = random()
            if (kind < 0.2) await upload.write(range, breaking(range)).catch(() => {})
            else if (kind < 0.4) await upload.sendOther(shifted(range, random))
            else await upload.sendRange(range, { isVerified: random() < 0.9 })
          }
        })
        await Promise.all(clients)
        for (const range of ranges) await upload.sendRange(range)
        await assertWhole()
        await tested.parts.destroy(upload.stored)
        expect([seed, await tested.count()]).toEqual([seed, 0])
      }
    })
  })
}

/** An upload whose parts are recorded as in the catalog. */
class Upload {
  readonly stored: StoredPart[] = []

  constructor(public parts: PartStore) {}

  write(
    range: PartRange,
    source: Iterable<Buffer> | AsyncIterable<Buffer>,
    { isVerified = true } = {},
  ): Promise<StagedPart> {
    return this.parts.write(range, chunksOf(source), {
      assertBytes() {},
      ...(isVerified ? { readStored: async () => [...this.stored] } : {}),
    })
  }

  send(index: number, options?: { isVerified: boolean }): Promise<void> {
    return this.sendRange(rangeOf(index), options)
  }

  /** Sends a part of the file, and records it unless its range is taken. */
  async sendRange(range: PartRange, options?: { isVerified: boolean }): Promise<void> {
    const part = await this.write(range, [bytesOf(range)], options)
    await part.sync()
    const isTaken = this.stored.some(
      ({ firstByte, lastByte }) => firstByte <= range.lastByte && range.firstByte <= lastByte,
    )
    if (isTaken) return part.discard()
    this.stored.push({ ...range, place: part.place })
    await part.keep()
  }

  /** Sends other bytes, which the catalog refuses. */
  async sendOther(range: PartRange): Promise<void> {
    const part = await this.write(range, [randomBytes(range.lastByte - range.firstByte + 1)])
    await part.sync()
    await part.discard()
  }
}

/** Bytes that arrive when the test sends them. */
class Source implements AsyncIterable<Buffer> {
  readonly #chunks: Buffer[] = []
  #wake: () => void = () => {}
  #isEnded = false
  /** True if all sent bytes are consumed. */
  isWaiting = false

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#wake()
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk) yield chunk
      else if (this.#isEnded) return
      else
        await new Promise<void>((resolve) => {
          this.isWaiting = true
          this.#wake = resolve
        })
      this.isWaiting = false
    }
  }
}

function rangeOf(index: number): PartRange {
  return { firstByte: index * PART_BYTES, lastByte: (index + 1) * PART_BYTES - 1 }
}

function bytesOf({ firstByte, lastByte }: PartRange): Buffer {
  return WHOLE.subarray(firstByte, lastByte + 1)
}

function shifted({ firstByte, lastByte }: PartRange, random: () => number): PartRange {
  const by = Math.floor(random() * 200_000)
  return { firstByte: Math.max(0, firstByte - by), lastByte: lastByte + by }
}

async function* chunksOf(source: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const whole of source) {
    for (let at = 0; at < whole.length; at += 65_536) {
      await setImmediate()
      yield whole.subarray(at, at + 65_536)
    }
  }
}

async function* breaking(range: PartRange): AsyncGenerator<Buffer> {
  yield randomBytes(Math.ceil((range.lastByte - range.firstByte + 1) * 0.9))
  throw new Error('broken off')
}
