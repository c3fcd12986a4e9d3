import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  basic,
  CLOUD,
  FULL_KEY,
  type RunningServer,
  startTestServer,
} from '../../test/running-server.js'

let running: RunningServer
beforeAll(async () => {
  running = await startTestServer()
})
afterAll(() => running.close())

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

/** Sends the path as it is written here: fetch would resolve its dots and slashes. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const { hostname, port } = new URL(running.address)
  const sent = request({
    hostname,
    port,
    method,
    path,
    headers: { origin: 'https://app.example', ...headers },
  })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return { status: answer.statusCode ?? 0, headers: answer.headers }
}

function preflight(path: string, method: string, requested = 'authorization'): Promise<Reply> {
  return ask('OPTIONS', path, {
    'access-control-request-method': method,
    'access-control-request-headers': requested,
  })
}

const corsHeaders = (headers: IncomingHttpHeaders): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'))

const api = (rest: string): string => `/v1_1/${CLOUD}/${rest}`

/** One path for each call of the Admin API, with the calls that this server does not support. */
const ADMIN_PATHS = [
  'ping',
  'resources',
  'resources/image',
  'resources/image/upload',
  'resources/image/upload/sample',
  'resources/image/upload/a/b/c',
  'resources/image/tags/red',
  `resources/${'a'.repeat(32)}`,
  `resources/backup/${'a'.repeat(32)}`,
  'resources/search',
  'resources/upload',
  'resources/download',
  'resources/generate_archive',
  'tags/image',
  'tags/upload',
  'upload_presets',
  'upload_presets/default',
  'upload_presets/download',
  'metadata_fields',
  'metadata_fields/sku',
  'metadata_fields/sku/datasource',
  'metadata_rules',
  'folders/a',
  'folders/upload',
  'transformations',
  'transformations/upload',
  'upload_mappings/upload',
  'streaming_profiles/hd',
  'triggers/upload',
  'usage',
  'config',
  'provisioning/upload',
]

/** Other spellings of a path of the Admin API. */
const SPELLINGS: readonly ((rest: string) => string)[] = [
  api,
  (rest) => `${api(rest)}?max_results=1`,
  (rest) => `${api(rest)}/`,
  (rest) => `/${api(rest)}`,
  (rest) => `/v1_1//${CLOUD}/${rest}`,
  (rest) => `/v1_1/${CLOUD}//${rest}`,
  (rest) => `/v1_1/x/../${CLOUD}/${rest}`,
  (rest) => `/v1_1/${CLOUD}/image/../${rest}`,
  (rest) => `/v1_1/${CLOUD}/./${rest}`,
  (rest) => api(percent(rest, 0)),
  (rest) => api(percent(rest, 1)),
  (rest) =>
    api(
      rest.replace(/^[^/]+/, (first) => Buffer.from(first).toString('hex').replace(/../g, '%$&')),
    ),
  (rest) => api(rest.replaceAll('/', '%2F')),
  (rest) => api(rest.replaceAll('/', '%2f')),
  (rest) => api(percent(rest, 0).replaceAll('/', '%2f')),
  (rest) => api(`%25${percent(rest, 0).slice(1)}`),
  (rest) => api(rest.toUpperCase()),
  (rest) => `/%761_1/${CLOUD}/${rest}`,
  (rest) => `/v1%5f1/${CLOUD}/${rest}`,
  (rest) => `/v1%5F1/${CLOUD}/${rest}`,
  (rest) => `/v1_1/${percent(CLOUD, 0)}/${rest}`,
  (rest) => `/v1_1%2F${CLOUD}/${rest}`,
  (rest) => `/v1_1/${CLOUD}%2F${rest}`,
  (rest) => `/%761_1//${CLOUD}/${rest}`,
  (rest) => `//%761_1/${CLOUD}/${rest}`,
]

/** Percent-encodes one character of a text. */
function percent(text: string, at: number): string {
  const code = text.charCodeAt(at).toString(16)
  return `${text.slice(0, at)}%${code}${text.slice(at + 1)}`
}

describe('the Admin API', () => {
  it.each(ADMIN_PATHS)('answers pages of other origins without a CORS header: %s', async (rest) => {
    for (const spell of SPELLINGS) {
      const path = spell(rest)
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) {
        const opened = await preflight(path, method)
        expect(corsHeaders(opened.headers), `preflight of ${method} ${path}`).toEqual([])
        for (const headers of [{}, basic(FULL_KEY)]) {
          const answer = await ask(method, path, headers)
          expect(corsHeaders(answer.headers), `${method} ${path}`).toEqual([])
        }
      }
    }
  })

  it('still answers authorized requests', async () => {
    expect((await ask('GET', api('ping'), basic(FULL_KEY))).status).toBe(200)
    expect((await ask('GET', api('%70ing'), basic(FULL_KEY))).status).toBe(200)
    expect((await ask('GET', api('resources%2Fimage'), basic(FULL_KEY))).status).toBe(200)
  })
})

describe('paths of routes without CORS', () => {
  it.each(['/health', '/ready', '/', '/nowhere', api('nothing'), api('nothing/at/all/here')])(
    'are closed to pages of other origins: %s',
    async (path) => {
      for (const method of ['GET', 'POST']) {
        expect(corsHeaders((await ask(method, path)).headers)).toEqual([])
        expect(corsHeaders((await preflight(path, method)).headers)).toEqual([])
      }
    },
  )
})

const NONCE = 'a'.repeat(32)
const UPLOAD_PATHS: readonly (readonly [method: string, path: string])[] = [
  ['POST', api('upload')],
  ...['image', 'video', 'raw', 'auto'].map((type) => ['POST', api(`${type}/upload`)] as const),
  ['POST', api('image/upload_chunked')],
  ['POST', api('image/%75pload')],
  ['POST', api('%69mage/upload')],
  ...['destroy', 'rename', 'explicit', 'tags', 'context', 'metadata', 'text', 'nonsense'].map(
    (action) => ['POST', api(`image/${action}`)] as const,
  ),
  ['POST', api('all/generate_archive')],
  ['POST', api('asset/destroy')],
  ['POST', api('delete_by_token')],
  ['POST', api('image/delete_by_token')],
  ['GET', api(`completions/${NONCE}`)],
  ['GET', api(`upload_sessions/${NONCE}`)],
  ['GET', api('image/download')],
  ['GET', api('all/generate_archive')],
  ['GET', api('download_backup')],
]

describe('uploads and related routes', () => {
  it.each(UPLOAD_PATHS)('are open to pages of other origins: %s %s', async (method, path) => {
    const opened = await preflight(path, method)
    expect(opened.status).toBe(204)
    expect(opened.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-max-age': '86400',
    })
    expect(opened.headers['access-control-allow-methods']).toContain(method)
    expect(opened.headers).not.toHaveProperty('access-control-allow-credentials')
    const answer = await ask(method, path)
    // Error answers need CORS headers too, because the page must read the error text.
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.headers['access-control-expose-headers']).toContain('Retry-After')
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
  })
})

describe('a preflight', () => {
  const upload = api('image/upload')
  const allowed = async (requested: string, path = upload): Promise<readonly string[]> => {
    const { headers } = await preflight(path, 'POST', requested)
    expect(headers.vary?.toLowerCase().split(/, */)).toContain('access-control-request-headers')
    return (headers['access-control-allow-headers'] ?? '').toLowerCase().split(/, */)
  }

  it.each([
    'traceparent,tracestate',
    'sentry-trace,baggage',
    'dpr,viewport-width',
    'x-csrf-token',
    'x-xsrf-token, x-requested-with',
    'x-prototype-version',
    'content-disposition,content-md5',
    'authorization,content-range,content-type,x-unique-upload-id',
    'X-App-Version , Accept',
    "!#$%&'*+-.^_`|~09az",
  ])('allows the headers that the page asks for: %s', async (requested) => {
    const names = requested
      .toLowerCase()
      .split(',')
      .map((name) => name.trim())
    for (const [method, path] of UPLOAD_PATHS) {
      const { headers } = await preflight(path, method, requested)
      expect(headers['access-control-allow-headers']?.toLowerCase().split(/, */)).toEqual(
        expect.arrayContaining(names),
      )
    }
    // A page that fetches a stored image with the same HTTP client requests the same headers.
    const stored = await preflight(`/${CLOUD}/image/upload/sample.png`, 'GET', requested)
    expect(stored.headers['access-control-allow-headers']?.toLowerCase().split(/, */)).toEqual(
      expect.arrayContaining(names),
    )
    expect(stored.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-max-age': '86400',
      vary: 'Access-Control-Request-Headers',
    })
  })

  it('allows the headers that uploads need if the page requests none', async () => {
    const answer = await ask('OPTIONS', upload, { 'access-control-request-method': 'POST' })
    expect(answer.headers['access-control-allow-headers']).toContain('X-Unique-Upload-Id')
    expect(answer.headers['access-control-allow-headers']).toContain('Content-Range')
  })

  it('names each header once', async () => {
    const names = await allowed('content-type,Content-Type,dpr,DPR')
    expect(names.filter((name) => name === 'content-type')).toHaveLength(1)
    expect(names.filter((name) => name === 'dpr')).toHaveLength(1)
  })

  it('ignores text that is not a header name', async () => {
    const names = await allowed('dpr,*,a b,x:y,{"a"},ü,,<script>,x/y,"q"')
    expect(names).toContain('dpr')
    expect(names.every((name) => /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name))).toBe(true)
    expect(names).not.toContain('*')
  })

  it('allows names of up to 128 characters, and 64 of them', async () => {
    const names = await allowed(`${'a'.repeat(128)},${'b'.repeat(129)}`)
    expect(names).toContain('a'.repeat(128))
    expect(names).not.toContain('b'.repeat(129))
    const many = await allowed(Array.from({ length: 65 }, (_, at) => `x-${at}`).join())
    expect(many).toContain('x-63')
    expect(many).not.toContain('x-64')
  })

  it('for a private network gets the usual answer, without access to that network', async () => {
    const { status, headers } = await ask('OPTIONS', upload, {
      'access-control-request-method': 'POST',
      'access-control-request-private-network': 'true',
    })
    expect(status).toBe(204)
    expect(headers).not.toHaveProperty('access-control-allow-private-network')
  })
})
