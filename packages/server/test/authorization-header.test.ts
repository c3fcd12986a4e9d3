import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Answer,
  basic,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let running: RunningServer
let photo: Buffer

beforeAll(async () => {
  photo = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  running = await startTestServer()
  for (const [name, isUnsigned] of [
    ['guests', true],
    ['members', false],
  ] as const) {
    await running.server.services.catalog.writePreset({
      cloud: CLOUD,
      name,
      isUnsigned,
      disallowPublicId: false,
      settings: {},
      replace: true,
      now: Date.now(),
    })
  }
})
afterAll(() => running.close())

const header = (scheme: string, text: string): string =>
  `${scheme} ${Buffer.from(text).toString('base64')}`
const FOREIGN = [
  'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x',
  'Bearer undefined',
  'Token token="abc"',
  'Digest username="alice"',
  'garbage',
  'Basic',
  'Basic %%%',
  header('Basic', 'no colon'),
  header('Basic', 'alice:apppassword'),
]
const REAL_WRONG_SECRET = header('Basic', `${FULL_KEY.id}:wrong`)
const REAL = basic(FULL_KEY).authorization as string

const file = () => ({ bytes: photo, name: 'a.png', type: 'image/png' })
const wrongSignature = (fields: Record<string, string>) => ({
  ...fields,
  signature: 'a'.repeat(40),
})

function upload(fields: Record<string, string>, authorization: string): Promise<Answer> {
  return running.post('image/upload', formOf(fields, file()), { authorization })
}

/** Creates a form whose first part is the file. */
function uploadFileFirst(fields: Record<string, string>, authorization: string): Promise<Answer> {
  const form = formOf({}, file())
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return running.post('image/upload', form, { authorization })
}

describe('an upload with a valid signature', () => {
  it.each([...FOREIGN, REAL, REAL_WRONG_SECRET, basic(UPLOAD_KEY).authorization as string])(
    'is stored by the signing key whatever the Authorization header says: %s',
    async (authorization) => {
      for (const key of [UPLOAD_KEY, FULL_KEY]) {
        const one = await upload(signed(key), authorization)
        expect(one).toMatchObject({ status: 200, json: { api_key: key.id } })
        const two = await uploadFileFirst(signed(key), authorization)
        expect(two).toMatchObject({ status: 200, json: { api_key: key.id } })
      }
    },
  )

  it('has only the rights of its own key, even with Basic credentials of a full key', async () => {
    // The preset of the upload key refuses raw files. The full key accepts every file.
    const raw = { bytes: Buffer.from('#!/bin/sh'), name: 'run.sh', type: 'text/x-sh' }
    const headers = { authorization: REAL }
    const fields = signed(UPLOAD_KEY)
    expect((await running.post('raw/upload', formOf(fields, raw), headers)).status).toBe(400)
    const kept = await running.kept()
    const first = formOf({}, raw)
    for (const [name, value] of Object.entries(fields)) first.append(name, value)
    expect((await running.post('raw/upload', first, headers)).status).toBe(400)
    expect(await running.kept()).toEqual(kept)
  })
})

describe('an upload with a wrong signature', () => {
  it.each([...FOREIGN, REAL, REAL_WRONG_SECRET])(
    'is refused and keeps nothing whatever the Authorization header says: %s',
    async (authorization) => {
      const kept = await running.kept()
      const fields = wrongSignature(signed(FULL_KEY))
      for (const send of [upload, uploadFileFirst]) {
        const { status, json } = await send(fields, authorization)
        expect(status).toBe(401)
        expect(json.error.message).toMatch(/^Invalid Signature aaaa/)
      }
      expect(await running.kept()).toEqual(kept)
    },
  )

  it('does not become an unsigned upload because of a preset', async () => {
    const fields = wrongSignature(signed(FULL_KEY, { upload_preset: 'guests' }))
    expect((await upload(fields, REAL)).status).toBe(401)
  })

  it('is refused if the key is unknown or missing', async () => {
    const unknown = { ...signed(FULL_KEY), api_key: '7' }
    expect((await upload(unknown, REAL)).json.error.message).toBe('Unknown API key 7')
    const { api_key: _, ...keyless } = signed(FULL_KEY)
    const answer = await upload(keyless, REAL)
    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toBe('Missing required parameter - api_key')
  })

  it('is refused if the signature is sent in the form and in the query', async () => {
    const form = formOf(signed(FULL_KEY), file())
    const path = `image/upload?signature=${'a'.repeat(40)}`
    const answer = await running.post(path, form, { authorization: REAL })
    expect(answer.status).toBe(400)
    expect(answer.json.error.message).toBe('signature was sent more than once')
  })
})

describe('an upload without a signature', () => {
  it.each(FOREIGN)('uses its unsigned preset despite a foreign header: %s', async (foreign) => {
    for (const send of [upload, uploadFileFirst]) {
      expect((await send({ upload_preset: 'guests' }, foreign)).status).toBe(200)
      // Some clients send an empty signature if they cannot sign.
      const blank = { upload_preset: 'guests', api_key: UPLOAD_KEY.id, signature: '' }
      expect((await send(blank, foreign)).status).toBe(200)
    }
  })

  it('is refused with a foreign header if its preset is for signed uploads or missing', async () => {
    for (const foreign of FOREIGN) {
      const members = await upload({ upload_preset: 'members' }, foreign)
      expect(members.json.error.message).toBe(
        'Upload preset must be whitelisted for unsigned uploads',
      )
      const none = await upload({}, foreign)
      expect(none.status).toBe(401)
      expect(none.json.error.message).toMatch(/^(Authorization must be Basic|Unknown API key )/)
    }
  })

  it('uses Basic credentials of a known key, also with a preset or an empty signature', async () => {
    for (const fields of [
      {},
      { upload_preset: 'members', public_id: 'by-basic' },
      { signature: '' },
    ]) {
      for (const send of [upload, uploadFileFirst]) {
        expect(await send(fields, REAL)).toMatchObject({
          status: 200,
          json: { api_key: FULL_KEY.id },
        })
      }
    }
  })

  it('is refused for a known key with a wrong secret, with or without an unsigned preset', async () => {
    const kept = await running.kept()
    for (const fields of [{}, { upload_preset: 'guests' }]) {
      for (const send of [upload, uploadFileFirst]) {
        const { status, json } = await send(fields, REAL_WRONG_SECRET)
        expect(status).toBe(401)
        expect(json.error.message).toBe('api_secret mismatch')
      }
    }
    expect(await running.kept()).toEqual(kept)
  })
})

describe('other calls', () => {
  it.each([...FOREIGN, REAL, REAL_WRONG_SECRET])(
    'of the Upload API are authorized by their signature alone: %s',
    async (authorization) => {
      const fields = signed(FULL_KEY, { public_id: 'absent' })
      const headers = { authorization }
      const done = await running.post('image/destroy', fields, headers)
      expect(done).toMatchObject({ status: 200, json: { result: 'not found' } })
      const refused = await running.post('image/destroy', wrongSignature(fields), headers)
      expect(refused.status).toBe(401)
      const ofUploadKey = signed(UPLOAD_KEY, { public_id: 'absent' })
      const beyond = await running.post('image/destroy', ofUploadKey, headers)
      expect(beyond.json.error.message).toBe(`API key ${UPLOAD_KEY.id} may not destroy`)
    },
  )

  it('without a signature need Basic credentials of a known key', async () => {
    const call = (authorization: string) =>
      running.post('image/destroy', { public_id: 'absent' }, { authorization })
    expect((await call(REAL)).json).toEqual({ result: 'not found' })
    for (const foreign of [...FOREIGN, REAL_WRONG_SECRET]) {
      expect((await call(foreign)).status).toBe(401)
    }
  })

  it('by delete token need no key and ignore the header', async () => {
    const params = signed(FULL_KEY, { return_delete_token: 'true' })
    const { json } = await upload(params, FOREIGN[0] as string)
    const token = json.delete_token
    const authorization = FOREIGN[0] as string
    const deleted = await running.post('delete_by_token', { token }, { authorization })
    expect(deleted.json).toEqual({ result: 'ok' })
  })

  it('that download files use the signature in their URL', async () => {
    await upload(signed(FULL_KEY, { public_id: 'download' }), '')
    const query = new URLSearchParams(signed(FULL_KEY, { public_id: 'download', format: 'png' }))
    const read = (text: string) =>
      fetch(`${running.address}/v1_1/${CLOUD}/image/download?${text}`, {
        headers: { authorization: FOREIGN[0] as string },
      })
    expect((await read(String(query))).status).toBe(200)
    query.set('signature', 'a'.repeat(64))
    expect((await read(String(query))).status).toBe(401)
  })

  it('of the Admin API use Basic credentials only and ignore a signature', async () => {
    const ping = (authorization: string, query = '') =>
      fetch(`${running.address}/v1_1/${CLOUD}/ping${query}`, { headers: { authorization } })
    expect((await ping(REAL)).status).toBe(200)
    expect((await ping(FOREIGN[0] as string)).status).toBe(401)
    const query = `?${new URLSearchParams(signed(FULL_KEY))}`
    expect((await ping(FOREIGN[0] as string, query)).status).toBe(401)
  })
})

describe('the parts of a chunked upload', () => {
  it('use their signatures, even if each part has another foreign header', async () => {
    const bytes = Buffer.alloc(5_000_100, 7)
    const parts = [bytes.subarray(0, 5_000_000), bytes.subarray(5_000_000)]
    const answers: Answer[] = []
    for (const [index, part] of parts.entries()) {
      const start = index * 5_000_000
      const range = `bytes ${start}-${start + part.length - 1}/${bytes.length}`
      const authorization = [FOREIGN[0], REAL_WRONG_SECRET][index] as string
      const sent = formOf(signed(FULL_KEY), { bytes: part, name: 'blob' })
      answers.push(
        await running.post('raw/upload', sent, {
          authorization,
          'x-unique-upload-id': 'foreign-header',
          'content-range': range,
        }),
      )
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[1]?.json).toMatchObject({ done: true, bytes: bytes.length })
  })
})
