import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDerivativeStore, type StoredDerivative } from './derivative-store.js'

let folder: string
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'countersign-derivatives-')), 'derivatives')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function key(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

async function bytesOf(stored: StoredDerivative | null): Promise<string | null> {
  if (!stored) return null
  const content = await stored.open()
  return (Buffer.isBuffer(content) ? content : await buffer(content.stream())).toString()
}

/** Returns a function that writes these bytes as a derivative. */
function writing(bytes: Buffer): (path: string) => Promise<void> {
  return (path) => writeFile(path, bytes)
}

function pathOf(name: string): string {
  return join(folder, key(name).slice(0, 2), key(name))
}

describe('the derivative cache', () => {
  it('reads a derivative that it wrote, also after a restart', async () => {
    const store = createDerivativeStore({ folder })
    expect(await store.read(key('a'))).toBeNull()
    expect(await bytesOf(await store.write(key('a'), writing(Buffer.from('picture'))))).toBe(
      'picture',
    )
    expect(await bytesOf(await store.read(key('a')))).toBe('picture')
    expect(await bytesOf(await createDerivativeStore({ folder }).read(key('a')))).toBe('picture')
  })

  it('streams large derivatives, whole and in part', async () => {
    const large = Buffer.alloc(2 * 1024 * 1024, 'abcdefgh')
    await createDerivativeStore({ folder }).write(key('large'), writing(large))
    const stored = await createDerivativeStore({ folder }).read(key('large'))
    expect(stored?.bytes).toBe(large.length)
    const content = await stored?.open()
    if (!content || Buffer.isBuffer(content)) throw new Error('expected a stream')
    const part = await buffer(content.stream({ firstByte: 8, lastByte: 11 }))
    expect(part.toString()).toBe('abcd')
    expect(await bytesOf(stored)).toBe(large.toString())
  })

  it('leaves no temporary file', async () => {
    await createDerivativeStore({ folder }).write(key('a'), writing(Buffer.from('picture')))
    expect(await readdir(join(folder, key('a').slice(0, 2)))).toEqual([key('a')])
  })

  it('ignores a file that a power cut has shortened', async () => {
    for (const bytes of [0, 5, 20]) {
      await createDerivativeStore({ folder }).write(key('a'), writing(Buffer.from('a picture')))
      await truncate(pathOf('a'), bytes)
      expect(await createDerivativeStore({ folder }).read(key('a'))).toBeNull()
    }
  })

  it('evicts the least recently used derivatives above its size limit', async () => {
    const store = createDerivativeStore({ folder, maxBytes: 3 * 116 })
    for (const name of ['a', 'b', 'c'])
      await store.write(key(name), writing(Buffer.alloc(100, name)))
    await store.read(key('a'))
    await store.write(key('d'), writing(Buffer.alloc(100, 'd')))
    await store.settled()
    const kept = await Promise.all(['a', 'b', 'c', 'd'].map((name) => store.has(key(name))))
    expect(kept).toEqual([true, false, true, true])
  })

  it('evicts the oldest files of an earlier run first, and deletes its temporary files', async () => {
    const first = createDerivativeStore({ folder })
    for (const [name, age] of [
      ['new', 100],
      ['old', 900],
    ] as const) {
      await first.write(key(name), writing(Buffer.alloc(100, name)))
      const time = Date.now() / 1000 - age
      await utimes(pathOf(name), time, time)
    }
    const rest = `${pathOf('old')}.0123`
    await writeFile(rest, 'half')
    await utimes(rest, 1, 1)
    const second = createDerivativeStore({ folder, maxBytes: 2 * 116 })
    await second.write(key('third'), writing(Buffer.alloc(100, 't')))
    await second.settled()
    expect(await second.has(key('old'))).toBe(false)
    expect(await second.has(key('new'))).toBe(true)
    await expect(readFile(rest)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('remembers evicted derivatives with keepsNames', async () => {
    const store = createDerivativeStore({ folder, maxBytes: 150, keepsNames: true })
    for (const name of ['a', 'b']) await store.write(key(name), writing(Buffer.alloc(100, name)))
    await store.settled()
    expect(await store.read(key('a'))).toBeNull()
    expect(await store.has(key('a'))).toBe(true)
    expect(await store.has(key('never'))).toBe(false)
    await store.write(key('a'), writing(Buffer.alloc(100, 'a')))
    expect(await bytesOf(await store.read(key('a')))).toBe('a'.repeat(100))
  })

  it('refuses a key that is not a digest', async () => {
    await expect(createDerivativeStore({ folder }).read('../../etc/passwd')).rejects.toThrow(
      TypeError,
    )
  })
})
