/** Tests archives, downloads and backups with the official Node SDK. */

import { randomBytes } from 'node:crypto'
import { readdir, readlink, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Key } from '../src/catalog/key.js'
import { loadOfficialSdk } from './official-sdk.js'
import {
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'
import { unpackTgz, unpackZip } from './unpack.js'

let running: RunningServer
let photo: Buffer
// biome-ignore lint/suspicious/noExplicitAny: the SDK's own types follow its hosted service
let cloudinary: any
const notes = Buffer.from('hello hello hello')

beforeAll(async () => {
  running = await startTestServer()
  cloudinary = loadOfficialSdk(running.address)
  photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  await upload('image', { public_id: 'trip/one', tags: 'trip' }, photo, 'beach.png')
  await upload('image', { public_id: 'trip/deep/ONE', tags: 'trip' }, photo, 'beach.png')
  await upload('raw', { public_id: 'trip/notes.txt', tags: 'trip' }, notes, 'notes.txt')
  await upload('image', { public_id: 'secret', type: 'private' }, photo, 'secret.png')
})
afterAll(async () => {
  await running.close()
})

const upload = async (
  type: string,
  params: Record<string, string>,
  bytes: Buffer,
  name: string,
) => {
  const { json } = await running.post(
    `${type}/upload`,
    formOf(signed(FULL_KEY, params), { bytes, name }),
  )
  return json
}

const get = async (url: string) => {
  const response = await fetch(url)
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

describe('an archive', () => {
  it('is streamed from a signed URL, with originals under their public ids', async () => {
    const { response, bytes } = await get(
      cloudinary.utils.download_zip_url({ tags: ['trip'], resource_type: 'all' }),
    )
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/zip')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="archive.zip"')
    const files = unpackZip(bytes)
    expect([...files.keys()].sort()).toEqual([
      'trip/deep/ONE.png',
      'trip/notes.txt',
      'trip/one.png',
    ])
    expect(files.get('trip/one.png')?.equals(photo)).toBe(true)
    expect(files.get('trip/notes.txt')?.equals(notes)).toBe(true)
  })

  it('may be a tgz or a folder, and numbers names that are used twice', async () => {
    const url = cloudinary.utils.download_archive_url({
      prefixes: ['trip/'],
      resource_type: 'image',
      target_format: 'tgz',
      flatten_folders: true,
    })
    const files = unpackTgz((await get(url)).bytes)
    expect([...files.keys()].sort()).toEqual(['ONE.png', 'one (1).png'])
    for (const bytes of files.values()) expect(bytes.equals(photo)).toBe(true)
    const folder = unpackZip((await get(cloudinary.utils.download_folder('trip/'))).bytes)
    expect(folder.size).toBe(3)
  })

  it('is stored as an asset, and reports its files and the missing ones', async () => {
    const result = await cloudinary.uploader.create_zip({
      public_ids: ['trip/one', 'nothing'],
      fully_qualified_public_ids: ['raw/upload/trip/notes.txt'],
      tags: ['nobody'],
      allow_missing: true,
      use_original_filename: true,
      flatten_folders: true,
      target_public_id: 'bundles/first',
      target_tags: ['bundle'],
    })
    expect(result).toMatchObject({
      public_id: 'bundles/first.zip',
      resource_type: 'raw',
      tags: ['bundle'],
      resource_count: 2,
      file_count: 2,
      missing_public_ids: ['nothing'],
      empty_tags: ['nobody'],
    })
    const isOurs = cloudinary.utils.verify_api_response_signature(
      result.public_id,
      result.version,
      result.signature,
    )
    expect(isOurs).toBe(true)
    const files = unpackZip((await get(result.secure_url)).bytes)
    expect([...files.keys()].sort()).toEqual(['beach.png', 'notes.txt'])
  })

  it('contains derivatives in folders named after their transformations', async () => {
    const options = {
      public_ids: ['trip/one'],
      transformations: [
        { width: 6, crop: 'scale' },
        { width: 12, crop: 'scale' },
      ],
    }
    const files = unpackZip((await get(cloudinary.utils.download_zip_url(options))).bytes)
    expect([...files.keys()]).toEqual(['c_scale,w_6/trip/one.png', 'c_scale,w_12/trip/one.png'])
    expect((await sharp(files.get('c_scale,w_6/trip/one.png')).metadata()).width).toBe(6)
    const flat = cloudinary.utils.download_zip_url({ ...options, flatten_transformations: true })
    expect([...unpackZip((await get(flat)).bytes).keys()]).toEqual([
      'trip/one-c_scale,w_6.png',
      'trip/one-c_scale,w_12.png',
    ])
  })

  it.each([
    [{}, 400, /^Missing required parameter - one of public_ids/],
    [{ public_ids: ['nothing'] }, 404, /^Resource not found - nothing$/],
    [
      { tags: Array.from({ length: 21 }, (_, index) => `t${index}`) },
      400,
      /^tags must be at most 20/,
    ],
    [{ public_ids: ['trip/one'], target_format: 'rar' }, 400, /^target_format must be zip or tgz/],
    [{ public_ids: ['trip/one'], target_public_id: '../up' }, 400, /^public_id \(.*\) is invalid$/],
    [{ fully_qualified_public_ids: ['x'] }, 400, /^fully_qualified_public_ids must look like/],
    [{ public_ids: ['trip/one'], transformations: 'w_bad' }, 400, /./],
  ])('of %j is refused', async (options, http_code, message) => {
    await expect(cloudinary.uploader.create_archive(options)).rejects.toMatchObject({
      http_code,
      message: expect.stringMatching(message),
    })
    expect((await running.kept()).staged).toBe(0)
  })

  it('that cannot be written closes the files that it reads', async () => {
    // Larger than the read buffer, because a file that is read to its end is closed anyway.
    const name = 'large/raw.bin'
    await upload('raw', { public_id: name }, randomBytes(4_000_000), 'raw.bin')
    const staging = join(running.folder, 'staging')
    const openBlobs = async () => {
      const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`))
      const settled = await Promise.allSettled(links)
      const paths = settled.map((link) => (link.status === 'fulfilled' ? link.value : ''))
      return paths.filter((path) => path.startsWith(join(running.folder, 'blobs')))
    }
    await rename(staging, `${staging}-away`)
    await writeFile(staging, 'in the way')
    try {
      const params = { mode: 'create', prefixes: 'large/' }
      const { status } = await running.post('raw/generate_archive', signed(FULL_KEY, params))
      expect(status).toBe(500)
    } finally {
      await rm(staging)
      await rename(`${staging}-away`, staging)
    }
    await expect.poll(openBlobs).toEqual([])
  })

  it('needs a key with manage', async () => {
    const key = { api_key: UPLOAD_KEY.id, api_secret: UPLOAD_KEY.secret }
    const { response } = await get(cloudinary.utils.download_zip_url({ tags: ['trip'], ...key }))
    expect(response.status).toBe(401)
  })
})

describe('a download', () => {
  const address = (publicId: string, format: string, options = {}) =>
    cloudinary.utils.private_download_url(publicId, format, options)

  it('returns a private original inline or as an attachment', async () => {
    const shown = await get(address('secret', 'png', { type: 'private' }))
    expect(shown.response.status).toBe(200)
    expect(shown.bytes.equals(photo)).toBe(true)
    expect(Object.fromEntries(shown.response.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, no-store',
      'content-security-policy': expect.stringContaining('sandbox'),
      'x-content-type-options': 'nosniff',
    })
    expect(shown.response.headers.has('content-disposition')).toBe(false)
    const saved = await get(address('secret', 'png', { type: 'private', attachment: true }))
    expect(saved.response.headers.get('content-disposition')).toBe(
      'attachment; filename="secret.png"',
    )
  })

  it('may convert, transform and rename the file', async () => {
    const jpeg = await get(address('secret', 'jpg', { type: 'private' }))
    expect((await sharp(jpeg.bytes).metadata()).format).toBe('jpeg')
    const params = signed(FULL_KEY, {
      public_id: 'trip/one',
      transformation: 'c_scale,w_6',
      target_filename: 'small “one”.png',
    })
    const query = new URLSearchParams(params)
    const { response, bytes } = await get(
      `${running.address}/v1_1/${CLOUD}/image/download?${query}`,
    )
    expect((await sharp(bytes).metadata()).width).toBe(6)
    expect(response.headers.get('content-disposition')).toContain('attachment; filename=')
  })

  it('is valid until expires_at, even if its timestamp is older than one hour', async () => {
    const now = Math.floor(Date.now() / 1000)
    const hoursAgo = { type: 'private', timestamp: now - 7200 }
    const live = await get(address('secret', 'png', { ...hoursAgo, expires_at: now + 60 }))
    expect(live.response.status).toBe(200)
    for (const options of [hoursAgo, { ...hoursAgo, expires_at: now - 1 }]) {
      const { response, bytes } = await get(address('secret', 'png', options))
      expect(response.status).toBe(400)
      expect(JSON.parse(bytes.toString()).error.message).toMatch(/^Stale request/)
    }
  })

  it('accepts expires_at and timestamp with a fraction or an exponent', async () => {
    const now = Date.now() / 1000
    const hoursAgo = { type: 'private', timestamp: now - 7200.25 }
    for (const end of [now + 60.5, String(now + 60.123456), (now + 600).toExponential(9)]) {
      const { response } = await get(address('secret', 'png', { ...hoursAgo, expires_at: end }))
      expect(response.status).toBe(200)
    }
    const fresh = address('secret', 'png', { type: 'private', timestamp: now - 0.5 })
    expect((await get(fresh)).response.status).toBe(200)
    for (const end of [now - 0.5, (now - 60).toExponential(9)]) {
      const { bytes } = await get(address('secret', 'png', { ...hoursAgo, expires_at: end }))
      expect(JSON.parse(bytes.toString()).error.message).toMatch(/^Stale request/)
    }
    const zip = cloudinary.utils.download_zip_url({
      public_ids: ['trip/one'],
      expires_at: Date.now() / 1000 + 60,
    })
    expect((await get(zip)).response.status).toBe(200)
  })

  it.each([String(Date.now() + 60_000), '-1', '1e400', 'tomorrow', '1733007600,5'])(
    'with expires_at=%s is refused',
    async (end) => {
      const { response, bytes } = await get(
        address('secret', 'png', { type: 'private', expires_at: end }),
      )
      expect(response.status).toBe(400)
      expect(JSON.parse(bytes.toString()).error.message).toBe(
        'expires_at must be Unix time in seconds',
      )
    },
  )

  it('with a wrong signature, or of a missing asset, is refused in JSON', async () => {
    const url = address('secret', 'png', { type: 'private' })
    expect(
      (await get(url.replace('public_id=secret', 'public_id=trip%2Fone'))).response.status,
    ).toBe(401)
    const { response, bytes } = await get(address('nothing', 'png'))
    expect(response.status).toBe(404)
    expect(JSON.parse(bytes.toString())).toEqual({
      error: { message: 'Resource not found - nothing' },
    })
  })
})

describe('a version', () => {
  const backup = (asset: { asset_id: string; version_id: string }) =>
    get(cloudinary.utils.download_backedup_asset(asset.asset_id, asset.version_id))

  it('with a backup can be downloaded after its asset is replaced and destroyed', async () => {
    const first = await upload('raw', { public_id: 'kept.txt', backup: 'true' }, notes, 'kept.txt')
    const second = await upload('raw', { public_id: 'kept.txt' }, Buffer.from('two'), 'kept.txt')
    await cloudinary.uploader.destroy('kept.txt', { resource_type: 'raw' })
    const { response, bytes } = await backup(first)
    expect(bytes.equals(notes)).toBe(true)
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="kept.txt"')
    expect((await backup(second)).response.status).toBe(404)
  })

  it('before an upload with backup is kept too, and the newest version is always available', async () => {
    const first = await upload('raw', { public_id: 'old.txt' }, notes, 'old.txt')
    const second = await upload(
      'raw',
      { public_id: 'old.txt', backup: '1' },
      Buffer.from('2'),
      'old.txt',
    )
    expect((await backup(first)).bytes.equals(notes)).toBe(true)
    expect((await backup(second)).bytes.toString()).toBe('2')
  })

  it('is available until the Admin API deletes its backup, which reports ids without a backup', async () => {
    const put = (text: string) =>
      upload('raw', { public_id: 'twice.txt', backup: '1' }, Buffer.from(text), 'twice.txt')
    const [first, second] = [await put('1'), await put('2')]
    const { asset_id: assetId, version_id: versionId } = first
    expect(await cloudinary.api.delete_backed_up_assets(assetId, [versionId])).toMatchObject({
      asset_id: assetId,
      deleted_version_ids: [versionId],
    })
    expect((await backup(first)).response.status).toBe(404)
    expect((await backup(second)).bytes.toString()).toBe('2')
    await expect(
      cloudinary.api.delete_backed_up_assets(assetId, [versionId, 'f'.repeat(32)]),
    ).resolves.toMatchObject({
      deleted_version_ids: [],
      failures: [
        { version_id: versionId, error: 'no_backup' },
        { version_id: 'f'.repeat(32), error: 'no_backup' },
      ],
    })
    const again = (key: Key, body: Record<string, string>) =>
      fetch(`${running.address}/v1_1/${CLOUD}/resources/backup/${assetId}`, {
        method: 'DELETE',
        headers: basic(key),
        body: new URLSearchParams(body),
      })
    const partial = await again(FULL_KEY, { 'version_ids[]': versionId })
    expect({ status: partial.status, json: await partial.json() }).toEqual({
      status: 200,
      json: {
        asset_id: assetId,
        deleted_version_ids: [],
        failures: [{ version_id: versionId, error: 'no_backup' }],
      },
    })
    expect((await again(FULL_KEY, {})).status).toBe(400)
    const own = { 'version_ids[]': second.version_id }
    expect((await again(UPLOAD_KEY, own)).status).toBe(401)
    expect((await backup(second)).bytes.toString()).toBe('2')
  })
})
