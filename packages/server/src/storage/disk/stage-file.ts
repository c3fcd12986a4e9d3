/** Writes uploads to staging files. Hashes and counts the bytes, with back-pressure to the socket. @module */

import { createHash } from 'node:crypto'
import { rename, unlink } from 'node:fs/promises'
import { MediaError } from '@countersign/protocol/errors'
import type { StagedFile, StagedUpload, StageOptions } from '../blob-store.js'
import { HEAD_BYTES, type StagingFile, type StagingFolder } from './staging.js'

/** Bytes per write. Few writes are fast, but with many simultaneous uploads each must use less memory. */
const BATCH_BYTES = { few: 512 * 1024, many: 256 * 1024 } as const
/** Bytes after which a sync starts. Without it, the disk would idle during a large upload and the last sync would take long. */
const EARLY_SYNC_BYTES = 16 * 1024 * 1024
/** Maximum simultaneous files that use the larger batches. */
const FEW = 8

/**
 * Writes a source of bytes to a new staging file. With `cloud`, a small file is written under the name of its future blob, so that storing
 * it renames nothing.
 * @param options `cloud`: the cloud of a verified upload.
 * @throws the error of the source or of `assertBytes`; MediaError STORAGE_UNAVAILABLE. The file is then deleted.
 */
export async function stageFile(
  folder: StagingFolder,
  source: AsyncIterable<Buffer>,
  options: StageOptions & { readonly cloud?: string | undefined },
): Promise<StagedUpload> {
  const { writers } = folder
  const { cloud } = options
  let file: StagingFile | undefined
  async function openFile({ isWhole }: { readonly isWhole: boolean }): Promise<StagingFile> {
    const opening = isWhole && cloud !== undefined ? folder.createBlob(cloud) : folder.create()
    file = await opening.catch((cause) => {
      throw unavailable(cause)
    })
    return file
  }
  writers.count += 1
  try {
    const written = await writeAll(openFile, source, { ...options, writers, algorithm: 'md5' })
    if (!file) throw new TypeError('a written file is open')
    const { digest: md5, ...total } = written
    const { stagingId, path } = file
    return { stagingId, path, ...total, md5, ...lifecycle(file) }
  } catch (error) {
    if (file) await lifecycle(file).discard()
    throw error
  } finally {
    writers.count -= 1
  }
}

/**
 * Reads and hashes a file that another process wrote to the staging folder, so that it can be stored like an upload. Does not copy the
 * file.
 * @throws the error of `assertBytes`; MediaError STORAGE_UNAVAILABLE. The caller must then delete the file.
 */
export async function stageWritten(
  folder: StagingFolder,
  stagingId: string,
  options: StageOptions,
): Promise<StagedUpload> {
  const file = await folder.open(stagingId).catch((cause) => {
    throw unavailable(cause)
  })
  try {
    const tally = createTally(options, 'md5')
    await readAll(file, tally)
    const { digest: md5, ...total } = tally.total()
    return { stagingId, path: file.path, ...total, md5, ...lifecycle(file) }
  } catch (error) {
    await file.handle.close().catch(() => {})
    throw error
  }
}

/** Size, digest and first bytes of the bytes so far. */
interface Total extends Pick<StagedUpload, 'bytes' | 'head'> {
  /** In hex. */
  readonly digest: string
}

type Algorithm = 'md5' | 'sha1'

interface Tally {
  take(chunk: Buffer): void
  total(): Total
}

function createTally({ assertBytes }: StageOptions, algorithm: Algorithm): Tally {
  const hash = createHash(algorithm)
  let bytes = 0
  let head: Buffer = Buffer.alloc(0)
  return {
    take(chunk) {
      bytes += chunk.length
      assertBytes(bytes)
      hash.update(chunk)
      if (head.length < HEAD_BYTES) {
        head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)])
      }
    },
    total: () => ({ bytes, digest: hash.digest('hex'), head }),
  }
}

async function readAll({ handle }: StagingFile, tally: Tally): Promise<void> {
  const buffer = Buffer.alloc(BATCH_BYTES.many)
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null).catch((cause) => {
      throw unavailable(cause)
    })
    if (bytesRead === 0) return
    tally.take(buffer.subarray(0, bytesRead))
  }
}

/**
 * Writes a source to a file, from a position on, and hashes it.
 * @param openFile Opens the file for the first write. `isWhole`: the file has no other write.
 * @param options `algorithm`: of the digest. `position`: where the first byte goes. `assertWritable`: called before each write; throws to
 * stop the upload. `onWrite`: receives each write, which begins at once.
 * @throws the error of the source or of an option; MediaError STORAGE_UNAVAILABLE. No write is running then.
 */
export async function writeAll(
  openFile: (first: { readonly isWhole: boolean }) => Promise<Pick<StagingFile, 'handle'>>,
  source: AsyncIterable<Buffer>,
  options: StageOptions &
    Pick<StagingFolder, 'writers'> & {
      readonly algorithm: Algorithm
      readonly position?: number
      readonly assertWritable?: () => void
      readonly onWrite?: (writing: Promise<unknown>) => void
    },
): Promise<Total> {
  const tally = createTally(options, options.algorithm)
  let position = options.position ?? 0
  let batch: Buffer[] = []
  let batchBytes = 0
  let writing: Promise<unknown> = Promise.resolve()
  let file: Pick<StagingFile, 'handle'> | undefined
  let early: EarlySync | undefined

  async function flush({ isLast }: { readonly isLast: boolean }): Promise<void> {
    // One write runs while the next batch is hashed.
    await writing
    file ??= await openFile({ isWhole: isLast })
    if (batch.length === 0) return
    options.assertWritable?.()
    early ??= createEarlySync(file)
    early.note(batchBytes)
    writing = writeWhole(file, batch, { position, bytes: batchBytes })
    options.onWrite?.(writing)
    position += batchBytes
    // The next flush awaits this write. Until then, a failure must not count as an unhandled rejection.
    writing.catch(() => {})
    batch = []
    batchBytes = 0
  }

  try {
    for await (const chunk of source) {
      tally.take(chunk)
      batch.push(chunk)
      batchBytes += chunk.length
      if (batchBytes >= BATCH_BYTES[options.writers.count > FEW ? 'many' : 'few']) {
        await flush({ isLast: false })
      }
    }
    await flush({ isLast: true })
    await writing
    await early?.settled()
  } catch (error) {
    // The handle must not be closed during a write or a sync.
    await Promise.allSettled([writing, early?.settled()])
    throw error
  }
  return tally.total()
}

async function writeWhole(
  { handle }: Pick<StagingFile, 'handle'>,
  batch: readonly Buffer[],
  { position, bytes }: { readonly position: number; readonly bytes: number },
): Promise<void> {
  const { bytesWritten } = await handle.writev(batch, position).catch((cause) => {
    throw unavailable(cause)
  })
  if (bytesWritten !== bytes)
    throw unavailable(new Error(`wrote ${bytesWritten} of ${bytes} bytes`))
}

interface EarlySync {
  /** Notes that `bytes` more bytes are being written. */
  note(bytes: number): void
  /**
   * Resolves when the running sync is done.
   * @throws MediaError STORAGE_UNAVAILABLE when a sync failed. The kernel reports a failure once, so the last sync may succeed after it.
   */
  settled(): Promise<unknown>
}

function createEarlySync({ handle }: Pick<StagingFile, 'handle'>): EarlySync {
  let unsynced = 0
  let isSyncing = false
  let syncing: Promise<unknown> = Promise.resolve()
  return {
    note(bytes) {
      unsynced += bytes
      if (isSyncing || unsynced < EARLY_SYNC_BYTES) return
      unsynced = 0
      isSyncing = true
      syncing = handle.datasync().then(
        () => {
          isSyncing = false
        },
        // `isSyncing` stays true, so no other sync starts.
        (cause) => {
          throw unavailable(cause)
        },
      )
      syncing.catch(() => {})
    },
    settled: () => syncing,
  }
}

function lifecycle({ path, handle }: StagingFile): Pick<StagedFile, 'sync' | 'moveTo' | 'discard'> {
  let isOpen = true
  let isStaged = true
  async function close(): Promise<void> {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }
  return {
    async sync() {
      await handle.datasync()
      await close()
    },
    async moveTo(newPath) {
      if (newPath !== path) await rename(path, newPath)
      isStaged = false
    },
    async discard() {
      await close().catch(() => {})
      if (!isStaged) return
      isStaged = false
      await unlink(path).catch(() => {})
    },
  }
}

function unavailable(cause: unknown): MediaError {
  return new MediaError('STORAGE_UNAVAILABLE', {
    message: 'the upload could not be written',
    cause,
  })
}
