/** Tests the answers to requests for paid add-ons, sent by the official Node SDK to both APIs. The SDKs' own suites look for these texts. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOfficialSdk, uploadBytes } from './official-sdk.js'
import { createQuadrants } from './pictures.js'
import { basic, CLOUD, FULL_KEY, type RunningServer, startTestServer } from './running-server.js'

let running: RunningServer
let sdk: ReturnType<typeof loadOfficialSdk>
let photo: Buffer

beforeAll(async () => {
  running = await startTestServer()
  sdk = loadOfficialSdk(running.address)
  photo = await createQuadrants({ widthPx: 8, heightPx: 8 })
  await uploadBytes(sdk, photo, { public_id: 'held', tags: 'kept' })
})
afterAll(() => running.close())

async function messageOf(answer: Promise<unknown>): Promise<string> {
  const error = await answer.then(
    () => undefined,
    (reason) => reason.error ?? reason,
  )
  expect(error).toMatchObject({ http_code: 400 })
  return error.message
}

/** Returns the errors of an upload, of `explicit` and of the Admin API's update. */
async function refusals(options: Record<string, unknown>) {
  const before = await running.kept()
  const messages = {
    upload: await messageOf(uploadBytes(sdk, photo, options)),
    explicit: await messageOf(sdk.uploader.explicit('held', { type: 'upload', ...options })),
    update: await messageOf(sdk.api.update('held', { tags: 'lost', ...options })),
  }
  expect(await running.kept()).toEqual(before)
  expect((await sdk.api.resource('held')).tags).toEqual(['kept'])
  return messages
}

describe('a value that no add-on knows', () => {
  it.each([
    ['raw_convert', 'illegal', 'Raw convert is invalid'],
    ['categorization', 'illegal', 'Categorization illegal is not valid'],
    ['categorization', 'google_tagging,illegal', /^Categorization .* is not valid$/],
    ['detection', 'illegal', "Detection invalid model 'illegal'"],
    ['background_removal', 'illegal', 'Background removal is invalid'],
    ['ocr', 'illegal', 'Ocr is invalid'],
    ['ocr', 'adv_ocrs', 'Ocr is invalid'],
    ['auto_tagging', 'illegal', /^Auto tagging illegal is invalid: Must use a number from 0 to 1$/],
    ['auto_tagging', 1.5, /is invalid: Must use a number/],
    ['auto_tagging', 0.5, 'Must use categorization or detection with auto_tagging'],
  ])('of %s is refused: %s', async (name, value, message) => {
    const pattern = typeof message === 'string' ? message : expect.stringMatching(message)
    const said = await refusals({ [name]: value })
    expect(said.upload).toEqual(pattern)
    expect(said.explicit).toEqual(pattern)
    const prefix = `Illegal value for ${name}: `
    expect(said.update.slice(0, prefix.length)).toBe(prefix)
    expect(said.update.slice(prefix.length)).toEqual(pattern)
  })

  it('is echoed in part only', async () => {
    const { upload } = await refusals({ detection: 'x'.repeat(5000) })
    expect(upload).toBe(`Detection invalid model '${'x'.repeat(64)}'`)
  })

  it('is refused in a JSON body, and from the Python SDK', async () => {
    const path = `${running.address}/v1_1/${CLOUD}/resources/image/upload/held`
    const headers = { ...basic(FULL_KEY), 'content-type': 'application/json' }
    const body = JSON.stringify({ ocr: 'illegal' })
    const response = await fetch(path, { method: 'POST', headers, body })
    expect(response.status).toBe(400)
    expect((await response.json()).error.message).toContain('Illegal value')
  })
})

describe('a value that some add-on knows', () => {
  it.each([
    ['raw_convert', 'google_speech:vtt'],
    ['categorization', 'google_tagging,aws_rek_tagging'],
    ['detection', 'coco_v2'],
    ['detection', 'cld-fashion,unidet:[car,dog]'],
    ['background_removal', 'cloudinary_ai:fine_edges'],
    ['ocr', 'adv_ocr:document'],
  ])('of %s is refused because the server has no add-ons: %s', async (name, value) => {
    const message = `${name} is not supported`
    const said = await refusals({ [name]: value })
    expect(said).toEqual({ upload: message, explicit: message, update: message })
    const tagged = await refusals({ [name]: value, auto_tagging: 0.6 })
    expect(tagged.upload).toMatch(/is not supported$|^Must use/)
  })
})

it('an empty add-on parameter has no effect', async () => {
  const blank = { ocr: '', detection: '', auto_tagging: '' }
  expect(await uploadBytes(sdk, photo, blank)).toHaveProperty('asset_id')
})
