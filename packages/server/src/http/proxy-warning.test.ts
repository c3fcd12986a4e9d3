import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { decorateClientAddress } from './client-address.js'

const apps: FastifyInstance[] = []

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

type Sent = readonly [peer: string, headers: Record<string, string>]

/** Returns the warnings of a server after these requests. */
async function warningsOf(
  trustedProxies: readonly string[],
  ...requests: readonly Sent[]
): Promise<string[]> {
  const warnings: string[] = []
  const stream = { write: (line: string) => void warnings.push(JSON.parse(line).msg) }
  const app = Fastify({ logger: { level: 'warn', stream } })
  apps.push(app)
  decorateClientAddress(app, { trustedProxies })
  app.get('/', async (request) => request.client)
  for (const [remoteAddress, headers] of requests) {
    expect((await app.inject({ url: '/', remoteAddress, headers })).statusCode).toBe(200)
  }
  return warnings
}

const FORWARDED = { 'x-forwarded-for': '203.0.113.9' }

describe('the warning about a proxy', () => {
  it('is given once, and names the variable and the value to set', async () => {
    const sent: Sent = ['10.0.0.5', FORWARDED]
    expect(await warningsOf(['loopback'], sent, sent, ['10.0.0.6', FORWARDED])).toEqual([
      '10.0.0.5 passes on X-Forwarded-For and is not a trusted proxy, so limits count all its clients as one address. If it is your proxy, set COUNTERSIGN_TRUSTED_PROXIES=loopback,10.0.0.5',
    ])
  })

  it.each([
    ['::ffff:172.17.0.1', '172.17.0.1'],
    ['fd00::5', 'fd00::5'],
    ['127.0.0.1', '127.0.0.1'],
  ])('is given for the unlisted private peer %s', async (peer, named) => {
    expect(await warningsOf(['192.0.2.1'], [peer, FORWARDED])).toEqual([
      expect.stringContaining(`COUNTERSIGN_TRUSTED_PROXIES=192.0.2.1,${named}`),
    ])
  })

  it('is given for an unlisted proxy behind a trusted one', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9, 10.0.0.7' }
    expect(await warningsOf(['loopback'], ['127.0.0.1', headers])).toEqual([
      expect.stringContaining('COUNTERSIGN_TRUSTED_PROXIES=loopback,10.0.0.7'),
    ])
  })

  it.each([
    ['forwarded', 'for=203.0.113.9'],
    ['x-real-ip', '203.0.113.9'],
  ])('is given for a proxy, trusted or not, that writes %s only', async (name, value) => {
    const expected = [expect.stringContaining(`passes on ${name} without X-Forwarded-For`)]
    expect(await warningsOf(['loopback'], ['127.0.0.1', { [name]: value }])).toEqual(expected)
    expect(await warningsOf(['loopback'], ['10.0.0.5', { [name]: value }])).toEqual(expected)
  })

  it('is not given without a forwarded header, nor for a trusted proxy', async () => {
    expect(await warningsOf(['loopback'], ['10.0.0.5', {}])).toEqual([])
    const both = { ...FORWARDED, 'x-real-ip': '203.0.113.9' }
    expect(await warningsOf(['loopback'], ['127.0.0.1', both])).toEqual([])
    const chain = { 'x-forwarded-for': '203.0.113.9, 10.0.0.7' }
    expect(await warningsOf(['10.0.0.0/8', 'loopback'], ['::1', chain])).toEqual([])
  })

  it('is not given for public addresses, which can send any header, directly or through a trusted proxy', async () => {
    expect(await warningsOf(['loopback'], ['203.0.113.9', FORWARDED])).toEqual([])
    const spoofed = { 'x-forwarded-for': '10.0.0.1, 203.0.113.9' }
    expect(await warningsOf(['loopback'], ['127.0.0.1', spoofed])).toEqual([])
  })

  it('is not given if the operator trusts no proxy', async () => {
    expect(await warningsOf([], ['10.0.0.5', FORWARDED])).toEqual([])
  })
})
