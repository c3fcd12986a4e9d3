/**
 * The part store on a local disk. The parts of an upload are written at their offsets in one file, so that joining them copies nothing.
 *
 * A part goes to a file of its own if the upload has no file yet, if its range overlaps another part, recorded or arriving, or if its
 * sender is not verified. The first part's own file becomes the file of the upload.
 * @module
 */

import { constants } from 'node:fs'
import { copyFile, link, open } from 'node:fs/promises'
import { errorCode, MediaError } from '@countersign/protocol/errors'
import { createId } from '../create-id.js'
import type { PartOptions, PartRange, PartStore, StagedPart, StoredPart } from '../part-store.js'
import { createPartJoiner, type PartFile } from './part-joiner.js'
import { writeAll } from './stage-file.js'
import type { StagingFile, StagingFolder } from './staging.js'

/** A part that is being written to its place, or is written and not yet recorded. */
interface Writer extends PartRange {
  /** True if the file is being joined without this part. It then writes no more. */
  isStopped: boolean
  /** The last write to the file. */
  writing: Promise<unknown>
}

/** An open file for one part. */
interface Spot {
  readonly file: StagingFile
  readonly place: string
  /** Position of the part's first byte in the file. */
  readonly position: number
  /** True if no other part is in the file. */
  readonly isOwn: boolean
  readonly writer: Writer
  /** Lets other parts write to the range. */
  leave(): void
}

/** Prefix of a place whose file holds each part at its offset in the upload. A place without it is a file with one part. */
const AT_OFFSET = 'at:'

/** Creates a part store in the staging folder. */
export function createDiskPartStore(staging: StagingFolder): PartStore {
  const joiner = createPartJoiner()
  /** Writers by staging id of their file. */
  const writers = new Map<string, Set<Writer>>()

  /** Takes a range of a file. Returns `null` if another writer has a part of it. */
  function enter(stagingId: string, range: PartRange): Pick<Spot, 'writer' | 'leave'> | null {
    const others = writers.get(stagingId) ?? new Set()
    if ([...others].some((other) => overlaps(other, range))) return null
    const writer: Writer = { ...range, isStopped: false, writing: Promise.resolve() }
    writers.set(stagingId, others.add(writer))
    return {
      writer,
      leave() {
        others.delete(writer)
        if (others.size === 0 && writers.get(stagingId) === others) writers.delete(stagingId)
      },
    }
  }

  /** Opens the upload's file if the range is free in it. */
  async function openShared(
    range: PartRange,
    readStored: NonNullable<PartOptions['readStored']>,
  ): Promise<Spot | null> {
    const stagingId = fileOfUpload((await readStored()) ?? [])
    const entered = stagingId === undefined ? null : enter(stagingId, range)
    if (stagingId === undefined || entered === null) return null
    try {
      // Read after the range was taken: a part that was recorded before is seen here, and a later one meets the writer.
      const stored = await readStored()
      const isFree =
        stored?.some((part) => fileOf(part) === stagingId) &&
        !stored.some((part) => overlaps(part, range))
      if (isFree) {
        const file = await staging.open(stagingId)
        const place = `${AT_OFFSET}${stagingId}`
        return { file, place, position: range.firstByte, isOwn: false, ...entered }
      }
    } catch (error) {
      entered.leave()
      // The upload was refused or has expired, and its file is deleted.
      if (errorCode(error) === 'ENOENT') return null
      throw error instanceof MediaError ? error : unavailable(error)
    }
    entered.leave()
    return null
  }

  async function openOwn(range: PartRange, isVerified: boolean): Promise<Spot> {
    const file = await staging.create().catch((cause) => {
      throw unavailable(cause)
    })
    const entered = enter(file.stagingId, range)
    if (!entered) throw new TypeError('a new file has no writers')
    const common = { file, isOwn: true, ...entered }
    // An unverified sender must not choose the length of a file.
    return isVerified
      ? { ...common, place: `${AT_OFFSET}${file.stagingId}`, position: range.firstByte }
      : { ...common, place: file.stagingId, position: 0 }
  }

  /**
   * Stops the writers of a file. The upload is complete without them. Waits for running writes only, because the connection of a writer may
   * be dead.
   */
  async function stopWriters(stagingId: string): Promise<void> {
    const stopped = [...(writers.get(stagingId) ?? [])]
    for (const writer of stopped) writer.isStopped = true
    await Promise.allSettled(stopped.map(({ writing }) => writing))
  }

  async function destroyFiles(stagingIds: ReadonlySet<string>): Promise<void> {
    await Promise.all([...stagingIds].map((id) => staging.destroy(id).catch(() => {})))
  }

  return {
    async write(range, source, options) {
      const { readStored } = options
      const spot =
        (readStored && (await openShared(range, readStored))) ??
        (await openOwn(range, readStored !== undefined))
      return writePart(staging, spot, { range, source, options })
    },
    advance(sessionId, parts) {
      joiner.advance(sessionId, parts.map(partFile))
    },
    async join(sessionId, parts) {
      const shared = fileOfUpload(parts)
      if (shared !== undefined) await stopWriters(shared)
      const target = shared ?? createId()
      const path = staging.pathOf(target)
      const joined = await joiner
        .finish(sessionId, { path, parts: parts.map(partFile) })
        .catch(async (error) => {
          if (shared === undefined) await staging.destroy(target).catch(() => {})
          throw error
        })
      return {
        ...joined,
        // A new id for each attempt: the file of an earlier attempt may still be there.
        stagingId: createId(),
        path,
        sync: async () => {},
        // The upload's file stays: if the upload fails, it can be completed later.
        moveTo: (newPath) => linkFile(path, newPath),
        discard: async () => {
          if (shared === undefined) await staging.destroy(target).catch(() => {})
        },
      }
    },
    forget: (sessionId) => joiner.drop(sessionId),
    destroy: (parts) => destroyFiles(new Set(parts.map(fileOf))),
    close: () => joiner.close(),
  }

  function partFile(part: StoredPart): PartFile {
    const isAtOffset = part.place.startsWith(AT_OFFSET)
    return {
      ...part,
      path: staging.pathOf(fileOf(part)),
      position: isAtOffset ? part.firstByte : 0,
    }
  }
}

async function writePart(
  staging: StagingFolder,
  spot: Spot,
  {
    range,
    source,
    options,
  }: {
    readonly range: PartRange
    readonly source: AsyncIterable<Buffer>
    readonly options: PartOptions
  },
): Promise<StagedPart> {
  const { file, writer, place, position } = spot
  const close = closing(file)
  async function discard(): Promise<void> {
    await close().catch(() => {})
    if (spot.isOwn) await staging.destroy(file.stagingId).catch(() => {})
    spot.leave()
  }
  staging.writers.count += 1
  try {
    const { bytes, digest } = await writeAll(async () => file, source, {
      // Twice as fast as MD5, which the joiner computes of the whole file in its thread.
      algorithm: 'sha1',
      writers: staging.writers,
      position,
      assertBytes(total) {
        assertInRange(range, total)
        options.assertBytes(total)
      },
      assertWritable() {
        if (writer.isStopped) throw notNeeded()
      },
      onWrite(writing) {
        writer.writing = writing
      },
    })
    return {
      place,
      bytes,
      digest,
      async sync() {
        await file.handle.datasync().catch((cause) => {
          throw unavailable(cause)
        })
        await close()
      },
      async keep() {
        await close().catch(() => {})
        spot.leave()
      },
      discard,
    }
  } catch (error) {
    await discard()
    throw error
  } finally {
    staging.writers.count -= 1
  }
}

function closing({ handle }: StagingFile): () => Promise<void> {
  let isOpen = true
  return async () => {
    if (!isOpen) return
    isOpen = false
    await handle.close()
  }
}

/** Returns the file that holds most bytes of the upload at their offsets. */
function fileOfUpload(parts: readonly StoredPart[]): string | undefined {
  const bytes = new Map<string, number>()
  for (const part of parts) {
    if (!part.place.startsWith(AT_OFFSET)) continue
    const stagingId = fileOf(part)
    bytes.set(stagingId, (bytes.get(stagingId) ?? 0) + part.lastByte - part.firstByte + 1)
  }
  const [largest] = [...bytes].sort(([, one], [, other]) => other - one)
  return largest?.[0]
}

/** Returns the staging id of the file that a part is in. */
export function fileOf({ place }: Pick<StoredPart, 'place'>): string {
  return place.startsWith(AT_OFFSET) ? place.slice(AT_OFFSET.length) : place
}

function overlaps(one: PartRange, other: PartRange): boolean {
  return one.firstByte <= other.lastByte && other.firstByte <= one.lastByte
}

function assertInRange({ firstByte, lastByte }: PartRange, bytes: number): void {
  if (bytes <= lastByte - firstByte + 1) return
  throw new MediaError('CHUNK_INVALID', {
    message: `Content-Range says ${lastByte - firstByte + 1} bytes, the part has more`,
  })
}

function notNeeded(): MediaError {
  return new MediaError('RATE_LIMITED', {
    message:
      'Meanwhile, another request sent the same bytes, and the upload is complete. Send the part again to get the answer',
  })
}

/** Gives a file a second name. Copies it if the file system has no links. */
async function linkFile(path: string, newPath: string): Promise<void> {
  try {
    await link(path, newPath)
  } catch (error) {
    if (!NO_LINKS.has(errorCode(error) ?? '')) throw error
    await copyDurably(path, newPath)
  }
}

const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
])

async function copyDurably(path: string, newPath: string): Promise<void> {
  await copyFile(path, newPath, constants.COPYFILE_EXCL)
  const copy = await open(newPath, 'r+')
  try {
    await copy.datasync()
  } finally {
    await copy.close()
  }
}

function unavailable(cause: unknown): MediaError {
  return new MediaError('STORAGE_UNAVAILABLE', { message: 'the part could not be written', cause })
}
