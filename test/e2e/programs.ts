/** Starts the media server and the Next.js apps for the browser tests. @module */

import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildApp, NEXT, writeEnvFile } from '../../scripts/build-app.mjs'
import {
  COUNTERSIGN,
  prepareData,
  readEnvLines,
  readFullKey,
  serverEnvironment,
} from '../../scripts/development-server.mjs'
import { ROOT } from '../../scripts/repository.mjs'
import { appEnvironment } from '../../scripts/run-command.mjs'
import { type Program, supervise } from '../../scripts/supervise.mjs'
import { ARTIFACTS, claimPort } from './free-port.js'

// A test run that is stopped ends its worker in this way. `supervise` then ends the programs of the
// worker.
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.once(event, () => process.exit(1))
}

/** A running media server with a running app that uses it. */
export interface RunningApp {
  /** Address of the app, such as `http://127.0.0.1:3000`. */
  readonly appAddress: string
  /** Address of the media server. */
  readonly mediaServer: string
  /** Folder of the built app. */
  readonly appFolder: string
  /** The `.env.local` lines, by name. */
  readonly env: ReadonlyMap<string, string>
  /** The key for server-side use, as the value of an `Authorization` header. */
  readonly authorization: string
  /** Stops both programs. */
  stop(): Promise<void>
}

/**
 * Builds a copy of an app of this repository, and starts it with its own empty media server.
 *
 * @param source Absolute path of the app.
 * @throws Error if a build fails or a program does not become ready. The output of the programs is shown then.
 */
export async function startApp(source: string): Promise<RunningApp> {
  const name = basename(source)
  const server = {
    dataFolder: emptyDataFolder(name),
    port: await claimPort(`${name}-media-server`),
    examplePort: await claimPort(name),
  }
  if (!(await prepareData(server))) throw new Error('countersign dev --prepare failed')
  const envLines = await readEnvLines(server)
  const fullKey = readFullKey(server.dataFolder)
  const app = copyApp(source, name)
  writeEnvFile(
    app,
    `${envLines}COUNTERSIGN_ADMIN_KEY=${fullKey.id}\nCOUNTERSIGN_ADMIN_SECRET=${fullKey.secret}\n`,
  )
  if (!(await buildApp(app))) throw new Error(`next build failed in ${app}`)
  const mediaServer = `http://127.0.0.1:${server.port}`
  const appAddress = `http://127.0.0.1:${server.examplePort}`
  const stop = await startPrograms([
    {
      name: 'server',
      args: [COUNTERSIGN, 'dev'],
      cwd: ROOT,
      env: serverEnvironment(server),
      address: `${mediaServer}/health`,
    },
    {
      name,
      args: [NEXT, 'start', '-H', '127.0.0.1', '-p', String(server.examplePort)],
      cwd: app,
      env: appEnvironment(),
      address: appAddress,
    },
  ])
  return {
    appAddress,
    appFolder: app,
    mediaServer,
    env: parseEnvLines(envLines),
    authorization: `Basic ${Buffer.from(`${fullKey.id}:${fullKey.secret}`).toString('base64')}`,
    stop,
  }
}

async function startPrograms(programs: readonly Program[]): Promise<() => Promise<void>> {
  const running = supervise(programs)
  if (await running.ready()) return running.stop
  running.showOutput()
  await running.stop()
  throw new Error(`not ready: ${programs.map(({ address }) => address).join(', ')}`)
}

/** Empties the data folder except for the keys, which are built into the app. */
function emptyDataFolder(name: string): string {
  const folder = join(ARTIFACTS, `${name}-data`)
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(folder)) {
    if (entry !== 'dev.json') rmSync(join(folder, entry), { recursive: true })
  }
  return folder
}

/**
 * Copies the app, so that a test does not touch the `.env.local` and the build that `npm start`
 * uses.
 */
function copyApp(source: string, name: string): string {
  const kept = ['.next', 'node_modules']
  const copy = join(ARTIFACTS, name)
  mkdirSync(copy, { recursive: true })
  for (const entry of readdirSync(copy)) {
    if (!kept.includes(entry)) rmSync(join(copy, entry), { recursive: true })
  }
  cpSync(source, copy, {
    recursive: true,
    filter: (path) => ![...kept, '.env.local'].includes(basename(path)),
  })
  return copy
}

function parseEnvLines(lines: string): ReadonlyMap<string, string> {
  return new Map(
    lines
      .split('\n')
      .map((line) => /^([A-Z_]+)=(.*)$/.exec(line))
      .flatMap((match) => (match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const])),
  )
}
