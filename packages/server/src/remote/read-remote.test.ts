import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Canary, startCanary } from '../../test/canary.mjs'
import { ssrfHosts } from '../../test/ssrf-corpus.mjs'
import { createDialler } from './dialler.js'
import { createRemoteReader, type RemoteFile } from './read-remote.js'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

let server: Server
let canary: Canary
let origin: string
let answer: Answer
let requests: IncomingMessage[]

beforeAll(async () => {
  canary = await startCanary()
  server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
})
beforeEach(() => {
  requests = []
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  canary.close()
})

const reader = (options: { allow?: readonly string[]; totalTimeoutMs?: number } = {}) =>
  createRemoteReader(
    createDialler({
      allow: new Set([new URL(origin).host, ...(options.allow ?? [])]),
      connectTimeoutMs: 2000,
      ports: [canary.port],
      resolveHost: async () => ['127.0.0.1'],
    }),
    { maxRedirects: 3, totalTimeoutMs: options.totalTimeoutMs ?? 5000 },
  )

const whole = async ({ bytes, ...rest }: RemoteFile) => ({
  ...rest,
  text: (await buffer(bytes)).toString(),
})

const failure = (reason: string, path = '/a.png') => ({
  code: 'SOURCE_UNREACHABLE',
  message: `Error in loading ${origin}${path} - ${reason}`,
})

describe('a remote file', () => {
  it('has a name, type and length, and is requested without cookies, credentials or encodings', async () => {
    answer = (_request, response) => {
      response.writeHead(200, {
        'content-type': 'image/png',
        'content-length': 5,
        'set-cookie': 'a=b',
      })
      response.end('hello')
    }
    expect(await reader()(`${origin}/p/caf%C3%A9.png?x=1#y`, whole)).toEqual({
      filename: 'café.png',
      mimeType: 'image/png',
      announcedBytes: 5,
      text: 'hello',
    })
    const [request] = requests
    expect(request?.url).toBe('/p/caf%C3%A9.png?x=1')
    expect(Object.keys(request?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ])
    expect(request?.headers['accept-encoding']).toBe('identity')
  })

  it.each([
    ['gzip', gzipSync('hello')],
    ['br', brotliCompressSync('hello')],
  ])('that is sent as %s unasked is decoded', async (encoding, bytes) => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding })
      response.end(bytes)
    }
    expect(await reader()(`${origin}/a.png`, whole)).toMatchObject({
      text: 'hello',
      announcedBytes: undefined,
    })
  })

  it('in an unknown encoding is refused', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip, gzip' })
      response.end('x')
    }
    await expect(reader()(`${origin}/a.png`, whole)).rejects.toMatchObject(
      failure('ERR_CONTENT_ENCODING 0'),
    )
  })

  it('that is a decompression bomb is stopped when the caller stops reading', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    answer = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(bomb)
    }
    const counted = reader()(`${origin}/a.png`, async ({ bytes }) => {
      let total = 0
      for await (const chunk of bytes) {
        total += chunk.length
        if (total > 1_000_000) throw new RangeError('too large')
      }
    })
    await expect(counted).rejects.toThrow('too large')
  })

  it('with an error status is refused with the protocol’s text', async () => {
    for (const [status, text] of [
      [404, '404 Not Found'],
      [403, '403 Forbidden'],
      [500, '500 Internal Server Error'],
      [206, '206 Partial Content'],
      [204, '204 No Content'],
    ] as const) {
      answer = (_request, response) => void response.writeHead(status, 'Secret reason').end()
      await expect(reader()(`${origin}/a.png?token=1`, whole)).rejects.toMatchObject(failure(text))
    }
  })

  it('that breaks off or stalls is refused', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 10 })
      response.write('hal', () => response.destroy())
    }
    await expect(reader()(`${origin}/a.png`, whole)).rejects.toMatchObject(
      failure('ERR_READ_FAIL 0'),
    )
    answer = (_request, response) => void response.writeHead(200).write('hal')
    await expect(reader({ totalTimeoutMs: 100 })(`${origin}/a.png`, whole)).rejects.toMatchObject(
      failure('ERR_TIMEOUT 0'),
    )
    answer = () => {}
    await expect(reader({ totalTimeoutMs: 100 })(`${origin}/a.png`, whole)).rejects.toMatchObject(
      failure('ERR_TIMEOUT 0'),
    )
  })

  it('behind a closed port is unreachable', async () => {
    const closed = await startCanary()
    closed.close()
    const address = `http://127.0.0.1:${closed.port}/a.png`
    const read = reader({ allow: [new URL(address).host] })(address, whole)
    await expect(read).rejects.toMatchObject({
      message: `Error in loading ${address} - ERR_CONNECT_FAIL 0`,
    })
  })
})

describe('a redirect', () => {
  const redirect = (location: string): Answer => {
    return (_request, response) => void response.writeHead(302, { location }).end()
  }

  it('is followed three times, but not four', async () => {
    answer = ({ url = '' }, response) => {
      const left = Number(url.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(301, { location: String(left - 1) }).end()
    }
    expect(await reader()(`${origin}/3`, whole)).toMatchObject({ text: 'there', filename: '3' })
    await expect(reader()(`${origin}/4`, whole)).rejects.toMatchObject(
      failure('ERR_TOO_MANY_REDIRECTS 0', '/4'),
    )
  })

  it('to a private host is reported like a host that does not exist, without a connection', async () => {
    // Only these hosts are valid in a header.
    const hosts = ssrfHosts().filter((host) => /^[\x21-\x7e]+$/.test(host))
    for (const host of hosts.filter((_, index) => index % 10 === 0)) {
      answer = redirect(`http://${host}:${canary.port}/`)
      await expect(reader()(`${origin}/a.png`, whole)).rejects.toMatchObject(
        failure('ERR_DNS_FAIL 0'),
      )
    }
    expect(canary.connections()).toBe(0)
  })

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'http://user:word@example.com/', '//'])(
    'to %s is not followed',
    async (location) => {
      answer = redirect(location)
      await expect(reader()(`${origin}/a.png`, whole)).rejects.toMatchObject(
        failure('ERR_UNSAFE_REDIRECT 0'),
      )
    },
  )
})

describe('an address', () => {
  it.each([
    ['ftp://example.com/a.png', /^Fetching ftp: is not supported/],
    ['s3://bucket/a.png', /^Fetching s3: is not supported/],
    ['gs://bucket/a.png', /^Fetching gs: is not supported/],
    ['file:///etc/passwd', /^Fetching file: is not supported/],
    ['javascript:alert(1)', /^Fetching javascript: is not supported/],
    ['http://user:password@example.com/a.png', /^An address to fetch must not hold a user name/],
    ['a.png', /^The file is neither bytes/],
    ['http://', /^The file is neither bytes/],
    ['http://[fe80::1%25eth0]/', /^The file is neither bytes/],
    [`http://example.com/${'a'.repeat(5000)}`, /^The file is neither bytes/],
  ])('%s is refused with the reason', async (address, message) => {
    await expect(reader()(address, whole)).rejects.toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringMatching(message),
    })
    expect(requests).toEqual([])
  })
})
