import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { get, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { decorateClientAddress } from './client-address.js'

const apps: FastifyInstance[] = []

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

function appWith(trustedProxies: readonly string[]): FastifyInstance {
  const app = Fastify()
  apps.push(app)
  decorateClientAddress(app, { trustedProxies })
  app.get('/', async (request) => request.client)
  return app
}

/** Returns the client that a server with these trusted proxies finds. */
async function clientOf(
  trustedProxies: readonly string[],
  peer: string,
  headers: Record<string, string | string[]> = {},
): Promise<{ address: string; network: string }> {
  const answer = await appWith(trustedProxies).inject({ url: '/', remoteAddress: peer, headers })
  return answer.json()
}

const forwarded = (text: string | string[]) => ({ 'x-forwarded-for': text })

describe('the client of a request', () => {
  it('is the peer of the connection; its network is the /64 of an IPv6 address', async () => {
    expect(await clientOf([], '192.0.2.1')).toEqual({ address: '192.0.2.1', network: '192.0.2.1' })
    expect(await clientOf([], '::ffff:192.0.2.1')).toEqual({
      address: '192.0.2.1',
      network: '192.0.2.1',
    })
    expect(await clientOf([], '2001:db8:1:2:3:4:5:6')).toEqual({
      address: '2001:db8:1:2:3:4:5:6',
      network: '2001:db8:1:2::/64',
    })
  })

  it('ignores the forwarded header of an untrusted sender', async () => {
    const headers = {
      'x-forwarded-for': '198.51.100.7',
      forwarded: 'for=198.51.100.7',
      'x-real-ip': '198.51.100.7',
    }
    expect(await clientOf([], '192.0.2.1', headers)).toMatchObject({ address: '192.0.2.1' })
    expect(await clientOf(['10.0.0.0/8'], '192.0.2.1', headers)).toMatchObject({
      address: '192.0.2.1',
    })
  })

  it('is the entry that the trusted proxy appended, not an earlier entry', async () => {
    const written = forwarded('198.51.100.7, 127.0.0.1, 203.0.113.9')
    expect(await clientOf(['127.0.0.1'], '127.0.0.1', written)).toMatchObject({
      address: '203.0.113.9',
    })
    const twice = forwarded(['198.51.100.7', '203.0.113.9'])
    expect(await clientOf(['127.0.0.1'], '127.0.0.1', twice)).toMatchObject({
      address: '203.0.113.9',
    })
  })

  it('is found behind several proxies that are trusted by network or name', async () => {
    const written = forwarded('198.51.100.7, 203.0.113.9, 10.1.2.3')
    expect(await clientOf(['loopback', '10.0.0.0/8'], '::1', written)).toMatchObject({
      address: '203.0.113.9',
    })
    expect(await clientOf(['loopback'], '::1', written)).toMatchObject({ address: '10.1.2.3' })
    const all = forwarded('10.9.9.9, 10.1.2.3')
    expect(await clientOf(['10.0.0.0/8'], '10.0.0.1', all)).toMatchObject({ address: '10.9.9.9' })
  })

  it.each([
    ['[2001:db8:1:2::9]:50123', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['203.0.113.9:50123', '203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9', '203.0.113.9'],
    ['64:ff9b::203.0.113.9', '203.0.113.9', '203.0.113.9'],
    ['fe80::9%eth0', 'fe80::9', 'fe80::/64'],
  ])('is read if a trusted proxy writes %s', async (text, address, network) => {
    expect(await clientOf(['::1'], '::1', forwarded(text))).toEqual({ address, network })
  })

  it('is found behind trusted proxies with a port or an IPv4-mapped address', async () => {
    const written = forwarded('203.0.113.9, [::ffff:10.0.0.2]:443, 10.0.0.1:80')
    expect(await clientOf(['10.0.0.0/8'], '::ffff:10.0.0.3', written)).toMatchObject({
      address: '203.0.113.9',
    })
  })

  it.each([
    'unknown',
    '_hidden',
    '1.2.3',
    '"203.0.113.9"',
    '203.0.113.9;',
    'a'.repeat(5000),
    ', ,',
  ])('is the trusted proxy itself if the proxy writes %s', async (text) => {
    expect(await clientOf(['127.0.0.1'], '127.0.0.1', forwarded(text))).toMatchObject({
      address: '127.0.0.1',
    })
  })

  it('is the nearest known address if garbage precedes it', async () => {
    const written = forwarded('198.51.100.7, unknown, 10.0.0.2')
    expect(await clientOf(['10.0.0.0/8'], '10.0.0.1', written)).toMatchObject({
      address: '10.0.0.2',
    })
  })

  it('is the address from a proxy on a Unix socket, because that proxy runs on this machine', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-socket-'))
    const clientOver = async (trustedProxies: readonly string[], headers: OutgoingHttpHeaders) => {
      const app = appWith(trustedProxies)
      const path = join(folder, `${apps.length}`)
      await app.listen({ path })
      const [answer] = await once(get({ socketPath: path, path: '/', headers }), 'response')
      return JSON.parse(String(await buffer(answer)))
    }
    const headers = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' }
    expect(await clientOver(['loopback'], headers)).toMatchObject({ address: '203.0.113.9' })
    expect(await clientOver(['loopback'], {})).toMatchObject({ network: 'unknown' })
    expect(await clientOver(['10.0.0.0/8'], headers)).toMatchObject({ network: 'unknown' })
    await rm(folder, { recursive: true })
  })

  it('is still known after the connection was closed', async () => {
    const app = appWith([])
    const seen = new Promise<string>((resolve) => {
      app.get('/late', async (request) => {
        await new Promise((gone) => request.raw.once('close', gone))
        resolve(request.client.address)
      })
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /late HTTP/1.1\r\nhost: x\r\n\r\n', () => socket.resetAndDestroy())
    expect(await seen).toBe('127.0.0.1')
  })
})
