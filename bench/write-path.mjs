/**
 * The smallest process with the real write path: the server's staging folder, blob store and catalog, without HTTP. Uploads, overwrites and
 * destroys until it is killed, and prints each step before and after it. Started by `write-path-campaign.mjs`.
 *
 *   node bench/write-path.mjs <folder> <seed> <lanes>
 *
 * Lines: `begin <name> <md5 or -> .`, `done <name> <md5 or -> .`; `-` is a destroy, and the dot marks a complete line. A lane does one step at a time, under its own names.
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createSqliteCatalog } from '../packages/server/dist/catalog/sqlite/sqlite.js'
import { createId } from '../packages/server/dist/storage/create-id.js'
import { createBlobFolders } from '../packages/server/dist/storage/disk/blob-folders.js'
import { createDiskBlobStore } from '../packages/server/dist/storage/disk/disk.js'
import { stageFile } from '../packages/server/dist/storage/disk/stage-file.js'
import { createStagingFolder } from '../packages/server/dist/storage/disk/staging.js'
import { seededRandom } from './seeded-random.mjs'

const CLOUD = 'crash'
/** Names of a lane that are repeatedly overwritten and destroyed. */
const HOT_NAMES = 4

const [folder = '.', seed = '1', lanes = '8'] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const folders = createBlobFolders(join(folder, 'blobs'))
const [catalog, blobs, staging] = await Promise.all([
  createSqliteCatalog({ path: join(folder, 'catalog.db') }),
  createDiskBlobStore({ root: folder, folders }),
  createStagingFolder(folder, folders),
])
say('ready')
await Promise.all(Array.from({ length: Number(lanes) }, (_, lane) => work(lane)))

/** @param {number} lane */
async function work(lane) {
  for (let step = 0; ; step++) {
    const dice = random()
    const hot = `hot-${lane}-${Math.floor(random() * HOT_NAMES)}`
    if (dice < 0.1) await destroy(hot)
    else await upload(dice < 0.3 ? hot : `new-${seed}-${lane}-${step}`)
  }
}

/** @param {string} publicId */
async function upload(publicId) {
  // Files of 600,000 bytes are staged and renamed; the others are written under the name of their blob.
  const bytes = randomBytes(random() < 0.05 ? 600_000 : 500 + Math.floor(random() * 6000))
  const md5 = createHash('md5').update(bytes).digest('hex')
  say(`begin ${publicId} ${md5} .`)
  const file = await stageFile(staging, Readable.from([bytes]), {
    assertBytes: () => {},
    cloud: CLOUD,
  })
  const blob = await blobs.write(CLOUD, file)
  await catalog.commitUpload({
    asset: {
      ...nameOf(publicId),
      format: null,
      widthPx: null,
      heightPx: null,
      tags: [],
      context: {},
      extra: {},
      assetFolder: '',
      displayName: publicId,
      originalFilename: null,
    },
    blob: { blobId: blob.blobId, bytes: file.bytes, md5: file.md5 },
    ids: { assetId: createId(), versionId: createId() },
    overwrite: true,
    now: Date.now(),
  })
  say(`done ${publicId} ${md5} .`)
}

/** @param {string} publicId */
async function destroy(publicId) {
  say(`begin ${publicId} - .`)
  await catalog.destroyAsset({ ...nameOf(publicId), now: Date.now() })
  say(`done ${publicId} - .`)
}

/** @param {string} publicId @returns {import('@countersign/server/catalog').AssetName} */
function nameOf(publicId) {
  return { cloud: CLOUD, resourceType: 'raw', deliveryType: 'upload', publicId }
}

/** Writes a line synchronously, so that every printed step has really happened. @param {string} line */
function say(line) {
  let rest = Buffer.from(`${line}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      // The reader is slow, so the write is repeated.
      if (Object(error).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}
