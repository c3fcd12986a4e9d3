/**
 * Sends requests as the SDKs of other languages do, with `curl`. They send lengths, the total with the first part, and one timestamp and
 * signature with all parts.
 */

import { execFile, execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Limits, serializeLimits } from '@countersign/protocol/limits'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createQuadrants } from './pictures.js'
import {
  CLOUD,
  FULL_KEY,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const run = promisify(execFile)

let running: RunningServer
let folder: string
beforeAll(async () => {
  running = await startTestServer()
  folder = await mkdtemp(join(tmpdir(), 'countersign-curl-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await running.close()
})

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'])
    return true
  } catch {
    return false
  }
}

async function curl(path: string, fields: Record<string, string>, more: readonly string[]) {
  const form = Object.entries(fields).flatMap(([name, value]) => [
    '--form-string',
    `${name}=${value}`,
  ])
  const url = `${running.address}/v1_1/${CLOUD}/${path}`
  const args = ['--silent', '--show-error', '--write-out', '\n%{http_code}', ...form, ...more, url]
  const { stdout } = await run('curl', args)
  const [json = '', status = ''] = stdout.split('\n')
  return { status: Number(status), json: JSON.parse(json) }
}

describe.skipIf(!hasCurl())('a client of another language', () => {
  it('sends a whole file with its length, under a file name that is a path', async () => {
    const path = join(folder, 'notes.txt')
    await writeFile(path, 'hello')
    const file = ['--form', `file=@${path};filename=${path};type=text/plain`]
    const { status, json } = await curl(
      'raw/upload',
      signed(FULL_KEY, {}, { algorithm: 'sha1' }),
      file,
    )
    expect(status).toBe(200)
    expect(json).toMatchObject({ bytes: 5, original_filename: 'notes' })
    expect(json.public_id).toMatch(/^[a-z0-9]{20}\.txt$/)
  })

  it('sends parts under one signature, copies the public id into the later ones, and repeats one', async () => {
    const whole = randomBytes(11_000_000)
    const starts = [0, 5_000_000, 10_000_000] as const
    const fields = signed(FULL_KEY, {}, { algorithm: 'sha1' })
    const send = async (start: number, added: Record<string, string> = {}) => {
      const bytes = whole.subarray(start, start + 5_000_000)
      const path = join(folder, `part-${start}`)
      await writeFile(path, bytes)
      const range = `bytes ${start}-${start + bytes.length - 1}/${whole.length}`
      return curl('raw/upload', { ...fields, ...added }, [
        '--header',
        `Content-Range: ${range}`,
        '--header',
        'X-Unique-Upload-Id: 9f86d081884c7d659a2feaa0c55ad015',
        '--form',
        `file=@${path};filename=big.bin`,
      ])
    }
    const first = await send(starts[0])
    expect(first.json).toMatchObject({ done: false, bytes: 5_000_000 })
    // Later parts repeat the signature of the first part, so it does not cover their public id.
    const repeated = await send(starts[0])
    expect(repeated.json).toEqual(first.json)
    await send(starts[1])
    const last = await send(starts[2])
    expect(last).toMatchObject({
      status: 200,
      json: {
        done: true,
        bytes: whole.length,
        public_id: first.json.public_id,
        etag: createHash('md5').update(whole).digest('hex'),
      },
    })
    // After a lost answer, the repeated part gets the same answer byte for byte.
    expect(await send(starts[2])).toEqual(last)
    const resigned = signed(FULL_KEY, { public_id: first.json.public_id })
    expect((await send(starts[2], resigned)).json.asset_id).toBe(last.json.asset_id)
  })

  it('gets the reason of a refusal for a large file', async () => {
    const path = join(folder, 'large')
    await writeFile(path, randomBytes(3_000_000))
    const fields = { ...signed(FULL_KEY), signature: 'f'.repeat(40) }
    const refused = await curl('raw/upload', fields, ['--form', `file=@${path}`])
    expect(refused).toMatchObject({
      status: 401,
      json: { error: { message: expect.stringMatching(/^Invalid Signature f{40}/) } },
    })
  })

  const SIGNED_LIMITS: readonly (readonly [name: string, limits: Limits, path: string])[] = [
    ['max_bytes', { maxBytes: 100 }, 'image/upload'],
    ['max_pixels', { maxPixels: 100 }, 'image/upload'],
    ['accept', { accept: ['image/webp'] }, 'image/upload'],
    ['resource_types', { resourceTypes: ['video'] }, 'image/upload'],
    ['sources', { sources: ['data'] }, 'image/upload'],
  ]
  describe.each([UPLOAD_KEY, FULL_KEY])('with the key $scopes', (key) => {
    it.each(SIGNED_LIMITS)('is refused if it exceeds the signed %s', async (name, limits, path) => {
      const photo = join(folder, 'photo.png')
      await writeFile(photo, await createQuadrants({ widthPx: 40, heightPx: 30 }))
      const before = await running.kept()
      const file = ['--form', `file=@${photo};type=image/png`]
      const refused = await curl(path, signed(key, { limits: serializeLimits(limits) }), file)
      expect(refused.status).toBe(400)
      expect(refused.json.error.message).toContain(`(${name})`)
      expect(await running.kept()).toEqual(before)
      // Without the signed limits, the same request is accepted.
      expect((await curl(path, signed(key), file)).status).toBe(200)
    })
  })

  it('does not replace an asset if the signed limits forbid overwriting', async () => {
    const photo = join(folder, 'other.png')
    await writeFile(photo, await createQuadrants({ widthPx: 50, heightPx: 30 }))
    const file = ['--form', `file=@${photo};type=image/png`]
    const fields = { public_id: 'kept' }
    const first = await curl('image/upload', signed(FULL_KEY, fields), file)
    const limits = serializeLimits({ overwrite: false })
    const again = await curl('image/upload', signed(FULL_KEY, { ...fields, limits }), file)
    expect(again.json).toMatchObject({ existing: true, version_id: first.json.version_id })
  })
})
