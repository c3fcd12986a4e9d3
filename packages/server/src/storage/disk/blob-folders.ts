/** The folders of blobs on a disk. A blob is the file `blobs/<cloud>/<first two hex>/<id>`. @module */

import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BlobRef } from '../blob-store.js'
import { createId } from '../create-id.js'

/** Creates the folders of blobs, and makes the names in them durable. */
export interface BlobFolders {
  /** Returns the path of a blob. */
  pathOf(blob: BlobRef): string
  /** Creates all folders of a cloud, once per process. */
  openCloud(cloud: string): Promise<void>
  /** Makes the name of a new file durable. Calls for one folder at the same time share a sync. */
  syncName(path: string): Promise<void>
}

const CLOUD = /^[a-zA-Z0-9_-]{1,64}$/
const BLOB_ID = /^[0-9a-f]{32}$/
/** Subfolders of a cloud, named by the first two hex digits of the blob ids in them. */
const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, index) => shardName(index))
/** Time in which new blobs go to the same subfolder, in milliseconds. */
const SHARED_MS = 250

/** Creates the folders of blobs in a root folder, which exists. */
export function createBlobFolders(root: string): BlobFolders {
  const clouds = new Map<string, Promise<void>>()
  const syncShared = createSharedSync()
  return {
    pathOf: (blob) => blobPath(root, blob),
    openCloud(cloud) {
      const opened = clouds.get(cloud) ?? makeFolders(root, cloud)
      clouds.set(cloud, opened)
      // After a failure, the next upload tries again.
      opened.catch(() => clouds.delete(cloud))
      return opened
    },
    syncName: (path) => syncShared(dirname(path)),
  }
}

/**
 * Returns the path of a blob below a folder. Only this function turns an id into a path: both patterns exclude separators, dots and NUL.
 * @throws TypeError if the cloud or the id is invalid.
 */
export function blobPath(folder: string, { cloud, blobId }: BlobRef): string {
  if (!isCloud(cloud) || !isBlobId(blobId)) {
    throw new TypeError('a blob needs a cloud name and an id of 32 hex digits')
  }
  return join(folder, cloud, blobId.slice(0, 2), blobId)
}

/** True if a text is the name of a cloud's folder. */
export function isCloud(name: string): boolean {
  return CLOUD.test(name)
}

/** True if a text is the name of a blob's file. */
export function isBlobId(name: string): boolean {
  return BLOB_ID.test(name)
}

/** Returns a new random id. Blobs that are created at about the same time get the same subfolder, so that they share its sync. */
export function createBlobId(): string {
  return `${shardName(Math.floor(Date.now() / SHARED_MS) % SHARDS.length)}${createId().slice(2)}`
}

function shardName(index: number): string {
  return index.toString(16).padStart(2, '0')
}

// Creates all folders of a cloud once per process. Creating each on demand would cost two more syncs for its first file.
async function makeFolders(root: string, cloud: string): Promise<void> {
  if (!isCloud(cloud)) throw new TypeError('not the name of a cloud')
  const folder = join(root, cloud)
  await Promise.all(
    SHARDS.map((shard) => mkdir(join(folder, shard), { recursive: true, mode: 0o700 })),
  )
  // If a power failure lost a folder, its files would be lost with it.
  await syncFolder(folder)
  await syncFolder(root)
}

/** Returns a function that syncs a folder. Calls that come while a sync is running share the next one, because the running one may miss their files. */
function createSharedSync(): (folder: string) => Promise<void> {
  const runs = new Map<string, SyncRun>()
  function start(folder: string): Promise<void> {
    const run: SyncRun = { running: syncFolder(folder) }
    runs.set(folder, run)
    return run.running.finally(() => {
      if (!run.next) runs.delete(folder)
    })
  }
  return (folder) => {
    const run = runs.get(folder)
    if (!run) return start(folder)
    run.next ??= run.running.catch(() => {}).then(() => start(folder))
    return run.next
  }
}

interface SyncRun {
  readonly running: Promise<void>
  /** The sync after it, if a call is waiting. */
  next?: Promise<void>
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
