/** The staging folder, which holds the files of unfinished uploads. @module */

import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createId } from '../create-id.js'
import { type BlobFolders, createBlobFolders, createBlobId } from './blob-folders.js'

/** Number of first bytes of a file that are kept in memory: as many as the type detection needs. */
export const HEAD_BYTES = 4100

/** An open file in the staging folder. */
export interface StagingFile {
  readonly stagingId: string
  readonly path: string
  readonly handle: FileHandle
}

/** The staging folder. It is on the file system of the blobs, so that storing a file is a rename. */
export interface StagingFolder {
  /** Creates a new, empty file under the name of its future blob. Until a row needs it, the file is an orphan for the collector. */
  createBlob(cloud: string): Promise<StagingFile>
  /** Number of files that are being written. They share the memory for batches. */
  readonly writers: { count: number }
  /** Creates a new, empty file with mode 0600. */
  create(): Promise<StagingFile>
  /** Opens a file that another process has written to the folder. */
  open(stagingId: string): Promise<StagingFile>
  pathOf(stagingId: string): string
  /** Returns the ids of all files in the folder. */
  list(): Promise<readonly string[]>
  /** Returns when the file was last written, Unix milliseconds. `null` if there is no such file. */
  touchedAt(stagingId: string): Promise<number | null>
  /** Deletes a file. Resolves even if there is none. */
  destroy(stagingId: string): Promise<void>
}

const ID = /^[0-9a-f]{32}$/

/**
 * Opens the staging folder in a root folder. Creates it if missing.
 * @param folders The folders of blobs in the root folder, if they are shared with a blob store.
 */
export async function createStagingFolder(
  root: string,
  folders: BlobFolders = createBlobFolders(join(root, 'blobs')),
): Promise<StagingFolder> {
  const folder = join(root, 'staging')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  function pathOf(stagingId: string): string {
    if (!ID.test(stagingId)) throw new TypeError('a staging id must have 32 hex digits')
    return join(folder, stagingId)
  }
  return {
    writers: { count: 0 },
    async createBlob(cloud) {
      await folders.openCloud(cloud)
      const stagingId = createBlobId()
      const path = folders.pathOf({ cloud, blobId: stagingId })
      return { stagingId, path, handle: await open(path, 'wx+', 0o600) }
    },
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
