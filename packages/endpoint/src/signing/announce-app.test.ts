import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Announcement, createAnnouncer } from './announce-app.js'

let server: Server
let bodies: string[]
let status: number
let uploadUrl: string

beforeEach(async () => {
  bodies = []
  status = 204
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(`${request.url}?${body}`)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  uploadUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1_1/acme`
})
afterEach(() => void server.close())

const key = { id: '1', secret: 'a-secret-of-the-tests-0123456789' }
const announcement = (changes: object = {}) => ({
  request: new Request('http://localhost:3005/base/api/sign/?token=hidden'),
  uploadUrl,
  key,
  completes: true,
  limits: [{ maxBytes: 5 }, {}],
  nowSeconds: 1_790_000_000,
  ...changes,
})
function announcer(isDevelopment = true, now = () => 0) {
  const announce = createAnnouncer({ isDevelopment: () => isDevelopment, basePath: () => '', now })
  return (announced: Announcement) => announce(announced.uploadUrl, () => announced)
}

it('sends the address of the route without its query, and never the secret', async () => {
  await announcer()(announcement())
  expect(bodies).toHaveLength(1)
  const sent = new URLSearchParams(bodies[0]?.split('?')[1])
  expect(sent.get('app_url')).toBe('http://localhost:3005/base/api/sign/')
  expect(sent.get('app_completes')).toBe('true')
  expect(sent.get('app_limits')).toBe('[{"max_bytes":5},{}]')
  expect(sent.get('signature')).toMatch(/^[0-9a-f]{64}$/)
  expect(bodies[0]).not.toMatch(/hidden|a-secret/)
})

it.each([
  ['/base', 'http://localhost:3005/api/sign', 'http://localhost:3005/base/api/sign'],
  ['/base', 'http://localhost:3005/base/api/sign', 'http://localhost:3005/base/api/sign'],
  ['', 'http://localhost:3005/api/sign', 'http://localhost:3005/api/sign'],
])('sends the basePath %j of Next once for %s', async (basePath, url, announced) => {
  const options = { isDevelopment: () => true, basePath: () => basePath, now: () => 0 }
  const described = announcement({ request: new Request(url) })
  await createAnnouncer(options)(uploadUrl, () => described)
  expect(new URLSearchParams(bodies[0]?.split('?')[1]).get('app_url')).toBe(announced)
})

it('sends nothing outside development', async () => {
  await announcer(false)(announcement())
  expect(bodies).toEqual([])
})

it('waits a minute after a server has refused an announcement', async () => {
  let now = 0
  const announce = announcer(true, () => now)
  status = 404
  await announce(announcement())
  await announce(announcement())
  expect(bodies).toHaveLength(1)
  now = 60_000
  await announce(announcement())
  expect(bodies).toHaveLength(2)
})

it('sends one announcement for signatures that arrive together, and the next one 5 s later', async () => {
  let now = 0
  const announce = announcer(true, () => now)
  await Promise.all([announce(announcement()), announce(announcement())])
  now = 4999
  await announce(announcement())
  expect(bodies).toHaveLength(1)
  now = 5000
  await announce(announcement())
  expect(bodies).toHaveLength(2)
})

it('does not try again for 5 s if no server listens', async () => {
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const announce = announcer()
  await announce(announcement())
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await announce(announcement())
  expect(bodies).toEqual([])
})

it('resolves without a server', async () => {
  await new Promise((resolve) => server.close(resolve))
  expect(await announcer()(announcement())).toBeUndefined()
})

it('sends nothing to a server on another machine', async () => {
  // RFC 2606 reserves this host name, so that it never resolves.
  await announcer()(announcement({ uploadUrl: 'https://media.invalid/v1_1/acme' }))
  expect(bodies).toEqual([])
})
