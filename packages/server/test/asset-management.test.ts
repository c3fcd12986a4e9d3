/** Tests `@cloudinary/asset-management`, a second official client. It sends JSON and signs version 1 strings. */

import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudinaryAssetMgmt } from '@cloudinary/asset-management'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  type RunningServer,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let running: RunningServer
let folder: string
let png: Buffer

beforeAll(async () => {
  running = await startTestServer({ legacySignatures: true, minChunkBytes: 1000 })
  folder = await mkdtemp(join(tmpdir(), 'countersign-client-'))
  png = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await running.close()
})

const clientOf = (address: string, { id, secret }: { id: string; secret: string }) =>
  new CloudinaryAssetMgmt({
    cloudName: CLOUD,
    serverURL: address,
    security: { cloudinaryAuth: { apiKey: id, apiSecret: secret } },
  })
const client = () => clientOf(running.address, FULL_KEY)
const dataUri = (bytes: Uint8Array) =>
  `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`

describe('@cloudinary/asset-management', () => {
  it('deletes backups, and reads which ids had no backup', async () => {
    const put = (text: string) =>
      client().upload.upload('raw', {
        file: dataUri(Buffer.from(text)),
        publicId: 'backed.txt',
        backup: true,
        overwrite: true,
      })
    const [first] = [await put('1'), await put('2')]
    const { assetId = '', versionId = '' } = first as { assetId?: string; versionId?: string }
    const remove = () =>
      client().assets.deleteBackupVersions(assetId, { versionIds: [versionId, 'f'.repeat(32)] })
    expect(await remove()).toMatchObject({ assetId, deletedVersionIds: [versionId] })
    expect(await remove()).toMatchObject({ assetId, deletedVersionIds: [] })
  })

  it('uploads a data URI and a file in a JSON body with any values', async () => {
    const result = await client().upload.upload('image', {
      file: dataUri(png),
      publicId: 'json/one',
      tags: 'a,b',
      context: 'alt=salt & pepper|more=100%',
      overwrite: true,
    })
    expect(result).toMatchObject({
      publicId: 'json/one',
      format: 'png',
      width: 30,
      height: 20,
      tags: ['a', 'b'],
      etag: createHash('md5').update(png).digest('hex'),
    })
    const path = join(folder, 'photo.png')
    await writeFile(path, png)
    const fromFile = await client().upload.upload('auto', { file: `file://${path}` })
    expect(fromFile).toMatchObject({ resourceType: 'image', bytes: png.length })
  })

  it('is refused if version 1 strings are disabled and a value contains an ampersand', async () => {
    const strict = await startTestServer()
    const send = (context: string) =>
      clientOf(strict.address, FULL_KEY).upload.upload('image', { file: dataUri(png), context })
    await expect(send('alt=salt & pepper')).rejects.toMatchObject({ statusCode: 401 })
    expect(await send('alt=salt')).toMatchObject({ format: 'png' })
    await strict.close()
  })

  it('uploads without a resource type, by Basic credentials', async () => {
    const result = await client().upload.uploadNoResourceType({ file: dataUri(png) })
    expect(result).toMatchObject({ resourceType: 'image', format: 'png' })
  })

  it('uploads in parts, out of order and in parallel', async () => {
    const bytes = randomBytes(3500)
    const send = (first: number, last: number) =>
      client().upload.uploadChunk('raw', `bytes ${first}-${last}/3500`, 'part-of-json', {
        file: dataUri(bytes.subarray(first, last + 1)),
        publicId: 'json/parts.bin',
      })
    const PENDING = { done: false, publicId: 'json/parts.bin' }
    const interim = await Promise.all([send(1000, 1999), send(0, 999), send(2000, 2999)])
    expect(interim).toMatchObject([PENDING, PENDING, PENDING])
    const result = await send(3000, 3499)
    // This client reads the last answer as another interim answer.
    expect(result).toMatchObject({ done: true, bytes: 3500, publicId: 'json/parts.bin' })
    const delivered = await fetch(`${running.address}/${CLOUD}/raw/upload/json/parts.bin`)
    expect(Buffer.from(await delivered.arrayBuffer())).toEqual(bytes)
  })

  it('renames, reads, lists and destroys', async () => {
    const api = client()
    await api.upload.upload('image', { file: dataUri(png), publicId: 'json/old' })
    const renamed = await api.assets.renameAsset('image', {
      fromPublicId: 'json/old',
      toPublicId: 'json/new',
    })
    expect(renamed).toMatchObject({ publicId: 'json/new' })
    const { resources } = await api.assets.listImages('upload', 'json/new')
    expect(resources).toMatchObject([{ publicId: 'json/new', format: 'png' }])
    const destroyed = await api.upload.destroyAsset('image', 'json/new')
    expect(destroyed).toMatchObject({ result: 'ok' })
    expect(await api.assets.listImages('upload', 'json/new')).toMatchObject({ resources: [] })
  })

  it('reads the reason of a refusal', async () => {
    const wrong = clientOf(running.address, { id: FULL_KEY.id, secret: 'wrong' })
    await expect(wrong.upload.upload('image', { file: dataUri(png) })).rejects.toMatchObject({
      statusCode: 401,
      error: { message: expect.stringMatching(/^Invalid Signature/) },
    })
    await expect(
      client().upload.upload('image', { file: dataUri(Buffer.from('text')) }),
    ).rejects.toMatchObject({ statusCode: 400, error: { message: 'Invalid image file' } })
    const browser = clientOf(running.address, UPLOAD_KEY)
    await expect(browser.upload.destroyAsset('image', 'x')).rejects.toMatchObject({
      statusCode: 401,
    })
    expect(running.logs.join('')).not.toContain(FULL_KEY.secret)
  })
})
