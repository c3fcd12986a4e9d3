/** The derivative cache: files on disk up to a size limit, with small recent ones in memory. Lost derivatives are made again. @module */

import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { OpenBlob } from '../../storage/blob-store.js'
import { createId } from '../../storage/create-id.js'
import { createByteCache } from './byte-cache.js'

/** Options of a {@link DerivativeStore}. */
export interface DerivativeStoreOptions {
  /** Folder of the cache. Created when the first derivative is written. */
  readonly folder: string
  /**
   * Maximum bytes on disk. Above it, the least recently used derivatives are evicted.
   * @default 1 GiB
   */
  readonly maxBytes?: number
  /**
   * Maximum bytes in memory.
   * @default 64 MiB
   */
  readonly maxMemoryBytes?: number
  /**
   * Keeps an empty file for each evicted derivative, so that `has` still returns true for it.
   * @default false
   */
  readonly keepsNames?: boolean
}

/** A derivative in the cache. */
export interface StoredDerivative {
  readonly bytes: number
  open(): Promise<Buffer | OpenBlob>
}

/** Stores derivatives under the digests of their plans. */
export interface DerivativeStore {
  /** Reads a derivative. Returns `null` if the cache does not contain it. */
  read(key: string): Promise<StoredDerivative | null>
  /** Returns true if the cache contains the derivative, or keeps the name of the evicted one. */
  has(key: string): Promise<boolean>
  /**
   * Makes and stores a derivative.
   * @param make Writes the derivative to a new file at the given path.
   */
  write(key: string, make: (path: string) => Promise<void>): Promise<StoredDerivative>
  /** Resolves when pending evictions are done. */
  settled(): Promise<void>
}

const KEY = /^[0-9a-f]{64}$/
/** Maximum size of a derivative in memory. Larger ones are streamed from disk. */
const MAX_IN_MEMORY_BYTES = 1024 * 1024
// A file ends with its length and this mark. After a power cut, a file without them is recognized as incomplete.
const MARK = Buffer.from('derived1')
const TRAILER_BYTES = 8 + MARK.length
const NEW = { flag: 'wx', mode: 0o600 } as const

/** Creates a derivative cache. Opens nothing until it is used. */
export function createDerivativeStore(options: DerivativeStoreOptions): DerivativeStore {
  const {
    folder,
    maxBytes = 1024 ** 3,
    maxMemoryBytes = 64 * 1024 * 1024,
    keepsNames = false,
  } = options
  const memory = createByteCache(maxMemoryBytes)
  const sizes = new Map<string, number>()
  let total = 0
  let scan: Promise<void> | undefined
  let eviction: Promise<void> = Promise.resolve()

  function touch(key: string, fileBytes: number): void {
    total += fileBytes - (sizes.get(key) ?? 0)
    sizes.delete(key)
    sizes.set(key, fileBytes)
  }

  function forget(key: string): void {
    total -= sizes.get(key) ?? 0
    sizes.delete(key)
    memory.delete(key)
  }

  /** Counts the files of an earlier run, oldest first. Files used since the start count as younger. */
  async function scanOnce(): Promise<void> {
    const found = await listFiles(folder)
    const used = [...sizes]
    sizes.clear()
    total = 0
    for (const { key, fileBytes } of found) touch(key, fileBytes)
    for (const [key, fileBytes] of used) touch(key, fileBytes)
  }

  async function evict(): Promise<void> {
    scan ??= scanOnce()
    await scan
    for (const key of sizes.keys()) {
      if (total <= maxBytes) return
      forget(key)
      const path = pathOf(folder, key)
      // Replaced by a new empty file, not truncated, so that open readers can finish.
      if (keepsNames) await createFile(path, (temporary) => writeFile(temporary, '', NEW))
      else await unlink(path).catch(ignoreMissing)
    }
  }

  return {
    async read(key) {
      const hot = memory.get(key)
      if (hot) {
        const fileBytes = sizes.get(key)
        if (fileBytes !== undefined) touch(key, fileBytes)
        return inMemory(hot)
      }
      const file = await readFile(pathOf(folder, key))
      if (!file) return null
      touch(key, file.bytes + TRAILER_BYTES)
      if (!file.content) return onDisk(pathOf(folder, key), file.bytes)
      memory.set(key, file.content)
      return inMemory(file.content)
    },
    async has(key) {
      return memory.get(key) !== undefined || (await isThere(pathOf(folder, key)))
    },
    async write(key, make) {
      const path = pathOf(folder, key)
      const { bytes, content } = await createFile(path, async (temporary) => {
        await make(temporary)
        return finishFile(temporary)
      })
      touch(key, bytes + TRAILER_BYTES)
      if (content) memory.set(key, content)
      eviction = eviction.then(evict).catch(() => {})
      // A small derivative is returned from memory, even if the eviction deletes its file at once.
      return content ? inMemory(content) : onDisk(path, bytes)
    },
    settled: () => eviction,
  }
}

// The only place where a key becomes a path. The pattern allows no separator, dot or NUL.
function pathOf(folder: string, key: string): string {
  if (!KEY.test(key)) throw new TypeError('the key of a derivative must be 64 hex digits')
  return join(folder, key.slice(0, 2), key)
}

function inMemory(bytes: Buffer): StoredDerivative {
  return { bytes: bytes.length, open: async () => bytes }
}

function onDisk(path: string, bytes: number): StoredDerivative {
  return {
    bytes,
    async open() {
      const handle = await open(path, 'r')
      return {
        bytes,
        stream: (range) =>
          handle.createReadStream({
            start: range?.firstByte ?? 0,
            end: range?.lastByte ?? bytes - 1,
          }),
        close: () => handle.close(),
      }
    },
  }
}

interface ReadDerivative {
  readonly bytes: number
  /** Absent if the derivative is too large for the memory cache. */
  readonly content?: Buffer
}

async function readFile(path: string): Promise<ReadDerivative | null> {
  const handle = await open(path, 'r').catch(ignoreMissing)
  if (!handle) return null
  try {
    const bytes = (await handle.stat()).size - TRAILER_BYTES
    if (bytes <= 0 || !(await isWhole(handle, bytes))) return null
    if (bytes > MAX_IN_MEMORY_BYTES) return { bytes }
    const content = Buffer.alloc(bytes)
    await handle.read(content, 0, bytes, 0)
    return { bytes, content }
  } finally {
    await handle.close()
  }
}

async function isWhole(handle: FileHandle, bytes: number): Promise<boolean> {
  const trailer = Buffer.alloc(TRAILER_BYTES)
  await handle.read(trailer, 0, TRAILER_BYTES, bytes)
  return trailer.readBigUInt64BE(0) === BigInt(bytes) && trailer.subarray(8).equals(MARK)
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64BE(BigInt(bytes))
  return length
}

/** Appends the trailer to a new file. */
async function finishFile(path: string): Promise<ReadDerivative> {
  const handle = await open(path, 'r+')
  try {
    const { size: bytes } = await handle.stat()
    const content = bytes <= MAX_IN_MEMORY_BYTES ? Buffer.alloc(bytes) : undefined
    if (content) await handle.read(content, 0, bytes, 0)
    await handle.write(Buffer.concat([lengthOf(bytes), MARK]), 0, TRAILER_BYTES, bytes)
    return { bytes, ...(content ? { content } : {}) }
  } finally {
    await handle.close()
  }
}

/** Creates a file under a temporary name, then renames it. */
async function createFile<Result>(
  path: string,
  make: (temporary: string) => Promise<Result>,
): Promise<Result> {
  const temporary = `${path}.${createId()}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  try {
    const result = await make(temporary)
    await rename(temporary, path)
    return result
  } catch (error) {
    await unlink(temporary).catch(() => {})
    throw error
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

interface FoundFile {
  readonly key: string
  readonly fileBytes: number
}

async function listFiles(folder: string): Promise<readonly FoundFile[]> {
  const found: (FoundFile & { readonly modifiedMs: number })[] = []
  for (const shard of (await readdir(folder).catch(ignoreMissing)) ?? []) {
    for (const name of (await readdir(join(folder, shard)).catch(() => null)) ?? []) {
      const path = join(folder, shard, name)
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }))
      const isTemporary = !KEY.test(name)
      // A killed run left this temporary file. A younger one may still be in use.
      if (isTemporary && mtimeMs < Date.now() - 60_000) await unlink(path).catch(() => {})
      if (!isTemporary && size > 0) found.push({ key: name, fileBytes: size, modifiedMs: mtimeMs })
    }
  }
  return found.sort((a, b) => a.modifiedMs - b.modifiedMs)
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
