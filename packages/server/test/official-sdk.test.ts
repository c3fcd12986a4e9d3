/** Tests uploads and basic calls of the unmodified official Node SDK against a running server. */

import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk } from './official-sdk.js'
import {
  basic,
  CLOUD,
  FULL_KEY,
  type RunningServer,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const MINIMUM_CHUNK = 5_000_000

let running: RunningServer
let folder: string
let photo: string
// biome-ignore lint/suspicious/noExplicitAny: the SDK's own types follow its hosted service
let cloudinary: any

beforeAll(async () => {
  running = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'countersign-sdk-'))
  photo = join(folder, 'photo.jpg')
  await sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
    .jpeg()
    .toFile(photo)
  cloudinary = loadOfficialSdk(running.address)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await running.close()
})

describe('the official SDK', () => {
  it('uploads a file and verifies the answer’s signature', async () => {
    const result = await cloudinary.uploader.upload(photo, {
      folder: 'sdk',
      tags: ['a', 'b'],
      context: { alt: 'x|y=z' },
      use_filename: true,
      overwrite: true,
    })
    expect(result).toMatchObject({
      width: 30,
      height: 20,
      format: 'jpg',
      tags: ['a', 'b'],
      original_filename: 'photo',
    })
    expect(result.context).toEqual({ custom: { alt: 'x|y=z' } })
    expect(result.public_id).toMatch(/^sdk\/photo_[a-z0-9]{6}$/)
    const isOurs = cloudinary.utils.verify_api_response_signature(
      result.public_id,
      result.version,
      result.signature,
    )
    expect(isOurs).toBe(true)
    expect((await fetch(result.secure_url)).status).toBe(200)
  })

  it('uploads a stream, a data URI and raw text', async () => {
    const bytes = await sharp(photo).png().toBuffer()
    const streamed = await new Promise<Record<string, unknown>>((resolve, reject) => {
      cloudinary.uploader
        .upload_stream(
          { public_id: 'streamed' },
          (error: unknown, result: Record<string, unknown>) =>
            error ? reject(error) : resolve(result),
        )
        .end(bytes)
    })
    expect(streamed).toMatchObject({ public_id: 'streamed', format: 'png', bytes: bytes.length })
    const data = await cloudinary.uploader.upload(
      `data:image/png;base64,${bytes.toString('base64')}`,
    )
    expect(data).toMatchObject({ format: 'png', bytes: bytes.length })
    const notes = join(folder, 'my_notes.txt')
    await writeFile(notes, 'hello')
    const raw = await cloudinary.uploader.upload(notes, { resource_type: 'raw' })
    expect(raw).toMatchObject({ resource_type: 'raw', bytes: 5, original_filename: 'my_notes' })
    expect(raw.public_id).toMatch(/\.txt$/)
  })

  it('uploads in chunks with an unknown total, and the file has the right MD5', async () => {
    const big = join(folder, 'big.bin')
    const bytes = randomBytes(MINIMUM_CHUNK * 2 + 123_456)
    await writeFile(big, bytes)
    const result = await new Promise<Record<string, unknown>>((resolve, reject) => {
      cloudinary.uploader.upload_large(
        big,
        { resource_type: 'raw', chunk_size: MINIMUM_CHUNK, public_id: 'big.bin' },
        (error: unknown, uploaded: Record<string, unknown>) =>
          error ? reject(error) : resolve(uploaded),
      )
    })
    expect(result).toMatchObject({ bytes: bytes.length, done: true, public_id: 'big.bin' })
    const delivered = await fetch(String(result.secure_url))
    expect(Buffer.from(await delivered.arrayBuffer()).equals(bytes)).toBe(true)
    expect((await running.kept()).staged).toBe(0)
  })

  it('streams in chunks, also if the size is a multiple of the chunk size', async () => {
    const bytes = randomBytes(MINIMUM_CHUNK * 2)
    const result = await new Promise<Record<string, unknown>>((resolve, reject) => {
      cloudinary.uploader
        .upload_chunked_stream(
          { resource_type: 'raw', chunk_size: MINIMUM_CHUNK, public_id: 'chunked-stream.bin' },
          (error: unknown, uploaded: Record<string, unknown>) =>
            error ? reject(error) : resolve(uploaded),
        )
        .end(bytes)
    })
    expect(result).toMatchObject({
      bytes: bytes.length,
      done: true,
      etag: createHash('md5').update(bytes).digest('hex'),
    })
  })

  it('gets the reason of a refusal instead of a reset connection', async () => {
    const big = join(folder, 'large.jpg')
    await writeFile(big, randomBytes(6_000_000))
    const refused = cloudinary.uploader.upload(big, { api_secret: 'wrong' })
    await expect(refused).rejects.toMatchObject({
      http_code: 401,
      message: expect.stringMatching(/^Invalid Signature/),
    })
    const notAPicture = cloudinary.uploader.upload(big)
    await expect(notAPicture).rejects.toMatchObject({
      http_code: 400,
      message: 'Invalid image file',
    })
  })

  it('gets an error that names the action that a key may not do', async () => {
    const key = { api_key: UPLOAD_KEY.id, api_secret: UPLOAD_KEY.secret }
    await expect(cloudinary.uploader.destroy('x', key)).rejects.toMatchObject({
      http_code: 401,
      message: `API key ${UPLOAD_KEY.id} may not destroy`,
    })
    await expect(cloudinary.api.ping(key)).rejects.toMatchObject({
      error: { http_code: 401, message: expect.stringMatching(/needs the scope manage$/) },
    })
  })

  it('destroys an asset once', async () => {
    await cloudinary.uploader.upload(photo, { public_id: 'doomed' })
    expect(await cloudinary.uploader.destroy('doomed')).toEqual({ result: 'ok' })
    expect(await cloudinary.uploader.destroy('doomed')).toEqual({ result: 'not found' })
  })

  it('renames an asset, and replaces another asset only with overwrite', async () => {
    const one = await cloudinary.uploader.upload(photo, { public_id: 'from/a' })
    const renamed = await cloudinary.uploader.rename('from/a', 'to/b')
    expect(renamed).toMatchObject({
      public_id: 'to/b',
      asset_id: one.asset_id,
      version: one.version,
    })
    expect((await fetch(renamed.secure_url)).status).toBe(200)
    await expect(cloudinary.uploader.rename('from/a', 'to/c')).rejects.toMatchObject({
      http_code: 404,
      message: 'Resource not found - from/a',
    })
    const other = await cloudinary.uploader.upload(photo, { public_id: 'from/d' })
    await expect(cloudinary.uploader.rename('from/d', 'to/b')).rejects.toMatchObject({
      http_code: 400,
      message: 'to_public_id to/b already exists',
    })
    const over = await cloudinary.uploader.rename('from/d', 'to/b', { overwrite: true })
    expect(over.asset_id).toBe(other.asset_id)
    const key = { api_key: UPLOAD_KEY.id, api_secret: UPLOAD_KEY.secret }
    await expect(cloudinary.uploader.rename('to/b', 'to/e', key)).rejects.toMatchObject({
      message: `API key ${UPLOAD_KEY.id} may not rename`,
    })
  })

  it('pings, lists with a cursor and reads one asset whose public id has slashes', async () => {
    expect(await cloudinary.api.ping()).toMatchObject({ status: 'ok' })
    for (const name of ['list/1', 'list/2', 'list/3'])
      await cloudinary.uploader.upload(photo, { public_id: name })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await cloudinary.api.resources({
        type: 'upload',
        prefix: 'list/',
        max_results: 2,
        ...(cursor ? { next_cursor: cursor } : {}),
      })
      seen.push(...page.resources.map((resource: { public_id: string }) => resource.public_id))
      cursor = page.next_cursor
    } while (cursor)
    expect(seen).toEqual(['list/1', 'list/2', 'list/3'])
    // Python writes the quotient of two whole numbers as 2.0.
    const two = { type: 'upload', prefix: 'list/', max_results: '2.0' }
    expect((await cloudinary.api.resources(two)).resources).toHaveLength(2)
    await expect(cloudinary.api.resources({ ...two, max_results: '2.5' })).rejects.toMatchObject({
      error: { http_code: 400, message: expect.stringMatching(/^max_results must be a whole/) },
    })
    expect(await cloudinary.api.resource('list/2')).toMatchObject({
      public_id: 'list/2',
      bytes: expect.any(Number),
    })
    await expect(cloudinary.api.resource('list/none')).rejects.toMatchObject({
      error: { http_code: 404, message: 'Resource not found - list/none' },
    })
  })

  it('writes a preset’s transformation as options, and reads it as objects', async () => {
    const transformation = [{ width: 100, crop: 'scale' }, { fetch_format: 'webp' }]
    await cloudinary.api.create_upload_preset({ name: 'shaped', transformation })
    const read = async () => (await cloudinary.api.upload_preset('shaped')).settings
    expect(await read()).toEqual({ transformation })
    const result = await cloudinary.uploader.upload(photo, { upload_preset: 'shaped' })
    expect(result).toMatchObject({ width: 100, format: 'webp' })
    const whole = { crop: 'fill', gravity: 'west', height: 0.5, width: '1.0', quality: 80 }
    for (const sent of [whole, [whole]]) {
      const { status } = await fetch(`${running.address}/v1_1/${CLOUD}/upload_presets/shaped`, {
        method: 'PUT',
        headers: { ...basic(FULL_KEY), 'content-type': 'application/json' },
        body: JSON.stringify({ transformation: sent }),
      })
      expect(status).toBe(200)
      expect(await read()).toEqual({ transformation: [whole] })
    }
    const wrong = cloudinary.api.create_upload_preset({ name: 'wrong', effect: 'none' })
    await expect(wrong).rejects.toMatchObject({
      error: { http_code: 400, message: 'Invalid transformation component - e_none' },
    })
  })

  it('writes the eager derivatives of a preset as options, and reads arrays of objects', async () => {
    const chain = [{ width: 40, crop: 'scale' }, { quality: 50 }]
    const read = async () => (await cloudinary.api.upload_preset('early')).settings
    await cloudinary.api.create_upload_preset({
      name: 'early',
      eager: [
        { width: 30, crop: 'scale' },
        { transformation: chain },
        { width: 20, format: 'png' },
      ],
    })
    const eager = [[{ crop: 'scale', width: 30 }], chain, 'w_20/png']
    expect(await read()).toEqual({ eager })
    const uploaded = async () => {
      const result = await cloudinary.uploader.upload(photo, { upload_preset: 'early' })
      return result.eager.map(({ transformation }: { transformation: string }) => transformation)
    }
    expect(await uploaded()).toEqual(['c_scale,w_30', 'c_scale,w_40/q_50', 'w_20/png'])
    // The value that was read can be written again, by the SDK and as JSON.
    await cloudinary.api.update_upload_preset('early', { eager })
    expect(await read()).toEqual({ eager })
    const put = (value: unknown) =>
      fetch(`${running.address}/v1_1/${CLOUD}/upload_presets/early`, {
        method: 'PUT',
        headers: { ...basic(FULL_KEY), 'content-type': 'application/json' },
        body: JSON.stringify({ eager: value }),
      })
    for (const [sent, shown] of [
      [eager, eager],
      [
        ['w_20/png', 'w_21'],
        ['w_20/png', [{ width: 21 }]],
      ],
      [
        [{ width: 22 }, { width: 23 }],
        [[{ width: 22 }], [{ width: 23 }]],
      ],
      [{ width: 24 }, [[{ width: 24 }]]],
    ]) {
      expect((await put(sent)).status).toBe(200)
      expect(await read()).toEqual({ eager: shown })
    }
    for (const wrong of [[[{ depth: 1 }]], [[3]], '[{"width":', [{ width: 'wide' }]]) {
      expect((await put(wrong)).status).toBe(400)
    }
    expect(await read()).toEqual({ eager: [[{ width: 24 }]] })
  })

  it('creates, reads, lists and deletes an upload preset, and uploads unsigned with it', async () => {
    const created = await cloudinary.api.create_upload_preset({
      name: 'sdk preset',
      unsigned: true,
      folder: 'open',
      tags: 'x,y',
      allowed_formats: 'jpg,png',
    })
    expect(created).toMatchObject({ message: 'created', name: 'sdk preset' })
    const read = await cloudinary.api.upload_preset('sdk preset')
    expect(read).toMatchObject({
      name: 'sdk preset',
      unsigned: true,
      settings: { folder: 'open', tags: ['x', 'y'] },
    })
    const listed = await cloudinary.api.upload_presets()
    expect(listed.presets.map((preset: { name: string }) => preset.name)).toContain('sdk preset')
    const result = await cloudinary.uploader.unsigned_upload(photo, 'sdk preset')
    expect(result).toMatchObject({ tags: ['x', 'y'], public_id: expect.stringMatching(/^open\//) })
    expect(await cloudinary.api.delete_upload_preset('sdk preset')).toMatchObject({
      message: 'deleted',
    })
    await expect(cloudinary.uploader.unsigned_upload(photo, 'sdk preset')).rejects.toMatchObject({
      http_code: 400,
      message: 'Upload preset not found',
    })
  })
})
