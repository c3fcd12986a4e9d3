/** The blob store on a local disk. A blob is the file `blobs/<cloud>/<first two hex>/<id>` and never changes. @module */

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

const CLOUD = /^[a-zA-Z0-9_-]{1,64}$/
const BLOB_ID = /^[0-9a-f]{32}$/
/** Subfolders of a cloud, named by the first two hex digits of the blob ids in them. */
const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, '0'),
)

/** Creates a blob store in a root folder, which is created if missing. The staging folder must be on the same file system. */
export async function createDiskBlobStore(options: { root: string }): Promise<BlobStore> {
  const blobs = join(options.root, 'blobs')
  await mkdir(blobs, { recursive: true, mode: 0o700 })
  const quarantine = join(options.root, 'quarantine')
  const clouds = new Map<string, Promise<void>>()

  function openCloud(cloud: string): Promise<void> {
    const opened = clouds.get(cloud) ?? makeFolders(blobs, cloud)
    clouds.set(cloud, opened)
    // After a failure, the next upload tries again.
    opened.catch(() => clouds.delete(cloud))
    return opened
  }

  return {
    async write(cloud, staged) {
      const blob: BlobRef = { cloud, blobId: staged.stagingId }
      const path = pathOf(blobs, blob)
      try {
        await staged.sync()
        await openCloud(cloud)
        await staged.moveTo(path)
        await syncFolder(dirname(path))
      } catch (cause) {
        // After a failed sync, the page cache may hold bytes that the disk does not. So a sync is never retried and the file is deleted.
        await rm(path, { force: true }).catch(() => {})
        await staged.discard()
        throw unavailable('the file could not be stored', cause)
      }
      return blob
    },
    async open(blob) {
      const handle = await openIfThere(pathOf(blobs, blob))
      if (!handle) return null
      try {
        return openBlob(handle, (await handle.stat()).size)
      } catch (cause) {
        await handle.close().catch(() => {})
        throw unavailable('the size and time of the file could not be read', cause)
      }
    },
    async localPath(blob) {
      const path = pathOf(blobs, blob)
      return access(path, constants.R_OK).then(
        () => path,
        () => null,
      )
    },
    async destroy(blob) {
      await unlink(pathOf(blobs, blob)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT') throw unavailable('the file could not be deleted', cause)
      })
    },
    async stat(blob) {
      const found = await stat(pathOf(blobs, blob)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return null
        throw unavailable('the size and time of the file could not be read', cause)
      })
      return found && { bytes: found.size, modifiedAt: found.mtimeMs }
    },
    list: () => listBlobs(blobs),
    async quarantine(blob) {
      const path = pathOf(quarantine, blob)
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await rename(pathOf(blobs, blob), path)
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return
        throw unavailable('the file could not be moved to quarantine', cause)
      }
    },
    probe: () => probe(options.root),
  }
}

// The only place that turns an id into a path. Both patterns exclude separators, dots and NUL.
function pathOf(root: string, { cloud, blobId }: BlobRef): string {
  if (!CLOUD.test(cloud) || !BLOB_ID.test(blobId)) {
    throw new TypeError('a blob needs a cloud name and an id of 32 hex digits')
  }
  return join(root, cloud, blobId.slice(0, 2), blobId)
}

// Creates all folders of a cloud once per process. Creating each on demand would cost two more syncs for its first file.
async function makeFolders(root: string, cloud: string): Promise<void> {
  const folder = join(root, cloud)
  await Promise.all(
    SHARDS.map((shard) => mkdir(join(folder, shard), { recursive: true, mode: 0o700 })),
  )
  // If a power failure lost a folder, its files would be lost with it.
  await syncFolder(folder)
  await syncFolder(root)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
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
      if (!CLOUD.test(cloud)) continue
      for (const shard of await readdir(join(root, cloud))) {
        for (const blobId of await readdir(join(root, cloud, shard))) {
          if (BLOB_ID.test(blobId)) yield { cloud, blobId }
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
