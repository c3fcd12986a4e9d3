import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { demoHandler, keptLog, signBody } from '../../test/demo-handler.js'
import { notification, WEBHOOK_SECRET } from '../../test/notify.js'
import type { SignHandler } from '../index.js'
import { toExpressHandler } from './express.js'
import { toFastifyPlugin } from './fastify.js'
import { toNodeListener } from './node.js'

const PATH = '/api/sign-cloudinary-params'
const closers: (() => Promise<unknown> | unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** Starts an app. @returns The port of the app. */
type Start = (handler: SignHandler) => Promise<number>

const SETUPS: readonly (readonly [string, { start: Start; isRaw: boolean }])[] = [
  [
    'bare node:http',
    { isRaw: true, start: (handler) => listen(createServer(toNodeListener(handler))) },
  ],
  [
    'Express',
    {
      isRaw: true,
      start: (handler) => listen(createServer(express().all(PATH, toExpressHandler(handler)))),
    },
  ],
  [
    'Express after express.json()',
    {
      isRaw: false,
      start: (handler) =>
        listen(createServer(express().use(express.json()).all(PATH, toExpressHandler(handler)))),
    },
  ],
  [
    'Express after express.raw()',
    {
      isRaw: true,
      start: (handler) => {
        const app = express().use(express.raw({ type: '*/*' }))
        return listen(createServer(app.all(PATH, toExpressHandler(handler))))
      },
    },
  ],
  [
    'Fastify',
    {
      isRaw: true,
      start: async (handler) => {
        const app = fastify()
        app.post('/other', async ({ body }) => body)
        app.register(toFastifyPlugin(handler), { prefix: PATH })
        await app.listen({ port: 0, host: '127.0.0.1' })
        closers.push(() => app.close())
        return (app.server.address() as AddressInfo).port
      },
    },
  ],
  [
    'Hono',
    {
      isRaw: true,
      start: async (handler) => {
        const app = new Hono()
        app.all(PATH, (c) =>
          (c.req.method === 'GET' ? handler.GET : handler.POST)(c.req.raw, c.env),
        )
        return new Promise((resolve) => {
          const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
            resolve(port),
          ) as Server
          closers.push(() => server.close())
        })
      },
    },
  ],
]

describe.each(SETUPS)('in %s', (_, { start, isRaw }) => {
  it('signs, describes and refuses like in the App Router', async () => {
    const port = await start(demoHandler())
    const signed = await send(port, { body: signBody() })
    expect([signed.status, signed.body.cloud_name]).toEqual([200, 'demo'])
    expect(signed.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-store',
    })
    const described = await send(port, { method: 'GET' })
    expect([described.status, described.body.version]).toEqual([200, 1])
    const status = async (options: SendOptions) => (await send(port, options)).status
    expect(await status({ body: signBody(), headers: { cookie: '' } })).toBe(401)
    expect(await status({ body: signBody({ eval: 'x' }) })).toBe(422)
    expect(await status({ body: signBody(), headers: { 'content-type': 'text/plain' } })).toBe(415)
    expect(await status({ method: 'DELETE' })).toBe(405)
    expect(await status({ body: `{"paramsToSign":{}}${' '.repeat(17_000)}` })).toBe(
      isRaw ? 413 : 422,
    )
  })

  it('recognizes its own origin by Host and X-Forwarded-Host', async () => {
    const port = await start(demoHandler())
    const status = async (headers: Record<string, string>) =>
      (await send(port, { body: signBody(), headers })).status
    const own = `127.0.0.1:${port}`
    expect(await status({ origin: `http://${own}` })).toBe(200)
    expect(await status({ host: 'localhost:3000', origin: 'http://localhost:3000' })).toBe(200)
    expect(await status({ origin: `http://localhost:${port}` })).toBe(403)
    expect(await status({ 'x-forwarded-host': 'app.example', origin: 'https://app.example' })).toBe(
      200,
    )
    expect(await status({ 'x-forwarded-host': 'app.example', origin: `http://${own}` })).toBe(403)
    expect(await status({ origin: 'https://evil.example' })).toBe(403)
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  })

  it(isRaw ? 'receives a notification' : 'logs that the body was parsed', async () => {
    const logger = keptLog()
    const port = await start(
      demoHandler({ logger, onUploaded: (asset) => asset.publicId, webhookSecret: WEBHOOK_SECRET }),
    )
    const sent = notification({ body: spacedBody() })
    const answer = await send(port, { ...sent, headers: { ...sent.headers, cookie: '' } })
    if (isRaw) expect([answer.status, answer.body]).toEqual([200, { result: 'cat' }])
    else {
      expect([answer.status, answer.body.error.code]).toEqual([500, 'config_invalid'])
      expect(logger.lines.join()).toContain('before express.json()')
    }
  })

  it('refuses the 61st failure of an address in a minute', async () => {
    const port = await start(demoHandler({ addressOf: undefined, authorize: () => null }))
    const forged = { body: signBody(), headers: { 'x-forwarded-for': '203.0.113.7' } }
    for (let count = 0; count < 60; count += 1) await send(port, forged)
    expect((await send(port, forged)).status).toBe(429)
  })
})

it('uses the address of the connection if no proxy sent one', async () => {
  const addresses: (string | undefined)[] = []
  const addressOf = (request: Request) => {
    addresses.push(request.headers.get('x-forwarded-for') ?? undefined)
    return undefined
  }
  const port = await listen(createServer(toNodeListener(demoHandler({ addressOf }))))
  await send(port, { body: signBody() })
  expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']))
})

it('keeps the parsers of other Fastify routes', async () => {
  const app = fastify()
  app.post('/other', async ({ body }) => body)
  app.register(toFastifyPlugin(demoHandler()), { prefix: PATH })
  const answer = await app.inject({ method: 'POST', url: '/other', payload: { a: 1 } })
  expect(answer.json()).toEqual({ a: 1 })
})

interface SendOptions {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

// A test cannot set the header Host with fetch.
function send(port: number, { method = 'POST', headers, body }: SendOptions) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Answer }>(
    (resolve, reject) => {
      const request = httpRequest(
        {
          port,
          host: '127.0.0.1',
          path: PATH,
          method,
          headers: { 'content-type': 'application/json', cookie: 'session=alice', ...headers },
        },
        async (response) => {
          let text = ''
          for await (const part of response) text += part
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: JSON.parse(text),
          })
        },
      )
      request.on('error', reject)
      request.end(body)
    },
  )
}

interface Answer {
  readonly [name: string]: unknown
  readonly error: { readonly code: string }
}

// JSON.stringify would not write these blanks, so only the unparsed body has this signature.
function spacedBody(): string {
  return `{ "notification_type": "upload", "asset_id": "a", "public_id": "cat",
    "resource_type": "image", "secure_url": "https://media.example/cat.jpg" }`
}

function listen(server: Server): Promise<number> {
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
