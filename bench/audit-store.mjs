/** Compares a store with the acknowledged uploads after a crash campaign. @module */

import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createSqliteCatalog } from '../packages/server/dist/catalog/sqlite/sqlite.js'
import { openSqlite } from '../packages/server/dist/catalog/sqlite/sqlite-connection.js'
import { createDiskBlobStore } from '../packages/server/dist/storage/disk/disk.js'
import { createDiskPartStore } from '../packages/server/dist/storage/disk/disk-parts.js'
import { createStagingFolder } from '../packages/server/dist/storage/disk/staging.js'
import { collectGarbage } from '../packages/server/dist/upkeep/collect-garbage.js'

/** Stands in for an MD5 if the name may be missing. */
export const GONE = '-'
const HOUR_MS = 3_600_000

/**
 * Compares a store that no server uses with the acknowledged uploads, runs the collector, and compares again.
 *
 * @param {string} folder
 * @param {{ cloud: string, names: ReadonlyMap<string, readonly string[]> }} expected Public id to the possible contents: MD5s, or {@link GONE}.
 */
export async function auditStore(folder, { cloud, names }) {
  const staging = await createStagingFolder(folder)
  const services = {
    catalog: await createSqliteCatalog({ path: join(folder, 'catalog.db') }),
    blobs: await createDiskBlobStore({ root: folder }),
    staging,
    parts: createDiskPartStore(staging),
    log: { info() {}, warn() {}, error() {} },
  }
  try {
    const integrity = integrityOf(folder)
    const found = await compare(services, { cloud, names })
    const blobs = await countFiles(join(folder, 'blobs'))
    const staged = (await services.staging.list()).length
    // The collector needs two passes an hour apart: the first a day later, so that all files are
    // old enough.
    const at = (/** @type {number} */ hours) => () => Date.now() + hours * HOUR_MS
    const options = { isForced: true }
    await collectGarbage({ ...services, now: at(26) }, options)
    await collectGarbage({ ...services, now: at(28) }, options)
    const after = await compare(services, { cloud, names })
    return {
      rows: found.rows,
      lost: found.lost,
      corrupt: found.corrupt,
      dangling: found.dangling,
      integrityErrors: integrity === 'ok' ? 0 : 1,
      beforeCollecting: { blobs, staged },
      afterCollecting: {
        blobs: await countFiles(join(folder, 'blobs')),
        staged: (await services.staging.list()).length,
        orphans: (await countFiles(join(folder, 'blobs'))) - after.rows,
        lost: after.lost + after.corrupt + after.dangling + found.rows - after.rows,
      },
    }
  } finally {
    await services.catalog.close()
  }
}

/** @param {string} folder */
function integrityOf(folder) {
  const connection = openSqlite(join(folder, 'catalog.db'), { isReader: true })
  try {
    return connection.pragma('integrity_check')
  } finally {
    connection.close()
  }
}

/**
 * @param {{ catalog: Awaited<ReturnType<typeof createSqliteCatalog>>, blobs: Awaited<ReturnType<typeof createDiskBlobStore>> }} services
 * @param {{ cloud: string, names: ReadonlyMap<string, readonly string[]> }} expected
 */
async function compare({ catalog, blobs }, { cloud, names }) {
  const counts = { rows: 0, lost: 0, corrupt: 0, dangling: 0 }
  const seen = new Set()
  let cursor
  do {
    const page = await catalog.listAssets({
      cloud,
      resourceType: 'raw',
      prefix: '',
      maxResults: 500,
      ...(cursor ? { cursor } : {}),
    })
    for (const asset of page.assets) {
      counts.rows += 1
      seen.add(asset.publicId)
      const blob = await blobs.open(asset)
      const found = blob && (await digest(blob.stream()))
      if (found !== asset.etag || blob?.bytes !== asset.bytes) counts.dangling += 1
      const possible = names.get(asset.publicId)
      // A change that began before the first acknowledgement arrived may also be stored.
      if (possible && !possible.includes(asset.etag)) counts.corrupt += 1
    }
    cursor = page.nextCursor
  } while (cursor)
  for (const [name, possible] of names) {
    if (!seen.has(name) && !possible.includes(GONE)) counts.lost += 1
  }
  return counts
}

/** @param {AsyncIterable<Buffer>} stream */
async function digest(stream) {
  const hash = createHash('md5')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}

/** @param {string} folder */
async function countFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).length
}
