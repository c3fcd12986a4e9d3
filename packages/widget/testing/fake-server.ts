/** A fake signing endpoint and upload server for tests of pages with the widget. Uses real HTTP; each test sets the answers. @module */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An upload request that the server received. */
export interface ReceivedUpload {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Names of the form fields, in order. */
  readonly order: readonly string[]
  readonly fields: Readonly<Record<string, string>>
  readonly fileName: string
  /** Size of the file, or of its part, in bytes. */
  readonly fileSize: number
}

/** An answer of the fake server. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a string as HTML. */
  readonly body: object | string
}

/** A running fake server. */
export interface FakeServer {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string
  /** Number of requests for the discovery document. */
  discoveries: number
  /** Bodies of the signing requests. */
  readonly signings: Record<string, unknown>[]
  /** Upload requests in order of arrival. */
  readonly uploads: ReceivedUpload[]
  /** `METHOD path` of every request. */
  readonly requests: string[]
  /** Answer to a `POST /sign` that asks for the discovery document. @default a Countersign endpoint's document without limits */
  discovery: Answer
  /** Answer to any other `POST /sign`. @default a signature in merge mode */
  sign: (body: Record<string, unknown>) => Answer | Promise<Answer>
  /** Answer to an upload; `null` cuts the connection. @default an uploaded asset */
  upload: (upload: ReceivedUpload) => Answer | null | Promise<Answer | null>
  /** Answers for other paths. */
  readonly pages: Map<string, Answer>
  /** Resolves once the given number of uploads have arrived and been answered. */
  waitForUploads(count: number): Promise<void>
  close(): Promise<void>
}

/** Starts a fake server on a free port, or on the given one. */
export async function startFakeServer(port = 0): Promise<FakeServer> {
  const server = createServer((request, response) => {
    // A client that aborted its request does not read the answer.
    answer(fake, request, response, answered).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const answered = createCounter()
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const fake: FakeServer = {
    origin,
    discoveries: 0,
    signings: [],
    uploads: [],
    requests: [],
    discovery: { body: discoveryBody(origin) },
    sign: (body) => ({ body: mergeAnswer(origin, body) }),
    upload: (upload) => ({ body: assetBody(origin, upload, fake.uploads.length) }),
    pages: new Map(),
    waitForUploads: answered.reach,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return fake
}

/** Parameter rules in the discovery document. They fix the folder. */
const PARAMS = {
  folder: { const: 'users/42' },
  public_id: { max_length: 255 },
  tags: { max_items: 100, items: { max_length: 255 } },
}

/** Returns the discovery document of a Countersign endpoint. */
export function discoveryBody(origin: string, limits: object = {}): object {
  const presets = { default: { limits, params: PARAMS } }
  return {
    version: 1,
    cloud_name: 'demo',
    api_key: '111',
    upload_url: `${origin}/v1_1/demo`,
    presets,
  }
}

/** Returns a signing answer in merge mode: the requested parameters, and a fixed folder. */
export function mergeAnswer(origin: string, body: Record<string, unknown>): object {
  const asked = body.paramsToSign as Record<string, string | number>
  const params = Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [name, String(value)]),
  )
  return {
    signature: 'f'.repeat(64),
    api_key: '111',
    cloud_name: 'demo',
    upload_url: `${origin}/v1_1/demo`,
    params: { ...params, folder: 'users/42', nonce: String(body.nonce) },
  }
}

/** Returns the upload server's answer to an upload. */
export function assetBody(origin: string, upload: ReceivedUpload, number: number): object {
  return {
    asset_id: String(number).padStart(32, '0'),
    public_id: `users/42/photo${number}`,
    version: 1700000000,
    version_id: '0'.repeat(32),
    signature: 'e'.repeat(40),
    width: 37,
    height: 21,
    format: 'png',
    resource_type: 'image',
    created_at: '2026-01-01T00:00:00Z',
    tags: [],
    bytes: upload.fileSize,
    type: 'upload',
    etag: 'd'.repeat(32),
    url: `${origin}/demo/image/upload/v1700000000/users/42/photo${number}.png`,
    secure_url: `${origin}/demo/image/upload/v1700000000/users/42/photo${number}.png`,
    original_filename: upload.fileName.replace(/\.[^.]+$/, ''),
  }
}

async function answer(
  fake: FakeServer,
  request: IncomingMessage,
  response: ServerResponse,
  answered: Counter,
): Promise<void> {
  const path = request.url?.split('?')[0] ?? '/'
  fake.requests.push(`${request.method} ${path}`)
  const body = await readBody(request)
  const page = fake.pages.get(path)
  if (page) return send(response, page)
  if (path === '/sign' && request.method !== 'POST')
    return send(response, { status: 405, body: '' })
  if (path === '/sign' && request.headers.accept?.includes('discovery')) {
    fake.discoveries += 1
    return send(response, fake.discovery)
  }
  if (path === '/sign') {
    const signing = JSON.parse(body.toString()) as Record<string, unknown>
    fake.signings.push(signing)
    return send(response, await fake.sign(signing))
  }
  // As in production, the page has another origin.
  for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value)
  if (request.method === 'OPTIONS') return void response.writeHead(204).end()
  if (!path.startsWith('/v1_1/')) return send(response, { status: 404, body: '<p>Not found' })
  const upload = await readUpload(path, request, body)
  fake.uploads.push(upload)
  const reply = await fake.upload(upload)
  if (reply) send(response, reply)
  else request.socket.destroy()
  answered.add()
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'X-Unique-Upload-Id, Content-Range, X-Requested-With',
}

interface Counter {
  readonly add: () => void
  readonly reach: (count: number) => Promise<void>
}

function createCounter(): Counter {
  let count = 0
  const waiting = new Set<() => void>()
  return {
    add() {
      count += 1
      for (const look of waiting) look()
    },
    reach: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (count < wanted) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Answer): void {
  const isText = typeof body === 'string'
  const type = isText ? 'text/html; charset=utf-8' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(isText ? body : JSON.stringify(body))
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

async function readUpload(
  path: string,
  { headers }: IncomingMessage,
  body: Buffer,
): Promise<ReceivedUpload> {
  const parsed = new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  })
  const entries = [...(await parsed.formData())]
  const file = entries.find(([name]) => name === 'file')?.[1]
  const fields = entries.filter(([, value]) => typeof value === 'string') as [string, string][]
  return {
    path,
    headers,
    order: entries.map(([name]) => name),
    fields: Object.fromEntries(fields),
    fileName: file instanceof File ? file.name : '',
    fileSize: file instanceof File ? file.size : 0,
  }
}
