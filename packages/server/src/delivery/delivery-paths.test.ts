import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeliveryServer, type DeliveryServer } from '../../test/delivery-server.js'

// inject() and fetch() normalize a path before they send it, so these tests use a socket.
const agent = new Agent({ keepAlive: true, maxSockets: 4 })
const CANARY = 'canary: nothing outside the blobs is ever read'
let server: DeliveryServer
let port: number

beforeAll(async () => {
  server = await createDeliveryServer()
  for (const name of ['canary.txt', 'data/canary.txt', 'data/blobs/canary.txt']) {
    await writeFile(join(server.folder, name), CANARY)
  }
  await server.store({ publicId: 'notes.txt', bytes: Buffer.from('notes'), resourceType: 'raw' })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  port = (server.app.server.address() as AddressInfo).port
})
afterAll(() => {
  agent.destroy()
  return server.close()
})

interface Answer {
  readonly status: number | undefined
  readonly body: string
  readonly error: string | undefined
}

function get(path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path, agent }, (response) => {
      response.setEncoding('latin1')
      let body = ''
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => {
        const error = response.headers['x-cld-error']
        resolve({
          status: response.statusCode,
          body,
          error: typeof error === 'string' ? error : undefined,
        })
      })
    })
    call.on('error', reject).end()
  })
}

const DOTS = [
  '..',
  '.',
  '%2e%2e',
  '%2E%2e',
  '.%2e',
  '%2e.',
  '..%2f..',
  '%2e%2e%2f%2e%2e',
  '..%5c..',
  '..\\..',
]
const TARGETS = [
  'canary.txt',
  'blobs/canary.txt',
  '../canary.txt',
  'x/../../canary.txt',
  'etc/passwd',
]

describe('a path with dot segments', () => {
  it.each(DOTS.flatMap((dots) => TARGETS.map((target) => `${dots}/${target}`)))(
    '%s is answered with 400 for every resource type, alone and after a folder, a version or a transformation',
    async (path) => {
      for (const start of ['', 'a/', 'v1/', 'a/b/c/', 'w_10/', 'v1/..%2f']) {
        for (const resourceType of ['raw', 'image', 'video']) {
          const answer = await get(`/demo/${resourceType}/upload/${start}${path}`)
          expect(answer).toMatchObject({ status: 400, body: '' })
          expect(answer.error).toBeTruthy()
        }
      }
    },
  )

  it.each([
    '/../demo/raw/upload/notes.txt',
    '/demo/../demo/raw/upload/notes.txt',
    '/%2e%2e/raw/upload/notes.txt',
    '/demo/raw/../raw/upload/x',
  ])('before the public id, as in %s, is answered with 400 or 404', async (path) =>
    expect([400, 404]).toContain((await get(path)).status),
  )
})

describe('bytes that no name may contain', () => {
  it.each(['%00', 'notes.txt%00', 'notes.txt%00.jpg', '%0d%0aX-Evil:1', 'a%1fb', '%7f'])(
    '%s are answered with 400',
    async (name) =>
      expect(await get(`/demo/raw/upload/${name}`)).toMatchObject({ status: 400, body: '' }),
  )

  it.each(['%zz', '%', '%e', 'a%2', '%c0%af', '%ff', '%c0%ae%c0%ae/x', '%ed%a0%80'])(
    '%s are answered with 400, because they are not valid UTF-8',
    async (name) => expect((await get(`/demo/raw/upload/${name}`)).status).toBe(400),
  )
})

describe('odd spellings of a stored name', () => {
  it.each([
    '//notes.txt',
    'v1//notes.txt',
    '%6eotes.txt',
    'v0/notes.txt',
    'notes.txt?../x',
    'notes.txt?%zz',
  ])('%s finds the asset', async (name) =>
    expect(await get(`/demo/raw/upload/${name}`)).toMatchObject({ status: 200, body: 'notes' }),
  )

  it.each([
    'notes.txt/',
    'notes.txt%2f',
    'notes.txt.',
    'NOTES.TXT',
    '%256eotes.txt',
    'notes.txt%20',
    '/',
    '',
  ])('%s does not find the asset', async (name) => {
    const answer = await get(`/demo/raw/upload/${name}`)
    expect([400, 404]).toContain(answer.status)
    expect(answer.body).not.toBe('notes')
  })
})

describe('the length of a path', () => {
  it('may be 4096 bytes; a longer path is answered with 400', async () => {
    const start = '/demo/raw/upload/'
    expect((await get(start + 'a'.repeat(4096 - start.length))).status).toBe(404)
    expect((await get(start + 'a'.repeat(4097 - start.length))).status).toBe(400)
    expect((await get(start + 'w_1/'.repeat(900))).status).toBe(404)
  })
})

describe('a file outside the blob folder', () => {
  it('is not delivered under any name', async () => {
    for (const name of [
      'canary.txt',
      '/canary.txt',
      `/${encodeURIComponent(server.folder)}/canary.txt`,
      `${server.folder}/canary.txt`,
      'file:///canary.txt',
      '~/canary.txt',
    ]) {
      expect((await get(`/demo/raw/upload/${name}`)).body).not.toContain('canary: nothing')
    }
  })
})
