/** Starts a real server for tests, with temporary folders, a free port and two keys. @module */

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WireParams } from '@countersign/protocol/params'
import { SCOPES } from '@countersign/protocol/params'
import { apiSignRequest } from '@countersign/protocol/signature'
import type { Key } from '../src/catalog/key.js'
import type { EventTopic, ListedEvent } from '../src/catalog/outbox-event.js'
import type { ServerConfig } from '../src/config.js'
import { DEFAULT_SERVER_LIMITS } from '../src/limits.js'
import { createMediaServer, type MediaServer } from '../src/media-server.js'
import type { MediaServerOptions } from '../src/server-options.js'

/** Name of the cloud in tests. */
export const CLOUD = 'testing'

/** A key with the scope `upload`, limited by the preset `default`. */
export const UPLOAD_KEY: Key = {
  cloud: CLOUD,
  id: '111111111111111',
  secret: 'upload-key-secret-of-the-tests-0001',
  scopes: ['upload'],
  state: 'active',
}

/** A key with all scopes. */
export const FULL_KEY: Key = {
  cloud: CLOUD,
  id: '222222222222222',
  secret: 'full-key-secret-of-the-tests-000002',
  scopes: SCOPES,
  state: 'active',
}

/** Numbers of assets, blobs and staging files of a server. */
export interface Kept {
  readonly assets: number
  readonly blobs: number
  readonly staged: number
}

/** A server under test. */
export interface RunningServer {
  readonly server: MediaServer
  readonly address: string
  readonly folder: string
  /** Log lines written so far. */
  readonly logs: string[]
  /** Sends `POST /v1_1/testing/<path>` with a form or a raw body. */
  post(
    path: string,
    form: FormData | Record<string, string> | string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** Counts the stored assets, blobs and staging files. */
  kept(): Promise<Kept>
  close(): Promise<void>
}

/** An answer with its parsed body. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  readonly json: any
}

/** Returns the settings of most tests. */
export function testConfig(folder: string, changes: Partial<ServerConfig> = {}): ServerConfig {
  return {
    mode: 'serve',
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    keys: [UPLOAD_KEY, FULL_KEY],
    storageFolder: folder,
    databaseFile: join(folder, 'catalog.db'),
    folderMode: 'dynamic',
    transformations: 'open',
    legacySignatures: false,
    refuseSha1: false,
    ...DEFAULT_SERVER_LIMITS,
    // The tests must run on any disk.
    minFreeBytes: 0,
    minFreePercent: 0,
    completionUrl: null,
    notificationUrls: [],
    webhookSecret: null,
    remoteAllow: [],
    trustedProxies: [],
    logLevel: 'info',
    ...changes,
  }
}

/** Starts a server. With `folder`, the server uses the data of an earlier one. */
export async function startTestServer(
  changes: Partial<ServerConfig> = {},
  options: Partial<MediaServerOptions> & { folder?: string } = {},
): Promise<RunningServer> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'countersign-')))
  const logs: string[] = []
  const server = await createMediaServer({
    config: testConfig(folder, changes),
    logStream: { write: (line) => void logs.push(line) },
    ...options,
  })
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  return {
    server,
    address,
    folder,
    logs,
    async post(path, form, headers = {}) {
      const isBody =
        form instanceof FormData || typeof form === 'string' || form instanceof Uint8Array
      const body = isBody ? form : toForm(form)
      const response = await fetch(`${address}/v1_1/${CLOUD}/${path}`, {
        method: 'POST',
        body,
        headers,
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        json: text ? JSON.parse(text) : undefined,
      }
    },
    async kept() {
      return {
        assets: await countAssets(server),
        blobs: await countFiles(join(folder, 'blobs')),
        staged: await countFiles(join(folder, 'staging')),
      }
    },
    async close() {
      server.server.closeAllConnections()
      await server.close()
      if (!options.folder) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Signs parameters with a key. Adds the current time as `timestamp` if none is given. */
export function signed(
  key: Key,
  params: WireParams = {},
  options: { algorithm?: 'sha1' | 'sha256' } = {},
): Record<string, string> {
  const all = { timestamp: Math.floor(Date.now() / 1000), ...params }
  const signature = apiSignRequest(all, key.secret, { algorithm: options.algorithm ?? 'sha256' })
  const texts = Object.entries(all).map(([name, value]) => [name, String(value)] as const)
  return { ...Object.fromEntries(texts), api_key: key.id, signature }
}

/** Creates a form with fields, and a file after them. */
export function formOf(
  fields: Record<string, string>,
  file?: { bytes: Uint8Array; name?: string; type?: string },
): FormData {
  const form = toForm(fields)
  if (file) {
    form.append(
      'file',
      new Blob([Buffer.from(file.bytes)], { type: file.type ?? '' }),
      file.name ?? 'file',
    )
  }
  return form
}

/** Creates a Basic authorization header. */
export function basic(key: Key): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${key.id}:${key.secret}`).toString('base64')}` }
}

function toForm(fields: Record<string, string>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}

/** Returns the events of a topic that are not done or dead. */
export async function pendingEvents(
  { services }: MediaServer,
  topic: EventTopic,
): Promise<readonly ListedEvent[]> {
  const events = await services.catalog.listEvents({ state: 'pending', maxResults: 500 })
  return events.filter((event) => event.topic === topic)
}

async function countAssets(server: MediaServer): Promise<number> {
  const counts = await Promise.all(
    (['image', 'video', 'raw'] as const).map(async (resourceType) => {
      const page = await server.services.catalog.listAssets({
        cloud: CLOUD,
        resourceType,
        maxResults: 500,
      })
      return page.assets.length
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).length
}
