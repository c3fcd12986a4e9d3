/**
 * Creates apps for tests of the doctor: a folder of files and real routes on an own port, from a
 * description. @module
 */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { SCOPES } from '@countersign/protocol/params'
import { type AnnouncedApps, createMediaServer, readConfig } from '@countersign/server'
import { type Report, type ReportedFinding, runChecks } from '../src/doctor/run-checks.js'
import type { ExamineOptions } from '../src/doctor/subject.js'

/** Answers one request. */
export type PlayedRoute = (request: Request) => Response | Promise<Response>

/** Description of a test app. */
export interface PlayedApp {
  /** File contents by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Routes by path; every other path is a 404 page. */
  readonly routes?: Readonly<Record<string, PlayedRoute>>
}

/** Cleanup functions that run after each test. */
export type Cleanup = () => Promise<unknown>

/** Writes a folder of files. */
export async function writeFolder(
  files: Readonly<Record<string, string>>,
  cleanups: Cleanup[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-app-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

/** Starts an app. */
export async function playApp(
  app: PlayedApp,
  cleanups: Cleanup[],
): Promise<{ url: URL; folder: string; requests: Request[] }> {
  const folder = await writeFolder(app.files ?? {}, cleanups)
  const requests: Request[] = []
  const server = createServer(async (incoming, outgoing) => {
    const url = `http://${incoming.headers.host}${incoming.url}`
    const method = incoming.method ?? 'GET'
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers: incoming.headers as Record<string, string>,
    }
    if (method !== 'GET') {
      Object.assign(init, { body: Readable.toWeb(incoming), duplex: 'half' })
    }
    const request = new Request(url, init)
    requests.push(request)
    const route = app.routes?.[new URL(url).pathname]
    const answer = route
      ? await route(request)
      : new Response('<!doctype html>not found', { status: 404 })
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    outgoing.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: new URL(`http://127.0.0.1:${port}`), folder, requests }
}

/** Starts an app and runs the doctor on it. */
export async function examineApp(
  app: PlayedApp,
  cleanups: Cleanup[],
  options: Partial<ExamineOptions> = {},
): Promise<Report & { of: (check: string) => ReportedFinding }> {
  const { url, folder } = await playApp(app, cleanups)
  const report = await runChecks({ url, folder, timeoutMs: 1000, ...options })
  return Object.assign(report, {
    of: (check: string) => {
      const finding = report.findings.find((one) => one.check === check)
      if (!finding) throw new Error(`no finding of ${check}`)
      return finding
    },
  })
}

/** Name of the media server's cloud. */
export const CLOUD = 'testing'
/** A key with the scope `upload` for browsers. */
export const UPLOAD_KEY = { id: '111111111111111', secret: 'upload-canary-0001-Kd9s_x-72hfG' }
/** A key with all scopes. */
export const FULL_KEY = { id: '222222222222222', secret: 'manage-canary-0002-Zq81_b-0aLmP' }

/** Starts a real media server with both keys. */
export async function startMediaServer(
  cleanups: Cleanup[],
  options: { readonly now?: () => number; readonly apps?: AnnouncedApps } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-media-'))
  const server = await createMediaServer({
    ...options,
    config: {
      ...readConfig({
        PORT: '0',
        COUNTERSIGN_LOG_LEVEL: 'silent',
        COUNTERSIGN_STORAGE: `file:${folder}`,
        COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
      }),
      ...(options.apps ? { mode: 'dev' as const } : {}),
      keys: [
        { cloud: CLOUD, ...UPLOAD_KEY, scopes: ['upload'], state: 'active' },
        { cloud: CLOUD, ...FULL_KEY, scopes: SCOPES, state: 'active' },
      ],
    },
  })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  cleanups.push(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })
  return address
}

/** Returns the `.env.local` of an app; `null` leaves a variable out. */
export function envFile(changes: Readonly<Record<string, string | null>> = {}): string {
  const values: Record<string, string | null> = {
    NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME: CLOUD,
    NEXT_PUBLIC_CLOUDINARY_API_KEY: UPLOAD_KEY.id,
    CLOUDINARY_API_SECRET: UPLOAD_KEY.secret,
    ...changes,
  }
  return Object.entries(values)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}\n`]))
    .join('')
}
