/** Uploads files with unusual names, and reads them back by URL. @module */

import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

let running: RunningServer
let picture: Buffer
beforeAll(async () => {
  running = await startTestServer({ maxSignatureFailuresPerMinute: 10_000 })
  picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
})
afterAll(() => running.close())

const KEPT = { use_filename: 'true', unique_filename: 'false', overwrite: 'true' }

async function upload(
  name: string,
  { key = UPLOAD_KEY, params = KEPT }: { key?: typeof UPLOAD_KEY; params?: object } = {},
) {
  const fields = signed(key, { ...params })
  return running.post('image/upload', formOf(fields, { bytes: picture, name, type: 'image/png' }))
}

async function isDelivered(url: string): Promise<boolean> {
  const response = await fetch(url)
  return response.status === 200 && Buffer.from(await response.arrayBuffer()).equals(picture)
}

describe('a picked file', () => {
  it.each([
    ['with half a character at the cut', `${'a'.repeat(119)}𠮷.png`, 'a'.repeat(119)],
    ['of a hundred Han letters', `x${'𠮷'.repeat(100)}.png`, `x${'𠮷'.repeat(59)}`],
    ['with a dot at the cut', `${'a'.repeat(119)}.bcd.png`, 'a'.repeat(119)],
    ['in Hindi', 'हिन्दी नमस्ते.png', 'हिन्दी_नमस्ते'],
    ['of a Windows device', 'con.png', 'con_'],
    ['of a Windows device and a version', 'aux.v1.png', 'aux_.v1'],
    ['with the path that browsers make up', 'C:\\fakepath\\x.png', 'x'],
    ['with characters that URLs read', 'photo?#&%2f.png', 'photo_2f'],
    ['with control characters', 'a\u0000b\u001bc.png', 'a_b_c'],
  ])('with a name %s is stored by either key, and delivered', async (_, name, publicId) => {
    for (const key of [UPLOAD_KEY, FULL_KEY]) {
      const { status, json } = await upload(name, { key })
      expect([status, json.public_id]).toEqual([200, publicId])
      expect(await isDelivered(json.secure_url)).toBe(true)
    }
  })

  it.each(['😀🎉.png', '....png', '   .png', '\u0301.png', '.png'])(
    'named %j gets a random public id, because no character of the name is left',
    async (name) => {
      const { json } = await upload(name)
      expect(json.public_id).toMatch(/^[a-z0-9]{20}$/)
    },
  )

  it('in a deep folder keeps as much of its name as fits into a public id', async () => {
    const folder = 'f'.repeat(200)
    const params = { use_filename: 'true', folder }
    const { status, json } = await upload(`${'b'.repeat(200)}.png`, { params })
    expect([status, json.public_id.length]).toEqual([200, 255])
    expect(json.public_id).toMatch(/^f{200}\/b{47}_[a-z0-9]{6}$/)
    expect(await isDelivered(json.secure_url)).toBe(true)
  })

  it('shows its name without control characters and without half characters', async () => {
    const params = { use_filename_as_display_name: 'true' }
    const { json } = await upload('Family 👨‍👩‍👧\u202e\u0001 photo.png', { params })
    expect(json.display_name).toBe('Family 👨‍👩‍👧_ photo')
    expect(json.original_filename).toBe('Family 👨‍👩‍👧_ photo')
    const { json: long } = await upload(`${'𠮷'.repeat(300)}.png`, { params })
    expect(long.display_name).toBe('𠮷'.repeat(127))
  })

  it('accepts any filename_override', async () => {
    const params = { ...KEPT, filename_override: `${'a'.repeat(119)}𠮷.v2` }
    const { status, json } = await upload('x.png', { key: FULL_KEY, params })
    expect([status, json.public_id]).toEqual([200, 'a'.repeat(119)])
  })

  it('is never refused for its name, and its URL delivers it', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 160 }),
      fc
        .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 1, maxLength: 160 })
        .map((units) => String.fromCharCode(...units)),
    )
    await fc.assert(
      fc.asyncProperty(name, fc.boolean(), async (stem, isUnique) => {
        const params = { ...KEPT, unique_filename: String(isUnique) }
        const { status, json } = await upload(`${stem}.png`, { params })
        expect([status, json.error]).toEqual([200, undefined])
        expect(await isDelivered(json.secure_url)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})

describe('a raw file', () => {
  it.each([
    ['of a Windows device', 'con.txt', 'con_.txt'],
    ['with characters that URLs read', 'a+b#c%d.txt', 'a_b_c_d.txt'],
    ['in Hindi', 'हिन्दी.csv', 'हिन्दी.csv'],
    ['that is too long', `${'a'.repeat(130)}.docx`, `${'a'.repeat(120)}.docx`],
  ])('with a name %s keeps its extension, and is delivered', async (_, name, publicId) => {
    const file = { bytes: Buffer.from('text'), name, type: 'application/octet-stream' }
    const { status, json } = await running.post('raw/upload', formOf(signed(FULL_KEY, KEPT), file))
    expect([status, json.public_id]).toEqual([200, publicId])
    expect((await fetch(json.secure_url)).status).toBe(200)
  })
})
