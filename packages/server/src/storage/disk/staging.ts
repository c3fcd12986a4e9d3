/** The staging folder: where an upload is before it is a blob. Nothing in it has been promised to anybody. @module */

import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createId } from '../create-id.js'

// One call for many ids: asking the kernel for each is dearer than all else about them.

/** First bytes of a file that are kept at hand: as many as the type detector wants. */
export const HEAD_BYTES = 4100

/** A file being written. */
export interface StagingFile {
  readonly stagingId: string
  readonly path: string
  readonly handle: FileHandle
}

/** The folder, on the same file system as the blobs, so that promotion is a rename. */
export interface StagingFolder {
  /** Number of files that are being written. Their writers share the memory for batches. */
  readonly writers: { count: number }
  /** Create an empty file, 0600, that did not exist. */
  create(): Promise<StagingFile>
  /** Open a file that another process has written here. */
  open(stagingId: string): Promise<StagingFile>
  pathOf(stagingId: string): string
  /** Ids of all files there. */
  list(): Promise<readonly string[]>
  /** Unix milliseconds of the last write; `null`: no such file. */
  touchedAt(stagingId: string): Promise<number | null>
  /** Resolves also when there is none. */
  destroy(stagingId: string): Promise<void>
}

const ID = /^[0-9a-f]{32}$/

/** Open the staging folder below a root, made if missing. */
export async function createStagingFolder(root: string): Promise<StagingFolder> {
  const folder = join(root, 'staging')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  function pathOf(stagingId: string): string {
    if (!ID.test(stagingId)) throw new TypeError('a staging id is 32 hex')
    return join(folder, stagingId)
  }
  return {
    writers: { count: 0 },
    pathOf,
    async create() {
      const stagingId = createId()
      const path = pathOf(stagingId)
      return { stagingId, path, handle: await open(path, 'wx+', 0o600) }
    },
    async open(stagingId) {
      const path = pathOf(stagingId)
      return { stagingId, path, handle: await open(path, 'r+') }
    },
    async list() {
      return (await readdir(folder)).filter((name) => ID.test(name))
    },
    async touchedAt(stagingId) {
      const found = await stat(pathOf(stagingId)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      return found?.mtimeMs ?? null
    },
    async destroy(stagingId) {
      await unlink(pathOf(stagingId)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    },
  }
}
