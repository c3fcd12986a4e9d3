import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Canary, startCanary } from '../../test/canary.mjs'
import { startDeafListener } from '../../test/deaf-listener.js'
import { fetchRebinding } from '../../test/rebinding.mjs'
import { ssrfHosts } from '../../test/ssrf-corpus.mjs'
import { createDialler, type ResolveHost } from './dialler.js'
import { createRemoteReader } from './read-remote.js'

let canary: Canary
beforeAll(async () => {
  canary = await startCanary()
})
afterAll(() => canary.close())

/** Creates a reader that only the address check keeps from reaching the canary. */
const readerWith = (options: { resolveHost?: ResolveHost; allow?: readonly string[] } = {}) =>
  createRemoteReader(
    createDialler({
      connectTimeoutMs: 2000,
      ports: [80, 443, canary.port],
      allow: new Set(options.allow ?? []),
      resolveHost: options.resolveHost ?? (async () => ['127.0.0.1']),
    }),
    { maxRedirects: 3, totalTimeoutMs: 5000 },
  )

const read = (reader: ReturnType<typeof readerWith>, address: string) =>
  reader(address, async ({ bytes }) => {
    for await (const _ of bytes);
    return 'read'
  }).catch((error) => `${error.code}: ${error.message}`)

describe('the dialler', () => {
  it('makes no connection for more than 1,000 spellings of private hosts', async () => {
    const hosts = ssrfHosts()
    const urls = hosts.flatMap((host) => [`http://${host}:${canary.port}/x`])
    expect(urls.length).toBeGreaterThanOrEqual(1000)
    const reader = readerWith()
    const answers = await Promise.all(urls.map((url) => read(reader, url)))
    expect(canary.connections()).toBe(0)
    expect(answers.filter((answer) => !/^SOURCE_(REFUSED|UNREACHABLE)/.test(answer))).toEqual([])
  })

  it('reaches the canary if its host is allowed, which proves that the spellings work', async () => {
    const before = canary.connections()
    const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '①②⑦.⓪.⓪.①', '0', '[::ffff:127.0.0.1]']
    const allow = spellings.map((host) => new URL(`http://${host}:${canary.port}`).host)
    const reader = readerWith({ allow })
    for (const host of spellings) {
      expect(await read(reader, `http://${host}:${canary.port}/`)).toBe('read')
    }
    expect(canary.connections() - before).toBe(spellings.length)
  })

  it('reports a private host like a name that does not exist', async () => {
    const refused = await read(readerWith(), 'http://10.0.0.1/a.png')
    const isThere = await read(readerWith(), `http://there.test:${canary.port}/a.png`)
    const isNowhere = await read(
      readerWith({ resolveHost: async () => [] }),
      'http://nowhere.test/a.png',
    )
    expect(refused).toBe(
      'SOURCE_UNREACHABLE: Error in loading http://10.0.0.1/a.png - ERR_DNS_FAIL 0',
    )
    expect(isThere).toMatch(/ - ERR_DNS_FAIL 0$/)
    expect(isNowhere).toMatch(/ - ERR_DNS_FAIL 0$/)
  })

  it('refuses a name with one private address among public ones', async () => {
    const before = canary.connections()
    const reader = readerWith({ resolveHost: async () => ['8.8.8.8', '127.0.0.1'] })
    expect(await read(reader, `http://mixed.test:${canary.port}/`)).toMatch(/ERR_DNS_FAIL 0$/)
    expect(canary.connections()).toBe(before)
  })

  it('connects only to ports 80 and 443 by default', async () => {
    const reader = createRemoteReader(
      createDialler({ connectTimeoutMs: 1000, resolveHost: async () => ['8.8.8.8'] }),
      { maxRedirects: 3, totalTimeoutMs: 5000 },
    )
    expect(await read(reader, 'http://example.com:22/')).toMatch(/ERR_DNS_FAIL 0$/)
  })

  it('connects to the address that it checked, even if the name resolves to another one later', async () => {
    const report = await fetchRebinding({
      fetches: 100,
      canary,
      createDialler,
      createRemoteReader,
    })
    expect(report).toMatchObject({ fetches: 100, connections: 0, read: 0 })
    expect(report.lookups).toBe(100)
    expect(report.dialled).toBe(50)
  })
})

describe('a connection that does not open', () => {
  const timed = async (address: string, options: { resolveHost?: ResolveHost } = {}) => {
    const dialler = createDialler({
      connectTimeoutMs: 300,
      allow: new Set(options.resolveHost ? [] : [new URL(address).host]),
      ...options,
    })
    const startedAt = performance.now()
    const answer = await read(
      createRemoteReader(dialler, { maxRedirects: 0, totalTimeoutMs: 60_000 }),
      address,
    )
    return { reason: answer.replace(/^.* - /, ''), tookMs: performance.now() - startedAt }
  }
  /** Expects a failure after the connect timeout, and long before any other timeout. */
  const inTime = (outcome: Awaited<ReturnType<typeof timed>>) => {
    expect(outcome.reason).toBe('ERR_CONNECT_FAIL 0')
    expect(outcome.tookMs).toBeGreaterThan(290)
    expect(outcome.tookMs).toBeLessThan(50_000)
  }

  it('times out if the host accepts no connection', async () => {
    const deaf = await startDeafListener()
    inTime(await timed(`http://127.0.0.1:${deaf.port}/a.png`))
    await deaf.close()
  })

  it('times out if the host does not answer the TLS handshake', async () => {
    const mute = createServer((socket) => void socket.on('error', () => {}).resume())
    await once(mute.listen(0, '127.0.0.1'), 'listening')
    const address = mute.address()
    const port = typeof address === 'object' ? address?.port : 0
    inTime(await timed(`https://127.0.0.1:${port}/a.png`))
    mute.close()
  })

  it('times out if no name server answers', async () => {
    inTime(await timed('http://slow.test/a.png', { resolveHost: () => new Promise(() => {}) }))
  })
})
