/** The blob store on a local disk. The file of a blob never changes. @module */

import { constants } from 'node:fs'
import {
  access,
  type FileHandle,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MediaError } from '@countersign/protocol/errors'
import type { BlobRef, BlobStore, OpenBlob } from '../blob-store.js'
import { createId } from '../create-id.js'
import { type BlobFolders, blobPath, createBlobFolders, isBlobId, isCloud } from './blob-folders.js'

/** Creates a blob store in a root folder, which is created if missing. The staging folder must be on the same file system. */
export async function createDiskBlobStore(options: {
  readonly root: string
  /** The folders of blobs in the root folder, if they are shared with a staging folder. @default new ones */
  readonly folders?: BlobFolders
}): Promise<BlobStore> {
  const blobs = join(options.root, 'blobs')
  await mkdir(blobs, { recursive: true, mode: 0o700 })
  const quarantine = join(options.root, 'quarantine')
  const folders = options.folders ?? createBlobFolders(blobs)
  const { pathOf } = folders

  return {
    async write(cloud, staged) {
      const blob: BlobRef = { cloud, blobId: staged.stagingId }
      const path = pathOf(blob)
      try {
        await staged.sync()
        await folders.openCloud(cloud)
        await staged.moveTo(path)
        await folders.syncName(path)
      } catch (cause) {
        // After a failed sync, the page cache may hold bytes that the disk does not. So a sync is never retried and the file is deleted.
        await rm(path, { force: true }).catch(() => {})
        await staged.discard()
        throw unavailable('the file could not be stored', cause)
      }
      return blob
    },
    async open(blob) {
      const handle = await openIfThere(pathOf(blob))
      if (!handle) return null
      try {
        return openBlob(handle, (await handle.stat()).size)
      } catch (cause) {
        await handle.close().catch(() => {})
        throw unavailable('the size and time of the file could not be read', cause)
      }
    },
    async localPath(blob) {
      const path = pathOf(blob)
      return access(path, constants.R_OK).then(
        () => path,
        () => null,
      )
    },
    async destroy(blob) {
      await unlink(pathOf(blob)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw unavailable('the file could not be deleted', cause)
      })
    },
    async stat(blob) {
      const found = await stat(pathOf(blob)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return null
        throw unavailable('the size and time of the file could not be read', cause)
      })
      return found && { bytes: found.size, modifiedAt: found.mtimeMs }
    },
    list: () => listBlobs(blobs),
    async quarantine(blob) {
      const path = blobPath(quarantine, blob)
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await rename(pathOf(blob), path)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
        throw unavailable('the file could not be moved to quarantine', cause)
      }
    },
    probe: () => probe(options.root),
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw unavailable('the file could not be opened', cause)
  }
}

function openBlob(handle: FileHandle, bytes: number): OpenBlob {
  return {
    bytes,
    stream: (range) =>
      handle.createReadStream(
        range ? { start: range.firstByte, end: range.lastByte } : { start: 0 },
      ),
    close: () => handle.close(),
  }
}

async function* listBlobs(root: string): AsyncGenerator<BlobRef> {
  try {
    for (const cloud of await readdir(root)) {
      if (!isCloud(cloud)) continue
      for (const shard of await readdir(join(root, cloud))) {
        for (const blobId of await readdir(join(root, cloud, shard))) {
          if (isBlobId(blobId)) yield { cloud, blobId }
        }
      }
    }
  } catch (cause) {
    throw unavailable('the files could not be listed', cause)
  }
}

async function probe(root: string): Promise<void> {
  const path = join(root, `probe-${createId()}`)
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      await handle.write('probe')
      await handle.sync()
    } finally {
      await handle.close()
    }
    await unlink(path)
  } catch (cause) {
    throw unavailable('the storage folder cannot be written', cause)
  }
}

function unavailable(message: string, cause: unknown): MediaError {
  return new MediaError('STORAGE_UNAVAILABLE', { message, cause })
}
