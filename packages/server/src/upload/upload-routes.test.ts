import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { serializeLimits } from '@countersign/protocol/limits'
import { apiSignRequest, verifyResponse } from '@countersign/protocol/signature'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from '../../test/running-server.js'

let photo: Buffer
let running: RunningServer

beforeAll(async () => {
  photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#4060a0' } })
    .jpeg()
    .toBuffer()
  running = await startTestServer()
})
afterAll(() => running.close())

const jpeg = (bytes: Uint8Array = photo) => ({ bytes, name: 'photo.jpg', type: 'image/jpeg' })
const now = () => Math.floor(Date.now() / 1000)

describe('a valid upload', () => {
  it.each(['sha1', 'sha256'] as const)(
    'is stored and answered according to the protocol, signed with %s',
    async (algorithm) => {
      const fields = signed(
        UPLOAD_KEY,
        { folder: 'users/42', tags: 'a,b', context: 'alt=A \\= cat' },
        { algorithm },
      )
      const { status, json } = await running.post('image/upload', formOf(fields, jpeg()))
      expect(status).toBe(200)
      expect(json).toMatchObject({
        format: 'jpg',
        width: 60,
        height: 40,
        resource_type: 'image',
        type: 'upload',
        bytes: photo.length,
        tags: ['a', 'b'],
        context: { custom: { alt: 'A = cat' } },
        original_filename: 'photo',
        asset_folder: 'users/42',
        placeholder: false,
        api_key: UPLOAD_KEY.id,
      })
      expect(json.public_id).toMatch(/^users\/42\/[a-z0-9]{20}$/)
      expect(json.asset_id).toMatch(/^[0-9a-f]{32}$/)
      expect(json.secure_url).toBe(
        `${running.address}/${CLOUD}/image/upload/v${json.version}/${json.public_id}.jpg`,
      )
      const { public_id: publicId, version, signature } = json
      expect(verifyResponse({ publicId, version, signature, secret: UPLOAD_KEY.secret })).toEqual({
        ok: true,
      })
      const delivered = await fetch(json.secure_url)
      expect(Buffer.from(await delivered.arrayBuffer())).toEqual(photo)
    },
  )

  it('may send its file first, or its fields in the query, or a JSON body with a data URI', async () => {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(photo)], { type: 'image/jpeg' }), 'photo.jpg')
    for (const [name, value] of Object.entries(signed(UPLOAD_KEY))) form.append(name, value)
    expect((await running.post('image/upload', form)).status).toBe(200)

    const query = new URLSearchParams(signed(UPLOAD_KEY))
    expect((await running.post(`image/upload?${query}`, formOf({}, jpeg()))).status).toBe(200)

    const body = JSON.stringify({
      ...signed(FULL_KEY),
      file: `data:image/jpeg;base64,${photo.toString('base64')}`,
    })
    const response = await fetch(`${running.address}/v1_1/${CLOUD}/image/upload`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ width: 60, bytes: photo.length })
  })

  it('may use Basic credentials', async () => {
    const { status, json } = await running.post(
      'image/upload',
      formOf({ public_id: 'basic' }, jpeg()),
      basic(FULL_KEY),
    )
    expect(status).toBe(200)
    expect(json.public_id).toBe('basic')
  })

  it('gets the detected resource type if the path says auto', async () => {
    const picture = await running.post('auto/upload', formOf(signed(FULL_KEY), jpeg()))
    expect(picture.json.resource_type).toBe('image')
    const text = { bytes: Buffer.from('hello'), name: 'notes.txt', type: 'text/plain' }
    const raw = await running.post('auto/upload', formOf(signed(FULL_KEY), text))
    expect(raw.json).toMatchObject({ resource_type: 'raw', bytes: 5 })
    expect(raw.json.public_id).toMatch(/^[a-z0-9]{20}\.txt$/)
    expect(raw.json).not.toHaveProperty('format')
  })

  it('with a full key overwrites and keeps the asset id; overwrite=false returns the existing asset', async () => {
    const params = { public_id: 'again' }
    const one = await running.post('image/upload', formOf(signed(FULL_KEY, params), jpeg()))
    const two = await running.post('image/upload', formOf(signed(FULL_KEY, params), jpeg()))
    expect(two.json).toMatchObject({ asset_id: one.json.asset_id, overwritten: true })
    expect(two.json.version).toBeGreaterThan(one.json.version)
    const kept = await running.post(
      'image/upload',
      formOf(signed(FULL_KEY, { ...params, overwrite: 'false' }), jpeg()),
    )
    expect(kept.json).toMatchObject({ existing: true, version: two.json.version })
  })

  it('does not overwrite if the signed limits forbid it, even with a full key', async () => {
    const params = { public_id: 'guarded' }
    const one = await running.post('image/upload', formOf(signed(FULL_KEY, params), jpeg()))
    const limits = serializeLimits({ overwrite: false })
    const two = await running.post(
      'image/upload',
      formOf(signed(FULL_KEY, { ...params, limits }), jpeg()),
    )
    expect(two.json).toMatchObject({ existing: true, version: one.json.version })
  })

  it('ignores an unknown field that is not signed', async () => {
    const { status } = await running.post(
      'image/upload',
      formOf({ ...signed(UPLOAD_KEY), max_bytes: '1' }, jpeg()),
    )
    expect(status).toBe(200)
  })
})

describe('an upload with a nonce', () => {
  const nonce = '0123456789abcdef0123456789abcdef'

  it('is stored once and answered equally if it is repeated, also at the same time', async () => {
    const before = await running.kept()
    const send = () => running.post('image/upload', formOf(signed(UPLOAD_KEY, { nonce }), jpeg()))
    const answers = await Promise.all(Array.from({ length: 6 }, send))
    answers.push(await send())
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(200))
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1)
    const after = await running.kept()
    expect({ ...after }).toEqual({ assets: before.assets + 1, blobs: before.blobs + 1, staged: 0 })
  })

  it('is refused if the nonce was used with other parameters', async () => {
    const { status, json } = await running.post(
      'image/upload',
      formOf(signed(UPLOAD_KEY, { nonce, tags: 'x' }), jpeg()),
    )
    expect(status).toBe(400)
    expect(json.error.message).toBe(
      'The nonce was used for another upload: use a new nonce for each upload',
    )
  })

  it('may use the nonce again after a refusal', async () => {
    const fresh = 'ffffffffffffffffffffffffffffffff'
    const refused = await running.post(
      'image/upload',
      formOf(signed(UPLOAD_KEY, { nonce: fresh }), jpeg(Buffer.from('no'))),
    )
    expect(refused.status).toBe(400)
    const stored = await running.post(
      'image/upload',
      formOf(signed(UPLOAD_KEY, { nonce: fresh }), jpeg()),
    )
    expect(stored.status).toBe(200)
  })
})

describe('an upload is refused, and nothing is stored', () => {
  let before: Awaited<ReturnType<RunningServer['kept']>>
  beforeEach(async () => {
    before = await running.kept()
  })

  async function expectRefusal(
    form: FormData,
    expected: { status: number; message: string | RegExp },
    path = 'image/upload',
  ): Promise<void> {
    const { status, json, headers } = await running.post(path, form)
    expect({ status, message: json?.error?.message }).toEqual({
      status: expected.status,
      message:
        typeof expected.message === 'string'
          ? expected.message
          : expect.stringMatching(expected.message),
    })
    expect(headers.get('x-cld-error')).toBe(json.error.message)
    expect(await running.kept()).toEqual(before)
  }

  it('without a signature and without a preset', () =>
    expectRefusal(formOf({ timestamp: String(now()) }, jpeg()), {
      status: 400,
      message: 'Upload preset must be specified when using unsigned upload',
    }))

  it('with a wrong secret; the answer shows the string to sign without the secret', () => {
    const fields = signed(
      { ...UPLOAD_KEY, secret: 'not-the-secret' },
      { timestamp: now(), folder: 'x' },
    )
    return expectRefusal(formOf(fields, jpeg()), {
      status: 401,
      message: `Invalid Signature ${fields.signature}. String to sign - 'folder=x&timestamp=${fields.timestamp}'.`,
    })
  })

  it('with a changed parameter', () =>
    expectRefusal(formOf({ ...signed(UPLOAD_KEY, { folder: 'mine' }), folder: 'yours' }, jpeg()), {
      status: 401,
      message: /^Invalid Signature [0-9a-f]{64}\. String to sign - 'folder=yours&timestamp=\d+'\.$/,
    }))

  it('with an added parameter', () =>
    expectRefusal(formOf({ ...signed(UPLOAD_KEY), tags: 'sneaky' }, jpeg()), {
      status: 401,
      message: /String to sign - 'tags=sneaky&timestamp=\d+'\.$/,
    }))

  it('with an unsigned parameter after the file', () => {
    const form = formOf(signed(UPLOAD_KEY), jpeg())
    form.append('tags', 'sneaky')
    return expectRefusal(form, {
      status: 401,
      message: /String to sign - 'tags=sneaky&timestamp=\d+'\.$/,
    })
  })

  it('with a parameter sent twice', () => {
    const form = formOf(signed(UPLOAD_KEY, { folder: 'mine' }))
    form.append('folder', 'yours')
    form.append('file', new Blob([new Uint8Array(photo)]), 'photo.jpg')
    return expectRefusal(form, { status: 400, message: 'folder was sent more than once' })
  })

  it('with an unknown key', () =>
    expectRefusal(formOf(signed({ ...UPLOAD_KEY, id: '999' }), jpeg()), {
      status: 401,
      message: 'Unknown API key 999',
    }))

  it('with a timestamp older than one hour or more than 15 minutes ahead', async () => {
    await expectRefusal(formOf(signed(UPLOAD_KEY, { timestamp: 1_712_842_998 }), jpeg()), {
      status: 400,
      message:
        'Stale request - reported time is 2024-04-11 13:43:18 +0000 which is more than 1 hour ago',
    })
    await expectRefusal(formOf(signed(UPLOAD_KEY, { timestamp: now() + 1000 }), jpeg()), {
      status: 400,
      message: /^Stale request - reported time is .* which is more than 15 minutes ahead$/,
    })
  })

  it('with a timestamp in milliseconds, or without a timestamp', async () => {
    await expectRefusal(formOf(signed(UPLOAD_KEY, { timestamp: now() * 1000 }), jpeg()), {
      status: 400,
      message: /^Stale request/,
    })
    const unsignedTime = {
      api_key: UPLOAD_KEY.id,
      signature: apiSignRequest({ folder: 'x' }, UPLOAD_KEY.secret),
      folder: 'x',
    }
    await expectRefusal(formOf(unsignedTime, jpeg()), {
      status: 400,
      message: 'Missing required parameter - timestamp',
    })
  })

  it('without an api key', () => {
    const { api_key: _, ...fields } = signed(UPLOAD_KEY)
    return expectRefusal(formOf(fields, jpeg()), {
      status: 400,
      message: 'Missing required parameter - api_key',
    })
  })

  it('unsigned with an unknown preset, or a preset for signed uploads', async () => {
    await expectRefusal(formOf({ upload_preset: 'nope' }, jpeg()), {
      status: 400,
      message: 'Upload preset not found',
    })
    await expectRefusal(formOf({ upload_preset: 'constructor' }, jpeg()), {
      status: 400,
      message: 'Upload preset not found',
    })
    await expectRefusal(formOf({ upload_preset: 'default' }, jpeg()), {
      status: 400,
      message: 'Upload preset must be whitelisted for unsigned uploads',
    })
  })

  it('without a file, and with an empty file', async () => {
    await expectRefusal(formOf(signed(UPLOAD_KEY)), {
      status: 400,
      message: 'Missing required parameter - file',
    })
    await expectRefusal(formOf(signed(UPLOAD_KEY), jpeg(Buffer.alloc(0))), {
      status: 400,
      message: 'Empty file',
    })
  })

  it('with text named .jpg on an upload key', () =>
    expectRefusal(formOf(signed(UPLOAD_KEY), jpeg(Buffer.from('just text'))), {
      status: 400,
      message: 'Invalid image file',
    }))

  it('with a truncated image on an upload key', () =>
    expectRefusal(formOf(signed(UPLOAD_KEY), jpeg(photo.subarray(0, photo.length / 2))), {
      status: 400,
      message: 'Invalid image file',
    }))

  it.each([UPLOAD_KEY, FULL_KEY])('over the signed limits, with key $id', async (key) => {
    const limits = serializeLimits({ maxBytes: 100 })
    await expectRefusal(formOf(signed(key, { limits }), jpeg()), {
      status: 400,
      message: `File size too large. Got ${photo.length}. Maximum is 100. The limit is set by the signed limits (max_bytes)`,
    })
    await expectRefusal(
      formOf(signed(key, { limits: serializeLimits({ maxPixels: 100 }) }), jpeg()),
      {
        status: 400,
        message: /The limit is set by the signed limits \(max_pixels\)$/,
      },
    )
    await expectRefusal(
      formOf(signed(key, { limits: serializeLimits({ accept: ['image/png'] }) }), jpeg()),
      {
        status: 400,
        message: 'Image file format jpg not allowed: the signed limits accepts image/png (accept)',
      },
    )
  })

  it.each([UPLOAD_KEY, FULL_KEY])(
    'with a type or a source that the signed limits forbid, with key $id',
    async (key) => {
      const limited = (limits: Parameters<typeof serializeLimits>[0]) =>
        signed(key, { limits: serializeLimits(limits) })
      await expectRefusal(formOf(limited({ resourceTypes: ['video'] }), jpeg()), {
        status: 400,
        message: 'Image files are not allowed: the signed limits takes video only (resource_types)',
      })
      await expectRefusal(formOf(limited({ sources: ['data'] }), jpeg()), {
        status: 400,
        message:
          'The file must not come as an uploaded file: the signed limits takes a data URI only (sources)',
      })
    },
  )

  it('with invalid limits', () =>
    expectRefusal(formOf(signed(UPLOAD_KEY, { limits: '{"max_byte":1}' }), jpeg()), {
      status: 400,
      message: 'limits.max_byte is not a limit',
    }))

  it('raw and video on an upload key whose preset allows images only', async () => {
    for (const [path, what] of [
      ['raw/upload', 'Raw'],
      ['video/upload', 'Video'],
    ]) {
      await expectRefusal(
        formOf(signed(UPLOAD_KEY), jpeg()),
        {
          status: 400,
          message: `${what} files are not allowed: the preset default of API key ${UPLOAD_KEY.id} takes image only (resource_types)`,
        },
        path,
      )
    }
  })

  it('as auto with a text file on an upload key', () =>
    expectRefusal(
      formOf(signed(UPLOAD_KEY), {
        bytes: Buffer.from('<script>'),
        name: 'x.html',
        type: 'text/html',
      }),
      { status: 400, message: /^Raw files are not allowed/ },
      'auto/upload',
    ))

  it('with a public id on an upload key whose preset forbids one', () =>
    expectRefusal(formOf(signed(UPLOAD_KEY, { public_id: 'victim' }), jpeg()), {
      status: 400,
      message: 'public_id is not allowed by the preset default (disallow_public_id)',
    }))

  it.each([
    ['a/../b'],
    ['..'],
    ['./a'],
    ['a\u0007b'],
    ['a?b'],
    ['a&b'],
    ['a\\b'],
    ['a%2eb'],
    ['/a'],
    ['a/'],
    [' a'],
    ['x'.repeat(256)],
  ])('with the public id %j on a full key', (publicId) =>
    expectRefusal(formOf(signed(FULL_KEY, { public_id: publicId }), jpeg()), {
      status: 400,
      message: /^public_id \(.+\) is invalid$/,
    }),
  )

  it('with a data URI or a remote URL on an upload key that accepts files only', async () => {
    const data = `data:image/jpeg;base64,${photo.toString('base64')}`
    for (const file of [data, 'http://127.0.0.1:1/x.jpg']) {
      await expectRefusal(formOf({ ...signed(UPLOAD_KEY), file }), {
        status: 400,
        message: /^The file must not come as .* takes an uploaded file only \(sources\)$/,
      })
    }
  })

  it('with a parameter that is not supported', async () => {
    for (const [name, value] of [
      ['eval', 'x=1'],
      ['responsive_breakpoints', '[]'],
      ['proxy', 'http://example.com'],
    ]) {
      await expectRefusal(formOf(signed(FULL_KEY, { [name ?? '']: value }), jpeg()), {
        status: 400,
        message: `${name} is not supported`,
      })
    }
  })

  it('without its closing boundary', async () => {
    const response = await fetch(`${running.address}/v1_1/${CLOUD}/image/upload`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=xyz' },
      body: new Uint8Array(rawForm(signed(UPLOAD_KEY), photo)),
    })
    expect(response.status).toBe(400)
    expect((await response.json()).error.message).toBe(
      'The form is malformed: it ends too early, its closing boundary is missing',
    )
    expect(await running.kept()).toEqual(before)
  })

  it('if the connection is lost halfway, with the fields first or the file first', async () => {
    for (const fields of [signed(UPLOAD_KEY), {}]) {
      const body = rawForm(fields as Record<string, string>, photo)
      await new Promise<void>((resolve, reject) => {
        const { port, hostname } = new URL(running.address)
        const socket = createConnection(Number(port), hostname, () => {
          socket.write(
            `POST /v1_1/${CLOUD}/image/upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: ${body.length + 5000}\r\n\r\n`,
          )
          socket.write(body, () => socket.destroy())
        })
        socket.on('close', () => resolve()).on('error', reject)
      })
      await expect.poll(() => running.kept()).toEqual(before)
    }
  })

  it('with too many fields, or a field too large', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`f${index}`, 'x']))
    await expectRefusal(formOf(many, jpeg()), {
      status: 400,
      message: 'A form may have 64 fields at most, and a list 1000 members',
    })
    await expectRefusal(formOf({ context: 'x'.repeat(70_000) }, jpeg()), {
      status: 400,
      message: /^context is too large/,
    })
  })

  it('with a file part or a field without a name', async () => {
    for (const disposition of ['form-data; filename="x"', 'form-data']) {
      const body = `--xyz\r\nContent-Disposition: ${disposition}\r\n\r\nx\r\n--xyz--\r\n`
      const headers = { 'content-type': 'multipart/form-data; boundary=xyz' }
      const url = `${running.address}/v1_1/${CLOUD}/image/upload`
      const response = await fetch(url, { method: 'POST', headers, body })
      expect(response.status).toBe(400)
    }
    expect((await fetch(`${running.address}/health`)).status).toBe(200)
  })

  it('with a text that looks like the start of an SVG, in linear time', async () => {
    const comments = Buffer.from(`${'<!---->'.repeat(400)}z`)
    const startedAt = process.cpuUsage()
    await expectRefusal(formOf(signed(UPLOAD_KEY), jpeg(comments)), {
      status: 400,
      message: 'Invalid image file',
    })
    expect(process.cpuUsage(startedAt).user).toBeLessThan(2_000_000)
  })

  it('with too many pairs or too deep nesting in a text body', async () => {
    const send = async (type: string, body: string) => {
      const headers = { 'content-type': type }
      const url = `${running.address}/v1_1/${CLOUD}/image/upload`
      const response = await fetch(url, { method: 'POST', headers, body })
      return { status: response.status, message: (await response.json()).error.message }
    }
    const pairs = Array.from({ length: 100_000 }, (_, index) => `f${index}=x`).join('&')
    expect(await send('application/x-www-form-urlencoded', pairs)).toEqual({
      status: 400,
      message: 'A form may have 64 fields at most, and a list 1000 members',
    })
    const deep = `{"context":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect((await send('application/json', deep)).status).toBe(400)
    expect((await send('application/json', `{"context":"${'x'.repeat(600_000)}"}`)).status).toBe(
      400,
    )
  })

  it('as another action, which takes no file', async () => {
    const { status, json } = await running.post('image/destroy', formOf({ public_id: 'x' }, jpeg()))
    expect(status).toBe(400)
    expect(json.error.message).toBe('This action takes no file')
  })

  it('with the key of another cloud', async () => {
    const response = await fetch(`${running.address}/v1_1/elsewhere/image/upload`, {
      method: 'POST',
      body: formOf(signed(UPLOAD_KEY), jpeg()),
    })
    expect(response.status).toBe(401)
    expect((await response.json()).error.message).toBe('cloud_name mismatch')
  })
})

describe('a refusal of a large upload', () => {
  it('reaches the client as an answer instead of a reset connection', async () => {
    const big = Buffer.alloc(8 * 1024 * 1024)
    const { status, json } = await running.post(
      'image/upload',
      formOf({ ...signed(UPLOAD_KEY), tags: 'x' }, jpeg(big)),
    )
    expect(status).toBe(401)
    expect(json.error.message).toMatch(/^Invalid Signature/)
  })
})

describe('scope', () => {
  it.each(['destroy', 'rename', 'explicit', 'tags', 'context', 'generate_archive'])(
    'refuses %s to an upload key before the signature is checked',
    async (action) => {
      const { status, json } = await running.post(`image/${action}`, {
        api_key: UPLOAD_KEY.id,
        signature: 'x',
        timestamp: '1',
      })
      expect(status).toBe(401)
      expect(json.error.message).toBe(`API key ${UPLOAD_KEY.id} may not ${action}`)
    },
  )

  it('lets a full key destroy; a second call finds nothing', async () => {
    await running.post('image/upload', formOf(signed(FULL_KEY, { public_id: 'doomed' }), jpeg()))
    const destroy = () => running.post('image/destroy', signed(FULL_KEY, { public_id: 'doomed' }))
    expect((await destroy()).json).toEqual({ result: 'ok' })
    expect((await destroy()).json).toEqual({ result: 'not found' })
  })

  it('refuses an unsupported action only after scope and signature are checked', async () => {
    const wrong = await running.post('image/sprite', { ...signed(FULL_KEY), tag: 'b' })
    expect(wrong.status).toBe(401)
    const right = await running.post('image/sprite', signed(FULL_KEY, { tag: 'b' }))
    expect(right).toMatchObject({
      status: 400,
      json: { error: { message: 'sprite is not supported' } },
    })
  })
})

describe('an unsigned upload', () => {
  it('follows its preset first, never overwrites, and may use only the listed parameters', async () => {
    const created = await fetch(`${running.address}/v1_1/${CLOUD}/upload_presets`, {
      method: 'POST',
      headers: { ...basic(FULL_KEY), 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'open',
        unsigned: true,
        folder: 'preset',
        tags: ['p'],
        limits: { max_bytes: 1000 },
      }),
    })
    expect(await created.json()).toEqual({ message: 'created', name: 'open' })
    const send = (fields: Record<string, string>, bytes = photo) =>
      running.post('image/upload', formOf({ upload_preset: 'open', ...fields }, jpeg(bytes)))
    const stored = await send({ folder: 'mine', tags: 'm', public_id: 'same' })
    expect(stored.json).toMatchObject({
      public_id: 'preset/same',
      tags: ['p', 'm'],
      api_key: FULL_KEY.id,
    })
    expect((await send({ public_id: 'same' })).json).toMatchObject({
      existing: true,
      version: stored.json.version,
    })
    const refused = await send({ overwrite: 'true' })
    expect(refused.status).toBe(400)
    expect(refused.json.error.message).toMatch(
      /^Overwrite parameter is not allowed when using unsigned upload\. Only upload_preset, callback,/,
    )
    const large = await sharp({
      create: { width: 900, height: 900, channels: 3, background: 'blue' },
    })
      .jpeg()
      .toBuffer()
    expect((await send({}, large)).json.error.message).toMatch(
      /Maximum is 1000\. The limit is set by the preset open \(max_bytes\)$/,
    )
  })
})

describe('an upload under a preset with few settings', () => {
  it('stays in the folder of its preset, whatever folder the request names', async () => {
    const { catalog } = running.server.services
    const settings = { folder: 'guests', disallow_public_id: true }
    const preset = {
      cloud: CLOUD,
      name: 'guests',
      isUnsigned: true,
      disallowPublicId: true,
      settings,
    }
    await catalog.writePreset({ ...preset, replace: true, now: 1 })
    const places = { public_id_prefix: 'users/1', asset_folder: 'users/1', folder: 'users/1' }
    const { json } = await running.post(
      'image/upload',
      formOf({ upload_preset: 'guests', ...places }, jpeg()),
    )
    expect(json).toMatchObject({
      public_id: expect.stringMatching(/^guests\/[a-z0-9]{20}$/),
      asset_folder: 'guests',
    })
  })

  it('gets all other limits from the default preset, signed and unsigned', async () => {
    const ceiling = {
      ...UPLOAD_KEY,
      id: '555',
      secret: 'secret-of-a-key-with-a-preset',
      preset: 'small',
    }
    const own = await startTestServer({ keys: [ceiling, FULL_KEY] })
    const { catalog } = own.server.services
    for (const [name, isUnsigned] of [
      ['small', false],
      ['anybody', true],
    ] as const) {
      const preset = {
        cloud: CLOUD,
        name,
        isUnsigned,
        disallowPublicId: false,
        settings: {},
        limits: { maxBytes: 5000 },
      }
      await catalog.writePreset({ ...preset, replace: true, now: 1 })
    }
    const html = {
      bytes: Buffer.from('<script>alert(1)</script>'),
      name: 'x.html',
      type: 'text/html',
    }
    const svg = {
      bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      name: 'x.svg',
      type: 'image/svg+xml',
    }
    for (const fields of [signed(ceiling), { upload_preset: 'anybody' }]) {
      expect((await own.post('raw/upload', formOf(fields, html))).status).toBe(400)
      expect((await own.post('image/upload', formOf(fields, svg))).status).toBe(400)
      expect((await own.post('image/upload', formOf(fields, jpeg()))).status).toBe(200)
    }
    const named = () =>
      own.post('image/upload', formOf(signed(ceiling, { public_id: 'same', tags: 'mine' }), jpeg()))
    await named()
    expect((await named()).json).toMatchObject({ existing: true, tags: [] })
    await own.close()
  })

  it('reveals nothing about a protected asset with the same public id', async () => {
    const own = await startTestServer()
    const preset = {
      cloud: CLOUD,
      name: 'hidden',
      isUnsigned: true,
      disallowPublicId: false,
      settings: { type: 'authenticated' },
    }
    await own.server.services.catalog.writePreset({ ...preset, replace: true, now: 1 })
    await own.post(
      'image/upload',
      formOf(signed(FULL_KEY, { public_id: 'victim', type: 'authenticated' }), jpeg()),
    )
    const { status, json } = await own.post(
      'image/upload',
      formOf({ upload_preset: 'hidden', public_id: 'victim' }, jpeg()),
    )
    expect({ status, message: json.error.message }).toEqual({
      status: 400,
      message: 'public_id (victim) is taken',
    })
    await own.close()
  })
})

describe('a signed upload under a named preset', () => {
  it('gets stricter limits from the preset, but never wider ones', async () => {
    const write = (name: string, limits: object) =>
      fetch(`${running.address}/v1_1/${CLOUD}/upload_presets`, {
        method: 'POST',
        headers: { ...basic(FULL_KEY), 'content-type': 'application/json' },
        body: JSON.stringify({ name, limits }),
      })
    await write('wide', {
      resource_types: ['image', 'raw'],
      accept: ['*/*'.replace('*/*', 'text/plain'), 'image/*'],
      max_bytes: 900_000_000,
    })
    const raw = await running.post(
      'raw/upload',
      formOf(signed(UPLOAD_KEY, { upload_preset: 'wide' }), jpeg()),
    )
    expect(raw.json.error.message).toMatch(
      /^Raw files are not allowed: the preset default of API key/,
    )
    await write('narrow', { max_bytes: 10 })
    const narrow = await running.post(
      'image/upload',
      formOf(signed(FULL_KEY, { upload_preset: 'narrow' }), jpeg()),
    )
    expect(narrow.json.error.message).toMatch(
      /The limit is set by the preset narrow \(max_bytes\)$/,
    )
  })
})

describe('in dev', () => {
  let dev: RunningServer
  beforeAll(async () => {
    dev = await startTestServer({ mode: 'dev' })
  })
  afterAll(() => dev.close())

  it('the answer and the log explain a signature made with a quoted secret', async () => {
    const quoted = { ...UPLOAD_KEY, secret: `"${UPLOAD_KEY.secret}"` }
    const { json } = await dev.post('image/upload', formOf(signed(quoted), jpeg()))
    expect(json.error.message).toMatch(/^Invalid Signature .*'\. \(dev: .*quot/)
    expect(dev.logs.join('')).toMatch(/"cause":"secret_quoted"/)
    expect(dev.logs.join('')).not.toContain(UPLOAD_KEY.secret)
  })

  it('the answer to an unknown key or cloud asks whether another server uses the port', async () => {
    const { port } = new URL(dev.address)
    const question = `is another server running on ${port}?`
    const unknown = { ...UPLOAD_KEY, id: '999' }
    const { json } = await dev.post('image/upload', formOf(signed(unknown), jpeg()))
    expect(json.error.message).toContain(
      `Unknown API key 999 (dev: this server does not know key 999; ${question}`,
    )
    const basic = await fetch(`${dev.address}/v1_1/testing/resources/image`, {
      headers: { authorization: `Basic ${Buffer.from('999:x').toString('base64')}` },
    })
    expect(await basic.text()).toContain(question)
    const unsigned = await fetch(`${dev.address}/v1_1/elsewhere/image/upload`, {
      method: 'POST',
      body: new URLSearchParams({ upload_preset: 'open', file: 'data:image/png;base64,AA' }),
    })
    expect(await unsigned.text()).toContain(`does not know cloud elsewhere; ${question}`)
  })

  it('that answer names no key, cloud or folder of this server', async () => {
    const { json } = await dev.post(
      'image/upload',
      formOf(signed({ ...UPLOAD_KEY, id: '999' }), jpeg()),
    )
    expect(json.error.message).not.toMatch(
      new RegExp([UPLOAD_KEY.id, FULL_KEY.id, tmpdir()].join('|')),
    )
  })
})

describe('logs', () => {
  it('never contain a secret', () => {
    const text = running.logs.join('')
    expect(text).not.toContain(UPLOAD_KEY.secret)
    expect(text).not.toContain(FULL_KEY.secret)
    expect(text).toContain('"reqId"')
    // The error text of a wrong signature contains every parameter.
    expect(text).not.toContain('String to sign')
  })
})

function rawForm(fields: Record<string, string>, file: Buffer): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head = `--xyz\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`
  return Buffer.concat([Buffer.from(parts.join('') + head), file])
}
