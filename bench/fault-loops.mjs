/**
 * Lets every call of the server to the file system or to SQLite fail once in each of seven ways, in a run of its own. Checks the
 * answer, the remaining files, and whether the next request works.
 *
 *   node --import ./bench/inject-faults.mjs bench/fault-loops.mjs [--only upload] [--every 1] [--result bench/results/fault-loops.json]
 *
 * Covers the server's own reactions. Does not cover losses of a real medium after it has accepted bytes.
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createMediaServer, readConfig } from '@countersign/server'
import { fileOf } from '../packages/server/dist/storage/disk/disk-parts.js'
import { collectGarbage } from '../packages/server/dist/upkeep/collect-garbage.js'
import { scrubBlobs } from '../packages/server/dist/upkeep/scrub-blobs.js'
import { acted, CHUNK_BYTES, call, chunks, KEY, read, uploads } from './fault-requests.mjs'
import { arm, disarm, FAULTS, watchFolder } from './inject-faults.mjs'
import { commitOf, machine } from './machine.mjs'

const HOUR_MS = 3_600_000

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    every: { type: 'string', default: '1' },
    result: { type: 'string' },
  },
})

/**
 * @typedef {object} Bench
 * @property {Awaited<ReturnType<typeof createMediaServer>>} server
 * @property {string} address
 * @property {string} folder
 * @property {{ ms: number }} clock Time by which the server's clock is ahead.
 * @typedef {import('./fault-requests.mjs').Outcome} Outcome
 */

/** Actions during which calls fail. `prepare` runs before them, without faults. @type {Record<string, { prepare?: (bench: Bench) => Promise<unknown>, act: (bench: Bench) => Promise<Outcome>, mayFail?: readonly number[], mayLeave?: boolean }>} */
const SCENES = {
  upload: { act: (bench) => uploads(bench, [{ bytes: randomBytes(20_000) }]) },
  'large upload': { act: (bench) => uploads(bench, [{ bytes: randomBytes(2_000_000) }]) },
  'eight uploads at once': {
    act: (bench) =>
      uploads(
        bench,
        Array.from({ length: 8 }, (_, index) => ({ bytes: randomBytes(1000 + index) })),
      ),
  },
  overwrite: {
    prepare: (bench) => uploads(bench, [{ bytes: randomBytes(500), publicId: 'same' }]),
    act: (bench) => uploads(bench, [{ bytes: randomBytes(600), publicId: 'same' }]),
  },
  'nonce used twice at once': {
    act: async (bench) => {
      const nonce = randomBytes(16).toString('hex')
      const bytes = randomBytes(700)
      return uploads(bench, [
        { bytes, nonce },
        { bytes, nonce },
      ])
    },
  },
  'chunked upload': { act: (bench) => chunks(bench) },
  rename: {
    prepare: (bench) => uploads(bench, [{ bytes: randomBytes(500), publicId: 'old-name' }]),
    act: (bench) =>
      call(bench, 'rename', { from_public_id: 'old-name', to_public_id: 'new', overwrite: 'true' }),
  },
  destroy: {
    prepare: (bench) => uploads(bench, [{ bytes: randomBytes(500), publicId: 'doomed' }]),
    act: (bench) => call(bench, 'destroy', { public_id: 'doomed' }),
  },
  delivery: {
    prepare: (bench) => uploads(bench, [{ bytes: randomBytes(400_000), publicId: 'shown' }]),
    act: async (bench) => read(`${bench.address}/${KEY.cloud}/raw/upload/shown`),
  },
  readiness: {
    async act(bench) {
      // Longer than a readiness probe is cached.
      bench.clock.ms += 3000
      return read(`${bench.address}/ready`)
    },
    mayFail: [503],
  },
  collector: {
    // A failed pass of the collector leaves the files that it was to delete.
    mayLeave: true,
    prepare: (bench) => litter(bench),
    act: async ({ server: { services } }) => {
      const now = () => Date.now() + 30 * HOUR_MS
      return acted(() => collectGarbage({ ...services, now }, { isForced: true }))
    },
  },
  scrub: {
    prepare: (bench) => uploads(bench, [{ bytes: randomBytes(300_000) }]),
    act: async ({ server: { services } }) => acted(() => scrubBlobs(services, { share: 0.001 })),
  },
}

const report = await runAll()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
process.exit(report.problems.length > 0 ? 1 : 0)

async function runAll() {
  const startedAt = Date.now()
  /** @type {Record<string, { calls: number, runs: number, failed: number }>} */
  const scenes = {}
  const problems = []
  const answers = new Map()
  let left = 0
  for (const [name, scene] of Object.entries(SCENES)) {
    if (values.only && !name.includes(values.only)) continue
    const result = await runScene(name, scene)
    console.error(`${name}: ${result.runs} runs, ${result.problems.length} problems`)
    scenes[name] = { calls: result.calls, runs: result.runs, failed: result.failed }
    problems.push(...result.problems)
    left += result.left
    for (const [answer, count] of result.answers)
      answers.set(answer, (answers.get(answer) ?? 0) + count)
  }
  return {
    what: 'every call to the file system and to SQLite fails once in each way; the answer, what is left, and the next request',
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: machine(tmpdir()),
    commit: commitOf(),
    command: `node --import ./bench/inject-faults.mjs bench/fault-loops.mjs --every ${values.every}`,
    faults: FAULTS.map((fault) => fault.name),
    runs: Object.values(scenes).reduce((sum, { runs }) => sum + runs, 0),
    scenes,
    answers: Object.fromEntries([...answers].sort()),
    // Unreferenced files after a fault in the commit itself. The collector deleted all of them.
    leftToTheCollector: left,
    problems,
    seconds: Math.round((Date.now() - startedAt) / 1000),
  }
}

/** @param {string} name @param {typeof SCENES[string]} scene */
async function runScene(name, scene) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-faults-'))
  const bench = await start(folder)
  /** @type {string[]} */
  const problems = []
  /** @type {Map<string, number>} */
  const answers = new Map()
  const verified = new Set()
  let runs = 0
  let failed = 0
  let left = 0
  try {
    await scene.prepare?.(bench)
    await scene.act(bench)
    await scene.prepare?.(bench)
    arm({ call: 0, fault: 0 })
    await scene.act(bench)
    const { calls } = disarm()
    for (let number = 1; number <= calls; number += Number(values.every)) {
      for (const [fault, { name: faultName }] of FAULTS.entries()) {
        await scene.prepare?.(bench)
        watchFolder(folder)
        arm({ call: number, fault })
        const outcome = await scene.act(bench)
        const { hit } = disarm()
        runs += 1
        const where = `${name}, call ${number} of ${calls} (${hit}), ${faultName}`
        if (outcome.statuses.some((status) => status !== 200)) failed += 1
        for (const answer of answersOf(outcome)) answers.set(answer, (answers.get(answer) ?? 0) + 1)
        problems.push(
          ...answerProblems(outcome, scene.mayFail ?? [500]).map((text) => `${where}: ${text}`),
        )
        const found = await inspect(bench, verified)
        problems.push(...found.problems.map((text) => `${where}: ${text}`))
        const isUnknown = scene.mayLeave || /^(commit|unlink|rollback)$/.test(hit)
        if (found.orphans > 0 && !isUnknown)
          problems.push(`${where}: ${found.orphans} files without a row`)
        left += found.orphans
        if (found.orphans > 0) await collectAll(bench)
        // The next request must work without a restart.
        await scene.prepare?.(bench)
        const again = await scene.act(bench)
        if (again.statuses.some((status) => status !== 200))
          problems.push(`${where}: afterwards ${JSON.stringify(again)}`)
      }
    }
    await collectAll(bench)
    const end = await inspect(bench, verified)
    if (end.orphans > 0) problems.push(`${name}: the collector left ${end.orphans} files`)
    return { calls, runs, failed, left, answers, problems }
  } finally {
    bench.server.server.closeAllConnections()
    await bench.server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {string} folder @returns {Promise<Bench>} */
async function start(folder) {
  const config = readConfig({
    PORT: '0',
    COUNTERSIGN_CLOUD: KEY.cloud,
    COUNTERSIGN_KEYS: `${KEY.id}:upload+manage+deliver:${KEY.secret}`,
    COUNTERSIGN_STORAGE: `file:${folder}`,
    COUNTERSIGN_MIN_FREE_BYTES: '0',
    COUNTERSIGN_MIN_FREE_PERCENT: '0',
    COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
    COUNTERSIGN_LOG_LEVEL: 'silent',
  })
  const clock = { ms: 0 }
  const server = await createMediaServer({
    config: { ...config, minChunkBytes: CHUNK_BYTES },
    now: () => Date.now() + clock.ms,
  })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  watchFolder(folder)
  return { server, address, folder, clock }
}

/** Creates work for the collector: a replaced blob, a blob without a row, a forgotten staging file. @param {Bench} bench */
async function litter(bench) {
  const { folder, server } = bench
  await uploads(bench, [{ bytes: randomBytes(300), publicId: 'replaced' }])
  await uploads(bench, [{ bytes: randomBytes(300), publicId: 'replaced' }])
  await writeFile(join(folder, 'staging', randomBytes(16).toString('hex')), 'x')
  const id = randomBytes(16).toString('hex')
  const file = await server.services.staging.create()
  await file.handle.close()
  await server.services.blobs.write(KEY.cloud, {
    ...file,
    stagingId: file.stagingId,
    bytes: 0,
    md5: id,
    sync: async () => {},
    discard: async () => {},
  })
  await collectGarbage({ ...server.services, now: () => Date.now() + 28 * HOUR_MS })
}

/** @param {Bench} bench */
async function collectAll({ server: { services } }) {
  for (const hours of [40, 42]) {
    const now = () => Date.now() + hours * HOUR_MS
    await collectGarbage({ ...services, now }, { isForced: true })
  }
}

/** @param {Outcome} outcome */
function answersOf({ statuses, texts }) {
  return statuses
    .map((status, index) => (status === 200 ? '200' : `${status} ${texts[index]?.slice(0, 60)}`))
    .map((answer) => answer.replace(/"[0-9a-f]{16,}"/g, '…'))
}

/** @param {Outcome} outcome @param {readonly number[]} mayFail */
function answerProblems({ statuses, texts }, mayFail) {
  return statuses.flatMap((status, index) => {
    if (status === 200 || status === 0) return []
    const text = texts[index] ?? ''
    if (!mayFail.includes(status)) return [`answered ${status} ${text.slice(0, 120)}`]
    return /injected|\/tmp\/|SQLITE|E[A-Z]{3,}:/.test(text)
      ? [`the answer tells of the inside: ${text}`]
      : []
  })
}

/** Checks invariants I1 to I3 and looks for leaks. @param {Bench} bench @param {Set<string>} verified Blobs that were read already. */
async function inspect({ folder, server: { services } }, verified) {
  const problems = []
  const known = new Set()
  let cursor
  do {
    const page = await services.catalog.listAssets({
      cloud: KEY.cloud,
      resourceType: 'raw',
      maxResults: 500,
      ...(cursor ? { cursor } : {}),
    })
    for (const asset of page.assets) {
      known.add(asset.blobId)
      if (verified.has(asset.blobId)) continue
      const bytes = await readFile(
        join(folder, 'blobs', KEY.cloud, asset.blobId.slice(0, 2), asset.blobId),
      ).catch(() => null)
      const md5 = bytes && createHash('md5').update(bytes).digest('hex')
      if (md5 !== asset.etag) problems.push(`the row ${asset.publicId} has not its bytes`)
      verified.add(asset.blobId)
    }
    cursor = page.nextCursor
  } while (cursor)
  for (const { blobId } of await deadBlobs(services)) known.add(blobId)
  const stored = (
    await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true })
  ).filter((entry) => entry.isFile())
  const names = new Set(stored.map(({ name }) => name))
  for (const blobId of known) {
    if (verified.has(blobId) && !names.has(blobId)) problems.push(`the blob ${blobId} is gone`)
  }
  const places = await services.catalog.listStagedParts()
  const needed = new Set(places.map((place) => fileOf({ place })))
  const staged = (await services.staging.list()).filter((id) => !needed.has(id))
  const open = await openFiles(folder)
  if (open.length > 0) problems.push(`still open: ${open.join(', ')}`)
  return {
    problems,
    orphans: stored.filter(({ name }) => !known.has(name)).length + staged.length,
  }
}

/** @param {Bench['server']['services']} services */
async function deadBlobs({ catalog }) {
  return catalog.listDeadBlobs({
    retiredBefore: Number.MAX_SAFE_INTEGER,
    after: '',
    maxResults: 100_000,
  })
}

/** Returns open files of the store, without those that are always open. @param {string} folder */
async function openFiles(folder) {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return links.filter(
    (link) => link.startsWith(folder) && !/\/(catalog\.db|audit\.jsonl|locks\/)/.test(link),
  )
}
