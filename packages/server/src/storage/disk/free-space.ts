/** Refuses uploads before the disk is full, so that the database and deletions can still write. @module */

import { statfs } from 'node:fs/promises'
import { MediaError } from '@countersign/protocol/errors'
import { LIMIT_SPECS, type ServerLimits } from '../../limits.js'

/** Size and free space of a file system. */
export interface FileSystemStatus {
  /** Total blocks. */
  readonly blocks: number
  /** Free blocks that this user may write. */
  readonly bavail: number
  /** Bytes per block. */
  readonly bsize: number
}

/** Checks free disk space before an upload. */
export interface FreeSpace {
  /**
   * Resolves if the disk has room for `bytes` more bytes and still keeps its free-space reserve.
   * @throws MediaError STORAGE_FULL; STORAGE_UNAVAILABLE when the file system does not answer.
   */
  assertRoom(bytes?: number): Promise<void>
}

/** Options of {@link createFreeSpace}. */
export interface FreeSpaceOptions {
  /** A folder on the file system to check. */
  readonly folder: string
  readonly limits: Pick<ServerLimits, 'minFreeBytes' | 'minFreePercent'>
  /** Reads the state of the file system. @default `statfs` of node:fs */
  readonly statfs?: (folder: string) => Promise<FileSystemStatus>
  /** Returns the current time, Unix milliseconds. @default Date.now */
  readonly now?: () => number
}

/** How long a reading of the file system is reused, in milliseconds. */
const KEPT_MS = 500

/** Creates the free-space check. */
export function createFreeSpace(options: FreeSpaceOptions): FreeSpace {
  const { folder, limits, now = Date.now } = options
  const ask = options.statfs ?? statfs
  let asked: { at: number; status: Promise<FileSystemStatus> } | undefined
  return {
    async assertRoom(bytes = 0) {
      if (limits.minFreeBytes === 0 && limits.minFreePercent === 0) return
      if (!asked || now() - asked.at >= KEPT_MS) asked = { at: now(), status: ask(folder) }
      const { blocks, bavail, bsize } = await asked.status.catch((cause) => {
        asked = undefined
        throw new MediaError('STORAGE_UNAVAILABLE', {
          message: 'the free space of the storage folder could not be read',
          cause,
        })
      })
      // Some network and memory file systems report no size.
      if (blocks === 0) return
      const watermark = Math.max(
        limits.minFreeBytes,
        Math.ceil((blocks * bsize * limits.minFreePercent) / 100),
      )
      const free = bavail * bsize
      if (free - bytes >= watermark) return
      const { minFreeBytes, minFreePercent } = LIMIT_SPECS
      throw new MediaError('STORAGE_FULL', {
        message: `The disk of the server is too full for this upload: ${watermark} bytes must stay free (${minFreeBytes.variable}, ${minFreePercent.variable})`,
        details: { limit: minFreeBytes.variable, free, watermark },
      })
    },
  }
}
