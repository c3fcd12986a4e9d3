/** The media server and the Next.js apps, as the browser tests run them. @module */

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

// A test run that is stopped half-way stops its worker like this; `supervise` ends what the worker has started.
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.once(event, () => process.exit(1))
}

/** A media server and an app that uses it, both running. */
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
  /** End both. */
  stop(): Promise<void>
}

/**
 * Build an app of this repository, in a copy, and start it beside a media server of its own with nothing stored.
 *
 * @param source Absolute path of the app.
 * @throws Error when a build fails or a program does not become ready; what they wrote is then shown.
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

/** The keys stay, because they are built into the app; everything else goes. */
function emptyDataFolder(name: string): string {
  const folder = join(ARTIFACTS, `${name}-data`)
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(folder)) {
    if (entry !== 'dev.json') rmSync(join(folder, entry), { recursive: true })
  }
  return folder
}

/** A copy, so that a test never touches the `.env.local` and the build that `npm start` uses. */
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
