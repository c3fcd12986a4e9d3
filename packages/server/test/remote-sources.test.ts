/** Tests uploads of files that the server fetches from a URL, with the official Node SDK and with forms. */

import { createServer, type Server } from 'node:http'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDeafListener } from './deaf-listener.js'
import { loadOfficialSdk } from './official-sdk.js'
import {
  basic,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let photo: Buffer
let host: Server
let origin: string
let running: RunningServer
let requests: number
// biome-ignore lint/suspicious/noExplicitAny: the SDK's own types follow its hosted service
let cloudinary: any

beforeAll(async () => {
  photo = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  requests = 0
  host = createServer((request, response) => {
    requests += 1
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    if (pathname === '/missing.jpg') return void response.writeHead(404).end()
    if (pathname === '/moved') return void response.writeHead(302, { location: '/photo.jpg' }).end()
    if (pathname === '/silent') return
    if (pathname === '/endless') {
      response.writeHead(200)
      const send = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', send)
      }
      return send()
    }
    const type = pathname === '/lie.jpg' ? 'image/png' : 'image/jpeg'
    response.writeHead(200, { 'content-type': type }).end(photo)
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  const address = host.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  running = await startTestServer({
    remoteAllow: [new URL(origin).host],
    remoteTotalSeconds: 10,
  })
  cloudinary = loadOfficialSdk(running.address)
})
afterAll(async () => {
  host.closeAllConnections()
  host.close()
  await running.close()
})

const upload = (fields: Record<string, string>) => running.post('image/upload', formOf(fields))

describe('the official SDK', () => {
  it('uploads the file of a URL, named after its path', async () => {
    const result = await cloudinary.uploader.upload(`${origin}/moved?token=secret`, {
      public_id: 'remote/one',
    })
    expect(result).toMatchObject({
      public_id: 'remote/one',
      format: 'jpg',
      width: 30,
      bytes: photo.length,
      original_filename: 'moved',
    })
    const delivered = await fetch(result.secure_url)
    expect(Buffer.from(await delivered.arrayBuffer()).equals(photo)).toBe(true)
    expect(running.logs.join('')).not.toContain('token=secret')
  })

  it('uploads the file of a URL as a large file in one request', async () => {
    const result = await cloudinary.uploader.upload_large(`${origin}/photo.jpg`, {
      use_filename: true,
    })
    expect(result.public_id).toMatch(/^photo_[a-z0-9]{6}$/)
  })

  it('gets the reason if the file cannot be fetched', async () => {
    await expect(cloudinary.uploader.upload(`${origin}/missing.jpg`)).rejects.toMatchObject({
      http_code: 400,
      message: `Error in loading ${origin}/missing.jpg - 404 Not Found`,
    })
    await expect(cloudinary.uploader.upload('http://10.1.2.3/a.jpg')).rejects.toMatchObject({
      http_code: 400,
      message: 'Error in loading http://10.1.2.3/a.jpg - ERR_DNS_FAIL 0',
    })
    await expect(cloudinary.uploader.upload('s3://bucket/a.jpg')).rejects.toMatchObject({
      http_code: 400,
      message: expect.stringMatching(/^Fetching s3: is not supported/),
    })
  })
})

describe('a remote file', () => {
  it('is fetched within the configured redirects and seconds', async () => {
    const limits = { maxRemoteRedirects: 0, remoteTotalSeconds: 1 }
    const strict = await startTestServer({ remoteAllow: [new URL(origin).host], ...limits })
    const fetched = async (path: string) => {
      const form = formOf({ ...signed(FULL_KEY), file: `${origin}${path}` })
      const { status, json } = await strict.post('image/upload', form)
      return { status, reason: json.error?.message.replace(/^.* - /, '') }
    }
    expect(await fetched('/photo.jpg')).toEqual({ status: 200, reason: undefined })
    expect(await fetched('/moved')).toEqual({ status: 400, reason: 'ERR_TOO_MANY_REDIRECTS 0' })
    expect(await fetched('/silent')).toEqual({ status: 400, reason: 'ERR_TIMEOUT 0' })
    expect(await strict.kept()).toMatchObject({ assets: 1, staged: 0 })
    await strict.close()
  })

  it('fails if no connection is made within the configured seconds', async () => {
    const deaf = await startDeafListener()
    const host = `127.0.0.1:${deaf.port}`
    const strict = await startTestServer({ remoteAllow: [host], remoteConnectSeconds: 1 })
    const startedAt = performance.now()
    const form = formOf({ ...signed(FULL_KEY), file: `http://${host}/photo.jpg` })
    const { status, json } = await strict.post('image/upload', form)
    expect([status, json.error.message]).toEqual([
      400,
      `Error in loading http://${host}/photo.jpg - ERR_CONNECT_FAIL 0`,
    ])
    expect(performance.now() - startedAt).toBeGreaterThan(900)
    // The limit on the whole fetch is one minute.
    expect(performance.now() - startedAt).toBeLessThan(50_000)
    expect(await strict.kept()).toEqual({ assets: 0, blobs: 0, staged: 0 })
    await strict.close()
    await deaf.close()
  })

  it('is fetched for an upload key only if its preset allows URLs', async () => {
    const before = requests
    const refused = await upload({ ...signed(UPLOAD_KEY), file: `${origin}/photo.jpg` })
    expect(refused).toMatchObject({
      status: 400,
      json: {
        error: { message: expect.stringMatching(/^The file must not come as a remote URL/) },
      },
    })
    expect(requests).toBe(before)
    const limits = JSON.stringify({ accept: ['image/*'], sources: ['file', 'url'] })
    const preset = { ...basic(FULL_KEY) }
    await running.post('upload_presets', { name: 'default', limits }, preset)
    const taken = await upload({ ...signed(UPLOAD_KEY), file: `${origin}/photo.jpg` })
    expect(taken).toMatchObject({ status: 200, json: { original_filename: 'photo' } })
    const otherPicture = await upload({ ...signed(UPLOAD_KEY), file: `${origin}/lie.jpg` })
    expect(otherPicture).toMatchObject({ status: 200, json: { format: 'jpg' } })
  })

  it('is not fetched before the signature is verified', async () => {
    const before = requests
    const { signature: _, ...unsigned } = signed(FULL_KEY)
    const forged = { ...unsigned, signature: '0'.repeat(64), file: `${origin}/photo.jpg` }
    expect((await upload(forged)).status).toBe(401)
    expect((await upload({ file: `${origin}/photo.jpg` })).status).toBe(400)
    expect(requests).toBe(before)
  })

  it('that never ends is refused at the size limit, and nothing is kept', async () => {
    const before = await running.kept()
    const limits = JSON.stringify({ max_bytes: 1_000_000 })
    const answer = await upload({ ...signed(FULL_KEY, { limits }), file: `${origin}/endless` })
    expect(answer).toMatchObject({
      status: 400,
      json: {
        error: { message: expect.stringMatching(/^File size too large\. Got \d+\. Maximum/) },
      },
    })
    expect(await running.kept()).toEqual(before)
  })
})
