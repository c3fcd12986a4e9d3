/** Uploads images that crash or exhaust a decoder. The server must refuse them, and other uploads must succeed. @module */

import { readdir, readlink } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createQuadrants } from './pictures.js'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const MIB = 1024 * 1024
const OUT_OF_MEMORY = 'The image needs more than 128 MiB of memory (COUNTERSIGN_MAX_DECODER_BYTES)'

let honest: Buffer
let hostile: Buffer
beforeAll(async () => {
  honest = await createQuadrants({ widthPx: 40, heightPx: 30 })
  // The file has some KiB, but decoding an interlaced image takes 75 MB at once.
  const create = { width: 5000, height: 5000, channels: 3, background: 'teal' } as const
  hostile = await sharp({ create }).png({ progressive: true }).toBuffer()
})

const send = (
  running: RunningServer,
  bytes: Buffer,
  {
    key = UPLOAD_KEY,
    params = {},
  }: { key?: typeof UPLOAD_KEY; params?: Record<string, string> } = {},
) => running.post('image/upload', formOf(signed(key, params), { bytes }))

/** Rejects if no process has a file of this folder open. */
async function hasOpened(pid: number, folder: string): Promise<void> {
  const links = (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`))
  const paths = await Promise.all(links.map((link) => link.catch(() => '')))
  expect(paths).toContainEqual(expect.stringContaining(`/${folder}/`))
}

describe.runIf(process.platform === 'linux')('an image that needs too much memory', () => {
  let running: RunningServer
  beforeAll(async () => {
    running = await startTestServer({ maxDecoderBytes: 128 * MIB })
  })
  afterAll(() => running.close())

  it('is refused as an upload and as a source, is not kept, and the next image is stored', async () => {
    const incoming = { key: FULL_KEY, params: { transformation: 'w_20' } }
    for (const options of [{}, incoming]) {
      const { status, json } = await send(running, hostile, options)
      expect([status, json]).toEqual([400, { error: { message: OUT_OF_MEMORY } }])
      expect(await running.kept()).toEqual({ assets: 0, blobs: 0, staged: 0 })
    }
    const eager = { eager: 'w_20' }
    expect(
      (await send(running, honest, { key: FULL_KEY, params: eager })).json.eager,
    ).toMatchObject([{ width: 20, height: 15 }])
  })

  it('is stored by a full key, and its derivatives are refused in delivery and in eager', async () => {
    const params = { public_id: 'hostile', eager: 'w_20' }
    const { status, json } = await send(running, hostile, { key: FULL_KEY, params })
    expect([status, json.eager[0]]).toMatchObject([
      200,
      { status: 'failed', reason: OUT_OF_MEMORY },
    ])
    const response = await fetch(`${running.address}/${CLOUD}/image/upload/w_30/hostile.png`)
    expect([response.status, response.headers.get('x-cld-error')]).toEqual([400, OUT_OF_MEMORY])
    expect((await running.kept()).staged).toBe(0)
    expect((await fetch(`${running.address}/health`)).status).toBe(200)
  })
})

describe('an image whose decoder', () => {
  it('takes too long is refused and not kept, and the next image is stored', async () => {
    const running = await startTestServer({ maxDecodeSeconds: 0.05 })
    expect(await send(running, hostile)).toMatchObject({
      status: 400,
      json: {
        error: {
          message: 'The image took longer than 0.05 seconds (COUNTERSIGN_MAX_DECODE_SECONDS)',
        },
      },
    })
    expect(await running.kept()).toEqual({ assets: 0, blobs: 0, staged: 0 })
    await running.close()
  })

  it.runIf(process.platform === 'linux')(
    'crashes is refused and not kept, and the next image is stored',
    async () => {
      const running = await startTestServer({ maxDecoders: 1 })
      expect((await send(running, honest)).status).toBe(200)
      const [pid = 0] = running.server.services.decoders.pids()
      const kept = await running.kept()
      const sent = send(running, hostile)
      await vi.waitFor(() => hasOpened(pid, 'blobs'), { interval: 2, timeout: 60_000 })
      process.kill(pid, 'SIGKILL')
      expect(await sent).toMatchObject({
        status: 400,
        json: { error: { message: 'Invalid image file: decoding it crashed the decoder' } },
      })
      expect(await running.kept()).toEqual(kept)
      expect((await send(running, honest)).status).toBe(200)
      await running.close()
    },
  )
})
