/** Starts each runtime in which the signing endpoint is tested. @module */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NEXT } from '../../../scripts/build-app.mjs'
import { findNode, NODE_MAJORS } from '../../../scripts/other-nodes.mjs'
import { appEnvironment, runCommand } from '../../../scripts/run-command.mjs'
import { API_KEY, API_SECRET, CLOUD_NAME, MEDIA_URL, WEBHOOK_SECRET } from './settings.js'

/** A runtime in which the endpoint can be served. */
export interface Runtime {
  /** Name and version, such as `Bun 1.4.5`. */
  readonly name: string
  /** Build or loader of the endpoint, such as `wrangler's bundle`. */
  readonly how: string
  /** Serves the endpoint on a free loopback port. */
  readonly start: () => Promise<Served>
}

/** A served endpoint. */
export interface Served {
  /** Origin of the server, such as `http://127.0.0.1:4711`. */
  readonly address: string
  /** Ends the server. */
  readonly stop: () => Promise<void>
}

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ENGINES = fileURLToPath(new URL('../engines/node_modules/', import.meta.url))
const START_MS = 60_000
const COMPATIBILITY_DATE = '2026-01-01'

/** Returns all installed runtimes, in the order of the table in the docs. */
export async function listRuntimes(): Promise<Runtime[]> {
  return [
    ...(await nodeRuntimes()),
    {
      name: `Bun ${await versionOf('bun')}`,
      how: '`Bun.serve`, unbundled',
      start: () => serve(engine('bun'), ['run', 'serve-bun.mjs']),
    },
    {
      name: `Deno ${await versionOf('deno')}`,
      how: '`Deno.serve`, unbundled',
      start: () => serve(engine('deno'), denoArgs('serve-deno.mjs')),
    },
    {
      name: `workerd ${await versionOf('workerd')}`,
      how: 'bundled by `wrangler`, secrets in `env`',
      start: () => startWorker('worker.mjs', {}),
    },
    {
      name: `workerd ${await versionOf('workerd')}`,
      how: 'bundled by `wrangler` with `nodejs_compat`, secrets in `process.env`',
      start: () => startWorker('worker-node-compat.mjs', { flags: ['nodejs_compat'] }),
    },
    {
      name: `Next.js ${await versionOf('next', join(NEXT, '../../../package.json'))}`,
      how: "a route with `runtime = 'edge'`, built by `next build`",
      start: startNext,
    },
  ]
}

async function nodeRuntimes(): Promise<Runtime[]> {
  const programs = NODE_MAJORS.map(findNode).filter((program) => program !== null)
  // npm's packages of Node exist for Linux on x64 only. Elsewhere, the Node that runs the tests is
  // used.
  const found = programs.length > 0 ? programs : [process.execPath]
  const runtimes = await Promise.all(
    found.map(async (program) => {
      const version = (await runCommand(program, ['--version'], { quiet: true })).output.trim()
      const name = `Node ${version.slice(1)}`
      return [
        { name, how: '`node:http`', start: () => serve(program, ['serve-node.mjs']) },
        {
          name: `${name}, CommonJS`,
          how: '`require`, Express',
          start: () => serve(program, ['serve-express.cjs']),
        },
      ]
    }),
  )
  return runtimes.flat()
}

async function startWorker(
  entry: string,
  { flags = [] }: { readonly flags?: readonly string[] },
): Promise<Served> {
  const script = await readFile(await bundleWorker(entry, flags), 'utf8')
  const { Miniflare } = (await import(join(ENGINES, 'miniflare', 'dist', 'src', 'index.js')))
    .default as { readonly Miniflare: new (options: object) => MiniflareServer }
  const server = new Miniflare({
    script,
    modules: true,
    host: '127.0.0.1',
    port: 0,
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: flags,
    bindings: { ...variables(), API_KEY, API_SECRET, WEBHOOK_SECRET, CLOUD_NAME, MEDIA_URL },
  })
  return { address: (await server.ready).origin, stop: () => server.dispose() }
}

/** Bundles a Worker as `wrangler deploy` does, without uploading it, and returns the path of the bundle. */
async function bundleWorker(entry: string, flags: readonly string[]): Promise<string> {
  const outdir = join(ENGINES, '.cache', 'workers')
  const wrangler = join(ENGINES, 'wrangler', 'bin', 'wrangler.js')
  const settings = ['--name', 'sign-uploads', '--compatibility-date', COMPATIBILITY_DATE]
  const { code, output } = await runCommand(
    process.execPath,
    [
      ...[wrangler, 'deploy', entry, '--dry-run', '--outdir', outdir, ...settings],
      ...flags.flatMap((flag) => ['--compatibility-flag', flag]),
    ],
    { cwd: HERE, quiet: true, env: appEnvironment({ WRANGLER_SEND_METRICS: 'false' }) },
  )
  if (code !== 0) throw new Error(`wrangler deploy --dry-run failed:\n${output}`)
  return join(outdir, entry.replace('.mjs', '.js'))
}

/** The used part of `Miniflare`, because the package is not installed where types are checked. */
interface MiniflareServer {
  readonly ready: Promise<URL>
  dispose(): Promise<void>
}

async function startNext(): Promise<Served> {
  const app = join(HERE, 'next-app')
  await rm(join(app, '.next'), { recursive: true, force: true })
  const env = appEnvironment(variables())
  const built = await runCommand(process.execPath, [NEXT, 'build'], { cwd: app, env, quiet: true })
  if (built.code !== 0) throw new Error(`next build failed:\n${built.output}`)
  const child = spawn(process.execPath, [NEXT, 'start', '-H', '127.0.0.1', '-p', '0'], {
    cwd: app,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [address] = await waitFor(child, /http:\/\/127\.0\.0\.1:\d+/)
  return { address, stop: () => end(child) }
}

async function serve(program: string, args: readonly string[]): Promise<Served> {
  const child = spawn(program, args, {
    cwd: HERE,
    env: appEnvironment(variables()),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [address] = await waitFor(child, /http:\/\/127\.0\.0\.1:\d+/)
  return { address, stop: () => end(child) }
}

/** Resolves with the first match in the child's output; rejects if the child ends or stays silent. */
function waitFor(child: ChildProcess, pattern: RegExp): Promise<RegExpMatchArray> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (reason: string) => reject(new Error(`${reason}:\n${output}`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('not ready in time')
    }, START_MS)
    const read = (chunk: Buffer) => {
      output += chunk
      const match = pattern.exec(output)
      if (match === null) return
      clearTimeout(timer)
      resolve(match)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', () => fail('ended before it was ready'))
    child.once('error', (error) => fail(error.message))
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

function variables(): Record<string, string> {
  return {
    CLOUDINARY_CLOUD_NAME: CLOUD_NAME,
    COUNTERSIGN_URL: MEDIA_URL,
    COUNTERSIGN_KEYS: `${API_KEY}:upload:${API_SECRET}`,
    COUNTERSIGN_WEBHOOK_SECRET: WEBHOOK_SECRET,
  }
}

function denoArgs(script: string): string[] {
  return ['run', '--node-modules-dir=manual', '--allow-net', '--allow-env', '--allow-read', script]
}

function engine(name: 'bun' | 'deno'): string {
  return join(ENGINES, '.bin', name)
}

async function versionOf(name: string, path = join(ENGINES, name, 'package.json')) {
  return String(JSON.parse(await readFile(path, 'utf8')).version)
}
