/**
 * Measures lists, tags and uploads of a SQLite catalog as it grows, and how long a list stalls the main thread.
 *
 *   node bench/catalog-size.mjs [--assets 1000000] [--rounds 25] [--result bench/results/catalog-size.json]
 *
 * The catalog holds assets in 1,000 folders. Each asset has three tags: one of 10, one of 1,000 and one of a third of all assets.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createSqliteCatalog } from '@countersign/server/catalog'
import Database from 'libsql'
import { commitOf, machine } from './machine.mjs'

const CLOUD = 'bench'
const GOAL_MS = 20
const BATCH = 10_000

const { values } = parseArgs({
  options: {
    assets: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '25' },
    result: { type: 'string' },
  },
})
const count = Number(values.assets)
const rounds = Number(values.rounds)

const folder = await mkdtemp(join(tmpdir(), 'countersign-catalog-size-'))
try {
  const path = join(folder, 'catalog.db')
  await (await createSqliteCatalog({ path })).close()
  const empty = await measureUploads(path)
  fill(path)
  const calls = await measureCalls(path)
  const full = await measureUploads(path)
  const report = {
    what: `calls of a SQLite catalog with ${count} assets of one cloud, medians and maxima over ${rounds} calls; stall: longest delay of the main thread meanwhile`,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: machine(folder),
    commit: commitOf(),
    command: `node bench/catalog-size.mjs --assets ${count} --rounds ${rounds}`,
    assets: count,
    goalMs: GOAL_MS,
    calls,
    uploads: { unit: 'commits/s, 32 at once', empty, full },
  }
  console.table(calls)
  console.log(report.uploads)
  if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Writes the rows of many assets directly, in batches. @param {string} path */
function fill(path) {
  const database = new Database(path)
  database.pragma('synchronous = OFF')
  const columns = [
    ...[
      'asset_id',
      'cloud',
      'resource_type',
      'delivery_type',
      'public_id',
      'version',
      'version_id',
    ],
    ...['blob_id', 'bytes', 'etag', 'format', 'width', 'height', 'tags', 'context', 'extra'],
    ...['asset_folder', 'display_name', 'original_filename', 'created_at', 'updated_at'],
  ]
  const asset = database.prepare(
    `insert into assets (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
  const tag = database.prepare(
    'insert into asset_tags (cloud, resource_type, tag, asset_id, created_at) values (?, ?, ?, ?, ?)',
  )
  const version = database.prepare(
    "insert into versions (version_id, cloud, asset_id, version, blob_id, created_at, replaced_at, is_kept, described) values (?, ?, ?, 1, ?, ?, null, 0, '{}')",
  )
  const blob = database.prepare(
    'insert into blobs (blob_id, cloud, bytes, md5, created_at, orphaned_at, quarantined_at) values (?, ?, 20480, ?, ?, null, null)',
  )
  for (let first = 0; first < count; first += BATCH) {
    database.exec('begin')
    for (let index = first; index < Math.min(count, first + BATCH); index += 1) {
      const id = randomBytes(16).toString('hex')
      const at = 1_700_000_000_000 + index * 7
      const type = index % 10 === 0 ? 'private' : 'upload'
      const name = `folder-${index % 1000}/picture-${index}`
      const tags = [`few-${index % 10}`, `many-${index % 1000}`, `third-${index % 3}`]
      const facts = [id, CLOUD, 'image', type, name, 1, id, id, 20_480, id, 'jpg', 800, 600]
      const texts = [JSON.stringify(tags), '{"alt":"A picture"}', '{}', '', name, null, at, at]
      asset.run(...facts, ...texts)
      for (const each of tags) tag.run(CLOUD, 'image', each, id, at)
      version.run(id, CLOUD, id, id, at)
      blob.run(id, CLOUD, id, at)
    }
    database.exec('commit')
  }
  database.exec('analyze')
  database.pragma('wal_checkpoint(TRUNCATE)')
  database.close()
}

/** @param {string} path */
async function measureCalls(path) {
  const catalog = await createSqliteCatalog({ path })
  const image = /** @type {const} */ ({ cloud: CLOUD, resourceType: 'image', maxResults: 10 })
  const middle = `folder-500/picture-${Math.floor(count / 2000) * 1000 + 500}`
  /** @type {[string, () => Promise<unknown>][]} */
  const calls = [
    ['first page', () => catalog.listAssets(image)],
    ['page of 500', () => catalog.listAssets({ ...image, maxResults: 500 })],
    ['first page of a type', () => catalog.listAssets({ ...image, deliveryType: 'private' })],
    ['by prefix', () => catalog.listAssets({ ...image, prefix: 'folder-7/' })],
    ['by a late prefix', () => catalog.listAssets({ ...image, prefix: 'folder-999/picture-9' })],
    ['by a prefix of nothing', () => catalog.listAssets({ ...image, prefix: 'nothing' })],
    ['by 100 public ids', () => catalog.listAssets({ ...image, publicIds: hundredIds() })],
    ['tag of a thousandth', () => catalog.listAssets({ ...image, tag: 'many-77' })],
    ['tag of a third', () => catalog.listAssets({ ...image, tag: 'third-1' })],
    ['page of 500 of a tag', () => catalog.listAssets({ ...image, tag: 'few-3', maxResults: 500 })],
    ['tags', () => catalog.listTags(image)],
    ['500 tags', () => catalog.listTags({ ...image, maxResults: 500 })],
    ['tags by prefix', () => catalog.listTags({ ...image, prefix: 'third' })],
    ['one asset', () => catalog.readAsset({ ...image, deliveryType: 'upload', publicId: middle })],
  ]
  const rows = []
  for (const [name, call] of calls) {
    await call()
    const stall = monitorEventLoopDelay({ resolution: 1 })
    stall.enable()
    const times = []
    for (let round = 0; round < rounds; round += 1) {
      const startedAt = performance.now()
      await call()
      times.push(performance.now() - startedAt)
    }
    stall.disable()
    times.sort((one, other) => one - other)
    rows.push({
      name,
      medianMs: round2(times[times.length >> 1]),
      maxMs: round2(times.at(-1)),
      stallMs: round2(stall.max / 1e6),
      isInGoal: (times[times.length >> 1] ?? Number.POSITIVE_INFINITY) <= GOAL_MS,
    })
  }
  await catalog.close()
  return rows
}

function hundredIds() {
  return Array.from({ length: 100 }, (_, index) => `folder-${index}/picture-${index}`)
}

/** Commits uploads for two seconds and returns the rate. @param {string} path */
async function measureUploads(path) {
  const catalog = await createSqliteCatalog({ path })
  const until = performance.now() + 2000
  let done = 0
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (performance.now() < until) {
        await catalog.commitUpload(newUpload())
        done += 1
      }
    }),
  )
  await catalog.close()
  return Math.round(done / 2)
}

function newUpload() {
  const id = randomBytes(16).toString('hex')
  return {
    asset: {
      cloud: CLOUD,
      resourceType: /** @type {const} */ ('raw'),
      deliveryType: /** @type {const} */ ('upload'),
      publicId: id,
      format: null,
      widthPx: null,
      heightPx: null,
      tags: ['new'],
      context: {},
      extra: {},
      assetFolder: '',
      displayName: id,
      originalFilename: null,
    },
    blob: { blobId: id, bytes: 1, md5: id },
    ids: { assetId: id, versionId: randomBytes(16).toString('hex') },
    overwrite: true,
    now: Date.now(),
  }
}

/** @param {number | undefined} value */
function round2(value = Number.NaN) {
  return Math.round(value * 100) / 100
}
