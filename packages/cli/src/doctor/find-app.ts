/** Finds the running app of a folder when no address is given. @module */

import { readFile, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { errorCode } from '@countersign/protocol/errors'
import * as v from 'valibot'
import { UsageError } from '../usage-error.js'
import { type Listener, listListeners } from './listeners.js'

/** The app to check. */
export interface FoundApp {
  readonly url: URL
  /** How the app was found, for the head of the report. */
  readonly foundBy: string
}

const DEFAULT_PORT = 3000
/** Port of Node's inspector, which is not an app. */
const INSPECTOR_PORT = 9229

/**
 * Finds the app that runs in a folder: by Next's lock file, by a listening program, or by the address that the app announced to
 * `countersign dev`.
 *
 * @param options.dataFolder Data folder of `countersign dev`.
 * @throws UsageError if several apps run in the folder, or if the app on port 3000 belongs to another folder.
 */
export async function findApp(options: {
  readonly folder: string
  readonly dataFolder: string
  /** Default port of most frameworks. @default 3000 */
  readonly usualPort?: number
}): Promise<FoundApp> {
  const folder = await realpath(options.folder)
  const { usualPort = DEFAULT_PORT } = options
  const locked = await readNextLock(folder)
  if (locked) return { url: locked, foundBy: 'next dev in this folder' }
  const announced = await readAnnounced(options.dataFolder)
  const listeners = await listListeners()
  if (!listeners) {
    return announced
      ? { url: announced, foundBy: 'the app that last told countersign dev its address' }
      : byDefault(usualPort, 'the usual address')
  }
  const own = listeners.filter((one) => isInside(one.folder, folder) && isApp(one))
  const ports = [...new Set(own.map(({ port }) => port))]
  const port = pickPort(ports, { announced, usualPort })
  if (port !== undefined) return { url: urlOf(port), foundBy: 'it runs in this folder' }
  assertNoOtherApp(listeners, { folder, usualPort })
  return byDefault(usualPort, 'the usual address; no app runs in this folder')
}

function pickPort(
  ports: readonly number[],
  { announced, usualPort }: { readonly announced: URL | undefined; readonly usualPort: number },
): number | undefined {
  const told = Number(announced?.port)
  if (ports.includes(told)) return told
  if (ports.length <= 1) return ports[0]
  if (ports.includes(usualPort)) return usualPort
  const list = ports.map((port) => `  countersign doctor ${urlOf(port).origin}`).join('\n')
  throw new UsageError(`several programs of this folder listen. Name the app:\n${list}`)
}

function assertNoOtherApp(
  listeners: readonly Listener[],
  { folder, usualPort }: { readonly folder: string; readonly usualPort: number },
): void {
  const other = listeners.find(({ port }) => port === usualPort)
  // A program started in a parent folder may serve this folder.
  if (!other || isInside(folder, other.folder)) return
  throw new UsageError(
    `no app runs in ${folder}. ${urlOf(usualPort).origin} is another app, in ${other.folder}, so its answers say nothing about the .env files here.
Start the app of this folder, or name what to examine: countersign doctor http://localhost:PORT, or countersign doctor --dir ${other.folder}`,
  )
}

function isApp({ isCountersign, port }: Listener): boolean {
  return !isCountersign && port !== INSPECTOR_PORT
}

function isInside(path: string, folder: string): boolean {
  const below = relative(folder, path)
  return below === '' || !(below === '..' || below.startsWith('../'))
}

function byDefault(port: number, foundBy: string): FoundApp {
  return { url: urlOf(port), foundBy }
}

function urlOf(port: number): URL {
  return new URL(`http://localhost:${port}`)
}

/** Reads the app's address from the lock file of `next dev`, which Next 16 writes. */
async function readNextLock(folder: string): Promise<URL | undefined> {
  const { appUrl, pid } = await readJson(join(folder, '.next/dev/lock'))
  if (typeof appUrl !== 'string' || !URL.canParse(appUrl)) return undefined
  if (!isRunning(pid)) return undefined
  const { basePath } = await readJson(join(folder, '.next/dev/routes-manifest.json'))
  return new URL(typeof basePath === 'string' && basePath !== '' ? basePath : '/', appUrl)
}

async function readAnnounced(dataFolder: string): Promise<URL | undefined> {
  const { completionUrl } = await readJson(join(dataFolder, 'app.json'))
  if (typeof completionUrl !== 'string' || !URL.canParse(completionUrl)) return undefined
  return new URL(new URL(completionUrl).origin)
}

async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return v.parse(v.record(v.string(), v.unknown()), JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return {}
  }
}

function isRunning(pid: unknown): boolean {
  try {
    return typeof pid === 'number' && process.kill(pid, 0)
  } catch (error) {
    // The process belongs to another user, and is running.
    return errorCode(error) === 'EPERM'
  }
}
