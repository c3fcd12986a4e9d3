/**
 * Sends requests in the form of the official Python SDK (1.46.0): bodies with a length, lists with indices, booleans as 1 and 0 in uploads
 * and as True in Admin queries, Admin writes as JSON, DELETE with a JSON body, and parts that repeat the public id of the first answer.
 */

import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createQuadrants } from './pictures.js'
import {
  basic,
  CLOUD,
  FULL_KEY,
  type RunningServer,
  signed,
  startTestServer,
} from './running-server.js'

const USER_AGENT = 'CloudinaryPython/1.46.0 (Python 3.11.7)'
const PATH_NAME = '/home/someone/pictures/photo of me.png'

let running: RunningServer
let photo: Buffer
beforeAll(async () => {
  running = await startTestServer()
  photo = await createQuadrants({ widthPx: 40, heightPx: 30 })
  await upload({ public_id: 'first', tags: 'seen' })
})
afterAll(() => running.close())

interface Answer {
  readonly status: number | undefined
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  readonly json: any
}

function send(
  method: string,
  path: string,
  body: Buffer | undefined,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body ? { 'content-length': String(body.length) } : {}
    const sent = request(
      `${running.address}/v1_1/${CLOUD}/${path}`,
      { method, headers: { 'user-agent': USER_AGENT, ...length, ...headers } },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode, json: JSON.parse(String(Buffer.concat(chunks))) }),
        )
      },
    )
    sent.on('error', reject).end(body)
  })
}

/** Sends parameters as the SDK writes them: without empty values, and lists with indices. */
function post(
  path: string,
  fields: Record<string, string | readonly string[]>,
  file?: {
    readonly name: string
    readonly bytes: Buffer
    readonly headers?: Record<string, string>
  },
): Promise<Answer> {
  const boundary = randomBytes(16).toString('hex')
  const parts: Buffer[] = []
  const add = (disposition: string, type: string, value: string | Buffer) => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type}\r\n`
    parts.push(Buffer.from(head), Buffer.from(value), Buffer.from('\r\n'))
  }
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') add(`name="${name}"`, '', value)
    else for (const [index, item] of value.entries()) add(`name="${name}[${index}]"`, '', item)
  }
  if (file) {
    const type = 'Content-Type: application/octet-stream\r\n'
    add(`name="file"; filename="${file.name}"`, type, file.bytes)
  }
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, ...file?.headers }
  return send('POST', path, body, headers)
}

/** Signs parameters as the SDK does: it joins a list with commas. */
function signedFields(params: Record<string, string | readonly string[]>) {
  const texts = Object.entries(params).map(([name, value]) => [name, [value].flat().join(',')])
  const { signature = '', timestamp = '' } = signed(FULL_KEY, Object.fromEntries(texts), {
    algorithm: 'sha1',
  })
  return { ...params, timestamp, signature, api_key: FULL_KEY.id }
}

const call = (path: string, params: Record<string, string | readonly string[]>) =>
  post(path, signedFields(params))
const upload = (params: Record<string, string>, name = PATH_NAME) =>
  post('image/upload', signedFields(params), { name, bytes: photo })
const admin = (method: string, path: string, body?: unknown) =>
  send(method, path, body === undefined ? undefined : Buffer.from(JSON.stringify(body)), {
    ...basic(FULL_KEY),
    'content-type': 'application/json',
  })

describe('the Upload API', () => {
  it('names an upload after the last segment of its path', async () => {
    const { json } = await upload({ use_filename: '1', unique_filename: '0', tags: 'b,a' })
    expect(json).toMatchObject({
      public_id: 'photo_of_me',
      original_filename: 'photo of me',
      ...{ width: 40, height: 30, tags: ['b', 'a'] },
    })
  })

  it.each([
    ['explicit', { public_id: 'first', type: 'upload', tags: 'seen' }, { public_id: 'first' }],
    ['explicit', { public_id: 'first', type: 'upload', async: '1' }, { status: 'pending' }],
    [
      'tags',
      { command: 'add', tag: 'x', public_ids: ['first', 'none'] },
      { public_ids: ['first'] },
    ],
    ['tags', { command: 'remove', tag: 'x', public_ids: ['first'] }, { public_ids: ['first'] }],
    ['tags', { command: 'remove_all', public_ids: ['none'] }, { public_ids: [] }],
    ['tags', { command: 'replace', tag: 'seen', public_ids: ['first'] }, { public_ids: ['first'] }],
    [
      'context',
      { command: 'add', context: 'a=b', public_ids: ['first'] },
      { public_ids: ['first'] },
    ],
    ['context', { command: 'remove_all', public_ids: ['first'] }, { public_ids: ['first'] }],
    [
      'rename',
      { from_public_id: 'first', to_public_id: 'first', overwrite: '1' },
      { public_id: 'first' },
    ],
    [
      'generate_archive',
      { tags: ['seen'], mode: 'create', target_format: 'zip' },
      { file_count: 1 },
    ],
    ['destroy', { public_id: 'none', type: 'upload', invalidate: '1' }, { result: 'not found' }],
  ])('does %s: %j', async (action, params, answer) => {
    expect(await call(`image/${action}`, params)).toMatchObject({ status: 200, json: answer })
  })

  it.each(['text', 'sprite', 'multi', 'explode', 'create_slideshow'])(
    'refuses %s as not supported',
    async (action) => {
      const type = action === 'create_slideshow' ? 'video' : 'image'
      expect(await call(`${type}/${action}`, {})).toMatchObject({
        status: 400,
        json: { error: { message: `${action} is not supported` } },
      })
    },
  )

  it.each(['raw', 'image'])('stores a large bitmap in parts as %s', async (type) => {
    // The file of the SDK's own suite: 1400 by 1400 pixels with a header of version 5.
    const file = Buffer.alloc(5_880_138, 0xff)
    file.fill(0, 0, 138).write('BM')
    file.writeUInt32LE(file.length, 2)
    for (const [at, value] of [
      [10, 138],
      [14, 124],
      [18, 1400],
      [22, 1400],
    ] as const) {
      // biome-ignore format: pairs
      file.writeUInt32LE(value, at)
    }
    file.writeUInt16LE(1, 26)
    file.writeUInt16LE(24, 28)
    const size = 5_243_000
    const id = randomBytes(8).toString('hex')
    let publicId: string | undefined
    let answer: Answer | undefined
    for (let start = 0; start < file.length; start += size) {
      const bytes = file.subarray(start, start + size)
      const range = `bytes ${start}-${start + bytes.length - 1}/${file.length}`
      const headers = { 'content-range': range, 'x-unique-upload-id': id }
      // The public id of the first answer is copied into later parts, and signed with them.
      const named = publicId === undefined ? {} : { public_id: publicId }
      const fields = signedFields({ tags: 'upload_large_tag,up_test', ...named })
      answer = await post(`${type}/upload`, fields, { name: '/tmp/large.bmp', bytes, headers })
      publicId ??= answer.json.public_id
    }
    expect(answer).toMatchObject({
      status: 200,
      json: {
        ...{ done: true, resource_type: type, public_id: publicId, original_filename: 'large' },
        tags: ['upload_large_tag', 'up_test'],
        etag: createHash('md5').update(file).digest('hex'),
        ...(type === 'image' ? { width: 1400, height: 1400, format: 'bmp' } : {}),
      },
    })
  })
})

describe('the Admin API', () => {
  it('reads True in a query', async () => {
    await call('image/context', { command: 'add', context: 'a=b', public_ids: ['first'] })
    const query = 'resources/image/upload?prefix=first&tags=True&context=True&max_results=10'
    const { json } = await admin('GET', query)
    expect(json.resources).toMatchObject([{ tags: ['seen'], context: { custom: { a: 'b' } } }])
    const without = await admin('GET', query.replaceAll('True', 'False'))
    expect(without.json.resources[0]).not.toHaveProperty('tags')
  })

  it('accepts writes as JSON', async () => {
    const update = await admin('POST', 'resources/image/upload/first', {
      tags: 'seen,b',
      clear_invalid: true,
    })
    expect(update.json).toMatchObject({ public_id: 'first', tags: ['b', 'seen'] })
    const preset = { name: 'python', unsigned: true, tags: 'p', use_filename: true }
    expect((await admin('POST', 'upload_presets', preset)).json).toMatchObject({
      message: 'created',
    })
    const unsigned = { upload_preset: 'python' }
    const { json } = await post('image/upload', unsigned, { name: PATH_NAME, bytes: photo })
    expect(json).toMatchObject({ tags: ['p'], public_id: expect.stringMatching(/^photo_of_me_/) })
    expect((await admin('DELETE', 'upload_presets/python', {})).json).toEqual({
      message: 'deleted',
    })
  })

  it('accepts a DELETE with a JSON body', async () => {
    const values = [{ external_id: 'r', value: 'red' }, { external_id: 'g', value: 'green' }] // biome-ignore format: pairs
    const field = { external_id: 'colour', label: 'Colour', type: 'enum', datasource: { values } }
    expect((await admin('POST', 'metadata_fields', field)).status).toBe(200)
    const left = await admin('DELETE', 'metadata_fields/colour/datasource', { external_ids: ['r'] })
    expect(left.json.values).toMatchObject([{ external_id: 'g' }])
    expect((await admin('DELETE', 'metadata_fields/colour', {})).json).toEqual({ message: 'ok' })
  })

  it.each([
    ['POST', 'resources/search', { expression: 'cat' }, 'search'],
    ['DELETE', 'resources/image/upload', { public_ids: ['first'] }, 'delete of resources'],
    ['DELETE', 'derived_resources', { derived_resource_ids: ['a'] }, 'derived_resources'],
  ])('refuses an unsupported call by name: %s %s', async (method, path, body, name) => {
    expect(await admin(method, path, body)).toMatchObject({
      status: 400,
      json: { error: { message: `${name} is not supported` } },
    })
  })
})

it('accepts booleans in Python’s spelling', async () => {
  const params = { public_id: 'printed', overwrite: 'True', use_filename: 'False', faces: 'False' }
  expect((await upload(params)).json).toMatchObject({ public_id: 'printed' })
  const renamed = await call('image/rename', {
    from_public_id: 'printed',
    to_public_id: 'p',
    context: 'True',
  })
  expect(renamed.json).toMatchObject({ public_id: 'p' })
  const wrong = await upload({ overwrite: 'Perhaps' })
  expect(wrong.json.error.message).toMatch(/^overwrite must be true or false, received Perhaps$/)
})
