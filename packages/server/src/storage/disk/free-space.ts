/** Room on the disk: uploads stop before it is full, so that the database and deletes go on. @module */

import { statfs } from 'node:fs/promises'
import { MediaError } from '@countersign/protocol/errors'
import { LIMIT_SPECS, type ServerLimits } from '../../limits.js'

/** What a file system says about itself. */
export interface FileSystemStatus {
  /** Blocks in all. */
  readonly blocks: number
  /** Blocks that may be written. */
  readonly bavail: number
  /** Bytes of a block. */
  readonly bsize: number
}

/** Admission by free space. */
export interface FreeSpace {
  /**
   * Resolves where so many more bytes leave the watermark dry.
   * @throws MediaError STORAGE_FULL, or STORAGE_UNAVAILABLE when the file system does not answer.
   */
  assertRoom(bytes?: number): Promise<void>
}

/** Options of {@link createFreeSpace}. */
export interface FreeSpaceOptions {
  /** Any folder of the file system. */
  readonly folder: string
  readonly limits: Pick<ServerLimits, 'minFreeBytes' | 'minFreePercent'>
  /** @default node:fs */
  readonly statfs?: (folder: string) => Promise<FileSystemStatus>
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number
}

/** How long an answer of the file system counts, in milliseconds. */
const KEPT_MS = 500

/** Open the gate. */
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
          message: 'the file system does not say how much room it has',
          cause,
        })
      })
      // Some network and memory file systems know no size.
      if (blocks === 0) return
      const watermark = Math.max(
        limits.minFreeBytes,
        Math.ceil((blocks * bsize * limits.minFreePercent) / 100),
      )
      const free = bavail * bsize
      if (free - bytes >= watermark) return
      const { minFreeBytes, minFreePercent } = LIMIT_SPECS
      throw new MediaError('STORAGE_FULL', {
        message: `The server has no room for this upload: ${watermark} bytes of its disk stay free (${minFreeBytes.variable}, ${minFreePercent.variable})`,
        details: { limit: minFreeBytes.variable, free, watermark },
      })
    },
  }
}
