/**
 * Kills the smallest process with the real write path (`write-path.mjs`) with SIGKILL at random moments, thousands of times. Then checks that
 * all acknowledged uploads are stored, and that one run of the collector leaves no unreferenced file.
 *
 *   node bench/write-path-campaign.mjs [--cycles 10000] [--processes 2] [--lanes 16] [--seed 1] [--folder <kept>] [--result <file>]
 *
 * With `--folder`, results are kept there: SIGTERM stops after the running cycles, and the same command continues. Covers the death of the
 * process. Does not cover power loss, which also loses unsynced pages.
 * @module
 */

import { execFileSync, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { auditStore, GONE } from './audit-store.mjs'
import { machine } from './machine.mjs'
import { seededRandom } from './seeded-random.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Maximum number of acknowledgements before the process is killed, however slow the machine is. */
const MOST_ACKNOWLEDGED = 45
/**
 * Maximum delay between the last of them and the kill, in milliseconds. The kill can hit any step
 * of the write path.
 */
const LONGEST_DELAY_MS = 20

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '10000' },
    processes: { type: 'string', default: '2' },
    lanes: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    folder: { type: 'string' },
    result: { type: 'string' },
  },
})
let isStopping = false
process.on('SIGTERM', () => {
  isStopping = true
})
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'countersign-kill-')))
const report = await campaign()
console.log(JSON.stringify(report, null, 2))
if (values.result) await writeFile(values.result, `${JSON.stringify(report, null, 2)}\n`)
if (!values.folder) await rm(folder, { recursive: true, force: true })
process.exitCode = report.violations > 0 ? 1 : 0

async function campaign() {
  const { program, commit } = await bundle()
  const processes = Number(values.processes)
  const cycles = Math.ceil(Number(values.cycles) / processes)
  const runs = await Promise.all(
    Array.from({ length: processes }, (_, index) => killMany({ program, cycles, index })),
  )
  if (isStopping) return { stopped: runs.map(({ counts }) => counts), violations: 0 }
  const audits = []
  for (const run of runs)
    audits.push(await auditStore(run.store, { cloud: 'crash', names: run.names }))
  const counts = sumOf([...runs.map(({ counts: done }) => done), ...audits])
  const { lost, corrupt, dangling, integrityErrors, afterCollecting } = counts
  return {
    what: 'SIGKILL of the smallest process with the real write path; every acknowledged upload looked for afterwards, then one pass of the collector',
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine: machine(folder),
    commit,
    command: `node bench/write-path-campaign.mjs --cycles ${values.cycles} --processes ${processes} --lanes ${values.lanes} --seed ${values.seed}`,
    ...counts,
    violations:
      lost +
      corrupt +
      dangling +
      integrityErrors +
      afterCollecting.staged +
      afterCollecting.orphans +
      afterCollecting.lost,
  }
}

/**
 * Bundles the process into one file beside those of its threads, because it starts ten thousand
 * times. An existing bundle is reused.
 */
async function bundle() {
  const program = join(folder, 'program')
  await mkdir(program, { recursive: true })
  const kept = await readFile(join(program, 'commit'), 'utf8').catch(() => null)
  if (kept) return { program: join(program, 'write-path.mjs'), commit: kept }
  await build({
    entryPoints: { 'write-path': join(ROOT, 'bench/write-path.mjs') },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    external: ['libsql'],
    outdir: program,
    outExtension: { '.js': '.mjs' },
  })
  await cp(join(ROOT, 'packages/server/dist/workers'), join(program, 'workers'), {
    recursive: true,
  })
  await symlink(join(ROOT, 'node_modules'), join(program, 'node_modules'))
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT })
  await writeFile(join(program, 'commit'), commit.toString().trim())
  return { program: join(program, 'write-path.mjs'), commit: commit.toString().trim() }
}

/** @param {{ program: string, cycles: number, index: number }} run */
async function killMany({ program, cycles, index }) {
  const store = join(folder, `store-${index}`)
  const stateFile = join(folder, `state-${index}.json`)
  await mkdir(store, { recursive: true })
  const counts = { cycles: 0, begun: 0, acknowledged: 0, seconds: 0 }
  /** Possible contents of each name: MD5s of the last acknowledged upload and of uploads begun since; `-` if the name may be missing. @type {Map<string, string[]>} */
  const names = new Map()
  const saved = await readFile(stateFile, 'utf8').catch(() => null)
  if (saved) {
    Object.assign(counts, JSON.parse(saved).counts)
    for (const [name, possible] of JSON.parse(saved).names) names.set(name, possible)
  }
  while (counts.cycles < cycles && !isStopping) {
    const startedAt = Date.now()
    const seed = Number(values.seed) * 1e6 + index * 1e5 + counts.cycles
    await killOnce({ program, store, seed, told: (line) => note(line, { names, counts }) })
    counts.cycles += 1
    counts.seconds += (Date.now() - startedAt) / 1000
  }
  if (values.folder) await writeFile(stateFile, JSON.stringify({ counts, names: [...names] }))
  return { store, names, counts: { ...counts, seconds: Math.round(counts.seconds) } }
}

/** @param {{ program: string, store: string, seed: number, told: (line: string) => void }} run */
async function killOnce({ program, store, seed, told }) {
  const random = seededRandom(seed)
  const child = spawn(process.execPath, [program, store, String(seed), values.lanes], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
  let acknowledged = -1
  const last = Math.floor(random() * MOST_ACKNOWLEDGED)
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'ready') told(line)
    if (!line.startsWith('begin')) acknowledged += 1
    if (acknowledged === last) setTimeout(() => child.kill('SIGKILL'), random() * LONGEST_DELAY_MS)
  }
  const code = await exited
  if (code !== null) throw new Error(`the process ended by itself with ${code} (seed ${seed})`)
}

/** @param {string} line @param {{ names: Map<string, string[]>, counts: { begun: number, acknowledged: number } }} into */
function note(line, { names, counts }) {
  const [step, name, md5, end] = line.split(' ')
  // The last line may be incomplete.
  if (!name || !md5 || end !== '.') return
  if (step === 'begin') {
    counts.begun += 1
    names.set(name, [...(names.get(name) ?? [GONE]), md5])
  } else {
    counts.acknowledged += 1
    names.set(name, [md5])
  }
}

/** Adds up equal members of objects, recursively. @param {readonly any[]} parts @returns {any} */
function sumOf(parts) {
  const sum = Object.assign({}, ...parts)
  for (const [name, value] of Object.entries(sum)) {
    const members = parts.filter((part) => name in part).map((part) => part[name])
    sum[name] =
      typeof value === 'number' ? members.reduce((one, other) => one + other, 0) : sumOf(members)
  }
  return sum
}
