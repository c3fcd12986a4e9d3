import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../services.js'
import { registerWidgetScript } from './widget-script.js'

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-script-'))
  path = join(folder, 'all.js')
  await writeFile(path, 'a="__COUNTERSIGN_PUBLIC_URL__";b=`__COUNTERSIGN_PUBLIC_URL__/x`')
})
beforeAll(async () => {
  await writeFile(join(folder, 'crop-1a2b3c4d.js'), 'export default () => {}')
  await writeFile(join(folder, 'all.js.map'), '{}')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function app(publicUrl = 'https://media.example.com', script = path) {
  const server = Fastify()
  registerWidgetScript(server, { publicUrl: () => publicUrl } as Services, { path: script })
  return server
}

describe('the widget script', () => {
  it.each(['/widget/all.js', '/global/all.js', '/latest/global/all.js', '/2.9.0/global/all.js'])(
    'at %s contains the public address everywhere',
    async (url) => {
      const response = await app().inject({ url })
      expect(response.statusCode).toBe(200)
      expect(response.body).toBe('a="https://media.example.com";b=`https://media.example.com/x`')
      expect(response.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=300',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      })
    },
  )

  it('answers 304 to its ETag, and has another ETag for another address', async () => {
    const { etag } = (await app().inject({ url: '/widget/all.js' })).headers
    const headers = { 'if-none-match': String(etag) }
    expect((await app().inject({ url: '/widget/all.js', headers })).statusCode).toBe(304)
    const other = app('http://127.0.0.1:8787')
    expect((await other.inject({ url: '/widget/all.js', headers })).statusCode).toBe(200)
  })

  it('answers HEAD with its length', async () => {
    const server = app()
    const address = await server.listen({ host: '127.0.0.1', port: 0 })
    const response = await fetch(`${address}/widget/all.js`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0)
    await server.close()
  })

  it('escapes quotes in the public address', async () => {
    const { body } = await app('https://a"b`c').inject({ url: '/widget/all.js' })
    expect(body).toBe('a="https://a\\u0022b\\u0060c";b=`https://a\\u0022b\\u0060c/x`')
  })

  it('answers 404 with the build command if it is not built', async () => {
    const response = await app('https://a', join(folder, 'none.js')).inject({
      url: '/widget/all.js',
    })
    expect(response.statusCode).toBe(404)
    expect(response.body).toContain('npm run build')
  })
})

describe('a part of the widget', () => {
  it.each(['/widget', '/global', '/latest/global', '/2.9.0/global'])(
    'is served in %s, to every origin and cached forever',
    async (under) => {
      const response = await app().inject({ url: `${under}/crop-1a2b3c4d.js` })
      expect(response.statusCode).toBe(200)
      expect(response.body).toBe('export default () => {}')
      expect(response.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      })
    },
  )

  it.each([
    '/widget/crop-00000000.js',
    '/widget/all.js.map',
    '/widget/..%2Fpackage.json',
    '/widget/..%2f..%2fcrop-1a2b3c4d.js',
    '/widget/crop-1A2B3C4D.js',
  ])('is the only kind of file that is served, not %s', async (url) => {
    const response = await app().inject({ url })
    expect(response.statusCode).toBe(404)
    expect(response.headers['cache-control']).toBe('no-store')
  })
})
