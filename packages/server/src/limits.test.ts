import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAnimation, createQuadrants, RED } from '../test/pictures.js'
import {
  type Answer,
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from '../test/running-server.js'
import { readConfig } from './config.js'
import { createTextBudget, UNCOUNTED_TEXT_BYTES } from './http/form/unverified-text.js'
import { DEFAULT_SERVER_LIMITS, LIMIT_NAMES, LIMIT_SPECS } from './limits.js'
import { createSpoolBudget } from './upload/unverified-bytes.js'

const settable = LIMIT_NAMES.flatMap((name) => {
  const { variable, ...spec } = LIMIT_SPECS[name]
  return variable ? [{ name, variable, ...spec }] : []
})

describe('a configurable limit', () => {
  it.each(settable)('$variable is accepted up to its ceiling and refused above it', (row) => {
    const { name, variable, fallback, min, max } = row
    expect(readConfig({})[name]).toBe(fallback)
    for (const value of [min, max]) {
      expect(readConfig({ [variable]: String(value) })[name]).toBe(value)
    }
    for (const value of [min - 1, max + 1, '1.5', 'many']) {
      expect(() => readConfig({ [variable]: String(value) })).toThrow(
        `${variable} is "${value}"; it must be a whole number from ${min} to ${max}`,
      )
    }
  })

  it('has a variable; fixed limits have none', () => {
    const fixed = LIMIT_NAMES.filter((name) => LIMIT_SPECS[name].variable === null)
    expect(fixed).toEqual([
      'minChunkBytes',
      'maxChunkBytes',
      'smallSessionSeconds',
      'maxUnverifiedPerAddress',
      'maxUnverifiedBytesPerAddress',
      'maxUnverifiedBytes',
      'maxUnverifiedTextBytesPerAddress',
      'maxUnverifiedTextBytes',
      'minBytesPerSecond',
      'graceSeconds',
      'maxSignatureFailuresPerMinute',
      'maxUnknownNoncesPerMinute',
    ])
  })
})

const SMALL = {
  maxRequestBytes: 2000,
  minChunkBytes: 1000,
  maxChunkBytes: 1500,
  maxFormFields: 20,
  maxFormParts: 16,
  maxFieldNameBytes: 40,
  maxFieldBytes: 1024,
  maxFormBytes: 3000,
  maxHeaderBytes: 4096,
  maxTags: 5,
  maxTagCharacters: 10,
  maxContextBytes: 50,
  maxMetadataBytes: 60,
  maxSourcePixels: 20 * 30,
  maxSourceSidePx: 60,
  maxAnimationPixels: 7 * 10 * 10,
}

/** Sends a request and returns its status, the logged error code and the message. */
async function codeOf(running: RunningServer, send: () => Promise<Answer>) {
  const before = running.logs.length
  const { status, json } = await send()
  const line = running.logs
    .slice(before)
    .map((text) => JSON.parse(text))
    .find(({ msg }) => msg === 'refused' || msg === 'failed')
  return { status, code: line?.code, message: json?.error?.message }
}

describe('a request', () => {
  let running: RunningServer
  beforeAll(async () => {
    running = await startTestServer(SMALL)
  })
  afterAll(() => running.close())

  const raw = (params: Record<string, string>, bytes = 10, extra: Record<string, string> = {}) =>
    running.post(
      'raw/upload',
      formOf({ ...signed(FULL_KEY, params), ...extra }, { bytes: Buffer.alloc(bytes, 1) }),
    )
  /** Sends an upload as text, with extra parts before its file. */
  const sendParts = async (extra: readonly string[], boundary = 'b'): Promise<Answer> => {
    const named = (name: string) => `content-disposition: form-data; name="${name}"`
    const fields = Object.entries(signed(FULL_KEY)).map(
      ([name, value]) => `${named(name)}\r\n\r\n${value}`,
    )
    const parts = [...fields, ...extra, `${named('file')}; filename="f"\r\n\r\nx`]
    const response = await fetch(`${running.address}/v1_1/${CLOUD}/raw/upload`, {
      method: 'POST',
      body: `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
    return { status: response.status, headers: response.headers, json: await response.json() }
  }
  const picture = (bytes: Buffer) =>
    running.post('image/upload', formOf(signed(UPLOAD_KEY), { bytes, name: 'x' }))
  const still = (widthPx: number, heightPx: number) => createQuadrants({ widthPx, heightPx })
  const part = (first: number, last: number) =>
    running.post(
      'raw/upload',
      formOf(signed(FULL_KEY), { bytes: Buffer.alloc(last - first + 1, first + 1) }),
      {
        'x-unique-upload-id': `part-${last}`,
        'content-range': `bytes ${first}-${last}/-1`,
      },
    )
  // Three of the fields sign the request.
  const unknownFields = (count: number) =>
    Object.fromEntries(Array.from({ length: count - 3 }, (_, index) => [`f${index}`, 'x']))
  const valueBytes = (bytes: number) => {
    const own = Object.values(signed(FULL_KEY)).join('').length
    const rest = bytes - own
    return { a: 'x'.repeat(1000), b: 'x'.repeat(1000), c: 'x'.repeat(rest - 2000) }
  }

  it.each([
    {
      what: 'file bytes of one request',
      limit: 2000,
      send: (bytes: number) => raw({}, bytes),
      code: 'ASSET_TOO_LARGE',
      message:
        /^File size too large\. Got 2001\. Maximum is 2000\..*COUNTERSIGN_MAX_REQUEST_BYTES$/,
    },
    {
      what: 'file bytes under signed limits',
      limit: 1000,
      send: (bytes: number) => raw({ limits: '{"max_bytes":1000}' }, bytes),
      code: 'ASSET_TOO_LARGE',
      message: /Got 1001\. Maximum is 1000\. The limit is set by the signed limits \(max_bytes\)$/,
    },
    {
      what: 'fields',
      limit: 20,
      send: (count: number) => raw({}, 10, unknownFields(count)),
      code: 'BODY_TOO_LARGE',
      message: /^A form may have 20 fields at most/,
    },
    {
      what: 'bytes of a field’s name',
      limit: 40,
      send: (bytes: number) => raw({}, 10, { ['n'.repeat(bytes)]: 'x' }),
      code: 'BODY_TOO_LARGE',
      message: /a field may have 1024 bytes and its name 40/,
    },
    {
      what: 'bytes of a field’s value',
      limit: 1024,
      send: (bytes: number) => raw({}, 10, { a: 'x'.repeat(bytes) }),
      code: 'BODY_TOO_LARGE',
      message: /^a is too large: a field may have 1024 bytes/,
    },
    {
      what: 'bytes of all values',
      limit: 3000,
      send: (bytes: number) => raw({}, 10, valueBytes(bytes)),
      code: 'BODY_TOO_LARGE',
      message: /^The form is too large: all fields may have 3000 bytes$/,
    },
    {
      what: 'tags',
      limit: 5,
      send: (count: number) =>
        raw({ tags: Array.from({ length: count }, (_, at) => `t${at}`).join(',') }),
      code: 'PARAM_INVALID',
      message: /^tags must be at most 5, received 6$/,
    },
    {
      what: 'characters of a tag',
      limit: 10,
      send: (length: number) => raw({ tags: 'x'.repeat(length) }),
      code: 'PARAM_INVALID',
      message: /^tags must be at most 10 characters each$/,
    },
    {
      what: 'bytes of context',
      limit: 50,
      send: (bytes: number) => raw({ context: `a=${'x'.repeat(bytes - 2)}` }),
      code: 'PARAM_INVALID',
      message: /^context must be at most 50 bytes$/,
    },
    {
      what: 'bytes of structured metadata',
      limit: 60,
      // An unknown field is refused for another reason than the limit.
      send: async (bytes: number) => {
        const { status, ...answer } = await raw({ metadata: `sku=${'x'.repeat(bytes - 4)}` })
        return { ...answer, status: /do not exist/.test(answer.json.error.message) ? 200 : status }
      },
      code: 'PARAM_INVALID',
      message: /^metadata must be at most 60 bytes$/,
    },
    {
      what: 'parts',
      limit: 16,
      // The form may have 1000 list members in addition. Parts without a name are counted and dropped.
      send: (count: number) => sendParts(Array(1000 + count - 4).fill('x: y\r\n\r\n')),
      code: 'BODY_TOO_LARGE',
      message: /^A form may have 16 parts at most/,
    },
    {
      what: 'bytes of headers of a part',
      limit: 8192,
      // The name, the colon and the space are three bytes.
      send: (bytes: number) => sendParts([`x: ${'y'.repeat(bytes - 3)}\r\n\r\n`]),
      code: 'BODY_TOO_LARGE',
      message: /^The headers of a part of the form may have 8192 bytes$/,
    },
    {
      what: 'characters of a public id',
      limit: 255,
      send: (length: number) => raw({ public_id: 'x'.repeat(length) }),
      code: 'PUBLIC_ID_INVALID',
      message: /^public_id \(x+\) is invalid$/,
    },
    {
      what: 'bytes of a part',
      limit: 1500,
      send: (bytes: number) => part(0, bytes - 1),
      code: 'ASSET_TOO_LARGE',
      message: /^File size too large\. Got 1501\. Maximum is 1500\./,
    },
    {
      what: 'columns of 30 pixels',
      limit: 20,
      send: async (widthPx: number) => picture(await still(widthPx, 30)),
      code: 'ASSET_TOO_LARGE',
      message: /^Maximum image size is 0\.0006 Megapixels\. Requested 0\.0007 Megapixels$/,
    },
    {
      what: 'pixels of a side',
      limit: 60,
      send: async (widthPx: number) => picture(await still(widthPx, 2)),
      code: 'ASSET_TOO_LARGE',
      message: /^Maximum image side is 60 pixels\. Requested 61x2$/,
    },
    {
      what: 'frames of 100 pixels',
      limit: 7,
      send: async (frames: number) =>
        picture(
          await createAnimation({
            widthPx: 10,
            heightPx: 10,
            colors: Array.from({ length: frames }, (_, at) => [RED[0] - at * 25, 0, 0] as const),
          }),
        ),
      code: 'ASSET_TOO_LARGE',
      message:
        /^Maximum animation size is 0\.0007 Megapixels over all frames\. Got 8 frames of 10x10$/,
    },
  ])('may have $limit $what, and not one more', async ({ limit, send, code, message }) => {
    for (const within of [limit - 1, limit]) {
      expect(await codeOf(running, () => send(within))).toMatchObject({ status: 200 })
    }
    const { assets, staged } = await running.kept()
    const refused = await codeOf(running, () => send(limit + 1))
    expect(refused).toEqual({ status: 400, code, message: expect.stringMatching(message) })
    const after = await running.kept()
    expect(after).toMatchObject({ assets, staged })
  })

  it('may have 1000 bytes or more in a part that is not the last', async () => {
    for (const [bytes, status] of [
      [999, 400],
      [1000, 200],
      [1001, 200],
    ] as const) {
      expect((await part(0, bytes - 1)).status).toBe(status)
    }
  })

  it.each([
    [4095, 200],
    [4096, 200],
    [4097, 400],
  ])('with %i bytes of address and headers is answered %i', async (bytes, status) => {
    const rest = '/health' + 'host' + 'x' + 'connection' + 'close' + 'x-padding'
    const socket = connect(Number(new URL(running.address).port), '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    const padding = 'x'.repeat(bytes - rest.length)
    socket.write(
      `GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-padding: ${padding}\r\n\r\n`,
    )
    await once(socket, 'close')
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    if (status === 200) return
    const message = 'The headers of a request may have 4096 bytes (COUNTERSIGN_MAX_HEADER_BYTES)'
    expect(JSON.parse(text.slice(text.indexOf('{')))).toEqual({ error: { message } })
    expect(text).toContain(`X-Cld-Error: ${message}\r\n`)
  })

  it.each([
    [69, 200],
    [70, 200],
    [71, 400],
  ])('with a boundary of %i characters is answered %i', async (length, status) => {
    const answer = await sendParts([], 'b'.repeat(length))
    expect(answer.status).toBe(status)
    if (status === 400) expect(answer.json.error.message).toContain('over 70 characters')
  })
})

describe('a derivative', () => {
  const NAME = '/picture.png'
  let running: RunningServer
  beforeAll(async () => {
    running = await startTestServer({
      maxOutputPixels: 20 * 30,
      maxAvifPixels: 10 * 20,
      maxOutputSidePx: 60,
      maxComponents: 3,
      maxDeliveryUrlBytes: 300,
      maxAnimationPixels: 2 * 40 * 10,
    })
    const pictures = {
      picture: await createQuadrants({ widthPx: 8, heightPx: 8 }),
      moving: await createAnimation({ widthPx: 5, heightPx: 10, colors: [RED, [0, 0, 255]] }),
    }
    for (const [publicId, bytes] of Object.entries(pictures)) {
      const form = formOf(signed(FULL_KEY, { public_id: publicId }), { bytes, name: publicId })
      expect((await running.post('image/upload', form)).status).toBe(200)
    }
  })
  afterAll(() => running.close())

  const get = (path: string, accept = '*/*') =>
    fetch(`${running.address}/${CLOUD}/image/upload/${path}`, { headers: { accept } })

  it.each([
    {
      what: 'columns of 30 pixels',
      limit: 20,
      path: (widthPx: number) => `c_scale,h_30,w_${widthPx}${NAME}`,
      message: 'Maximum image size is 0.0006 Megapixels. Requested 0.0007 Megapixels',
    },
    {
      what: 'columns of 30 pixels before the last component',
      limit: 20,
      path: (widthPx: number) => `c_scale,h_30,w_${widthPx}/c_scale,w_2${NAME}`,
      message: 'Maximum image size is 0.0006 Megapixels. Requested 0.0007 Megapixels',
    },
    {
      what: 'columns of 20 pixels as an AVIF',
      limit: 10,
      path: (widthPx: number) => `c_scale,f_avif,h_20,w_${widthPx}${NAME}`,
      message: 'Maximum image size is 0.0002 Megapixels. Requested 0.0003 Megapixels',
    },
    {
      what: 'pixels of a side',
      limit: 60,
      path: (widthPx: number) => `c_scale,h_2,w_${widthPx}${NAME}`,
      message: 'Maximum image side is 60 pixels. Requested 61x2',
    },
    {
      what: 'columns of 10 pixels in each of two frames',
      limit: 40,
      path: (widthPx: number) => `c_scale,h_10,w_${widthPx}/moving.gif`,
      message: 'Maximum image size is 0.0004 Megapixels. Requested 0.0005 Megapixels',
    },
    {
      what: 'components',
      limit: 3,
      path: (count: number) => `${Array(count).fill('c_scale,w_4').join('/')}${NAME}`,
      message: 'A transformation has at most 3 components. Requested 4',
    },
    {
      what: 'bytes of its URL',
      limit: 300,
      path: (bytes: number) => {
        const own = `/${CLOUD}/image/upload/c_scale,w_4${NAME}?`.length
        return `c_scale,w_4${NAME}?${'x'.repeat(bytes - own)}`
      },
      message: 'A delivery URL has at most 300 bytes (COUNTERSIGN_MAX_DELIVERY_URL_BYTES)',
    },
  ])('may have $limit $what, and not one more', async ({ limit, path, message }) => {
    for (const within of [limit - 1, limit]) expect((await get(path(within))).status).toBe(200)
    const refused = await get(path(limit + 1))
    expect([refused.status, refused.headers.get('x-cld-error')]).toEqual([400, message])
  })

  it('of f_auto is an AVIF up to the AVIF limit, and another format above it', async () => {
    const typeOf = async (widthPx: number) => {
      const answer = await get(`c_scale,f_auto,h_20,w_${widthPx}${NAME}`, 'image/avif,image/webp')
      return answer.headers.get('content-type')
    }
    expect(await typeOf(10)).toBe('image/avif')
    expect(await typeOf(11)).toBe('image/webp')
  })

  it('has the same limits if an upload requests it', async () => {
    const bytes = await createQuadrants({ widthPx: 8, heightPx: 8 })
    const send = (transformation: string) =>
      running.post('image/upload', formOf(signed(FULL_KEY, { transformation }), { bytes }))
    expect((await send('c_scale,h_30,w_20')).status).toBe(200)
    const before = await running.kept()
    expect((await send('c_scale,h_30,w_21')).json.error.message).toContain('0.0006 Megapixels')
    expect((await send(Array(4).fill('w_4').join('/'))).json.error.message).toContain(
      'at most 3 components',
    )
    expect(await running.kept()).toEqual(before)
  })
})

describe('a configured limit', () => {
  it('applies to edits as well as to uploads', async () => {
    const running = await startTestServer({ maxTags: 2, maxContextBytes: 10 })
    const named = { public_id: 'kept', overwrite: 'false' }
    const form = formOf(signed(FULL_KEY, named), { bytes: Buffer.from('x') })
    expect((await running.post('raw/upload', form)).status).toBe(200)
    const edit = (action: string, params: Record<string, string>) => {
      const fields = { command: 'add', public_ids: 'kept', ...params }
      return running.post(`raw/${action}`, formOf(signed(FULL_KEY, fields)))
    }
    expect((await edit('tags', { tag: 'a,b' })).status).toBe(200)
    const third = await edit('tags', { tag: 'c' })
    expect(third.json?.error?.message).toBe(
      'tags of kept would be more than 2 tags: nothing was changed',
    )
    expect((await edit('context', { context: 'name=sixsix' })).status).toBe(200)
    const long = await edit('context', { context: 'b=1' })
    expect(long.json?.error?.message).toBe(
      'context of kept would be more than 10 bytes: nothing was changed',
    )
    await running.close()
  })

  it('also allows derivatives of a larger picture', async () => {
    const running = await startTestServer({ maxSourceSidePx: 20_000 })
    const bytes = await createQuadrants({ widthPx: 16_400, heightPx: 10 })
    const form = formOf(signed(FULL_KEY, { public_id: 'wide' }), { bytes, name: 'wide.png' })
    expect((await running.post('image/upload', form)).status).toBe(200)
    const small = await fetch(`${running.address}/${CLOUD}/image/upload/w_820/wide.png`)
    expect(small.status).toBe(200)
    const { width } = await sharp(Buffer.from(await small.arrayBuffer())).metadata()
    expect(width).toBe(820)
    await running.close()
  })
})

describe('frames', () => {
  it('are limited to 2000, and a file with more is refused before it is decoded', async () => {
    const running = await startTestServer()
    // A header, and one pixel for each frame.
    const gif = (frames: number) =>
      Buffer.concat([
        Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00', 'latin1'),
        Buffer.from([0, 0, 0, 255, 255, 255]),
        ...Array.from({ length: frames }, () =>
          Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]),
        ),
        Buffer.from([0x3b]),
      ])
    const send = (frames: number) =>
      running.post(
        'image/upload',
        formOf(signed(UPLOAD_KEY), { bytes: gif(frames), name: 'a.gif' }),
      )
    expect((await send(2000)).json).toMatchObject({ pages: 2000 })
    const { status, json } = await send(2001)
    expect({ status, message: json.error?.message }).toEqual({
      status: 400,
      message: 'Maximum number of frames is 2000. Got 2001',
    })
    await running.close()
  })
})

describe('over time', () => {
  const START = 1_790_000_000

  it('a signature is valid for 60 minutes, and up to 15 minutes early', async () => {
    const running = await startTestServer({}, { now: () => START * 1000 })
    for (const [timestamp, status] of [
      [START - 3599, 200],
      [START - 3600, 200],
      [START - 3601, 400],
      [START + 899, 200],
      [START + 900, 200],
      [START + 901, 400],
    ] as const) {
      const form = formOf(signed(FULL_KEY, { timestamp }), { bytes: Buffer.from('x') })
      expect({ timestamp, status: (await running.post('raw/upload', form)).status }).toEqual({
        timestamp,
        status,
      })
    }
    await running.close()
  })

  it('a chunked upload expires after the configured time since its last part', async () => {
    let nowSeconds = START
    const limits = { minChunkBytes: 10, sessionSeconds: 60 }
    const running = await startTestServer(limits, { now: () => nowSeconds * 1000 })
    const nonce = 'abababababababababababababababab'
    const send = (first: number) =>
      running.post(
        'raw/upload',
        formOf(signed(FULL_KEY, { nonce, timestamp: nowSeconds }), { bytes: Buffer.alloc(10) }),
        {
          'x-unique-upload-id': 'x',
          'content-range': `bytes ${first}-${first + 9}/-1`,
        },
      )
    const isLive = async () =>
      (await fetch(`${running.address}/v1_1/${CLOUD}/upload_sessions/${nonce}`)).status === 200
    await send(0)
    nowSeconds += 59
    expect(await isLive()).toBe(true)
    await send(10)
    nowSeconds += 59
    expect(await isLive()).toBe(true)
    nowSeconds += 1
    expect(await isLive()).toBe(false)
    await running.close()
  })

  it('a connection without complete headers is closed with the reason', async () => {
    const running = await startTestServer({ headersTimeoutSeconds: 1 })
    const socket = connect(Number(new URL(running.address).port), '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => (text += chunk))
    socket.write('POST /v1_1/x/raw/upload HTTP/1.1\r\nhost: x\r\n')
    await once(socket, 'close')
    expect(text).toContain('must arrive within 1 s (COUNTERSIGN_HEADERS_TIMEOUT_SECONDS)')
    await running.close()
  })
})

describe('at once', () => {
  it('unverified files are limited by number and bytes', () => {
    const limits = {
      ...DEFAULT_SERVER_LIMITS,
      maxUnverifiedPerAddress: 2,
      maxUnverifiedBytesPerAddress: 100,
      maxUnverifiedBytes: 150,
    }
    const spool = createSpoolBudget(limits)
    const [one, two, three] = [spool.reserve('a'), spool.reserve('a'), spool.reserve('a')]
    one.hold(49)
    two.hold(50)
    two.hold(51)
    expect(() => two.hold(52)).toThrow(/at most 100 bytes from one address/)
    two.hold(51)
    expect(() => three.hold(0)).toThrow(/at most 2 files from one address/)
    three.release()
    let isResting = true
    const idle = spool.reserve('a', () => isResting)
    idle.hold(0)
    isResting = false
    expect(() => idle.hold(1)).toThrow(/at most 2 files from one address/)
    idle.release()
    const other = spool.reserve('b')
    other.hold(50)
    expect(() => other.hold(51)).toThrow(/at most 150 bytes from all addresses/)
    for (const held of [one, two, other]) held.release()
    spool.reserve('a').hold(100)
  })

  it('text of unverified requests is limited by bytes', () => {
    const text = createTextBudget({
      maxUnverifiedTextBytesPerAddress: 100,
      maxUnverifiedTextBytes: 150,
    })
    const [one, two, other] = [text.reserve('a'), text.reserve('a'), text.reserve('b')]
    one.hold(UNCOUNTED_TEXT_BYTES + 50)
    two.hold(UNCOUNTED_TEXT_BYTES + 49)
    two.hold(UNCOUNTED_TEXT_BYTES + 50)
    expect(() => two.hold(UNCOUNTED_TEXT_BYTES + 51)).toThrow(/at most 100 bytes from one address/)
    two.hold(UNCOUNTED_TEXT_BYTES + 50)
    other.hold(UNCOUNTED_TEXT_BYTES + 50)
    expect(() => other.hold(UNCOUNTED_TEXT_BYTES + 51)).toThrow(
      /at most 150 bytes from all addresses/,
    )
    for (const held of [one, two, other]) held.release()
    text.reserve('a').hold(UNCOUNTED_TEXT_BYTES + 100)
  })

  it('unfinished chunked uploads are limited per address and per cloud', async () => {
    const running = await startTestServer({
      minChunkBytes: 10,
      maxSessions: 3,
      maxSessionsPerAddress: 2,
    })
    const open = (id: string) =>
      codeOf(running, () =>
        running.post('raw/upload', formOf(signed(FULL_KEY), { bytes: Buffer.alloc(10) }), {
          'x-unique-upload-id': id,
          'content-range': 'bytes 0-9/20',
        }),
      )
    expect(await open('one')).toMatchObject({ status: 200 })
    expect(await open('two')).toMatchObject({ status: 200 })
    expect(await open('three')).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      message: expect.stringContaining('at most 2 (COUNTERSIGN_MAX_SESSIONS_PER_ADDRESS)'),
    })
    expect((await running.kept()).staged).toBe(2)
    await running.close()
    const other = await startTestServer({
      minChunkBytes: 10,
      maxSessions: 1,
      maxSessionsPerAddress: 2,
    })
    const part = (id: string) =>
      other.post('raw/upload', formOf(signed(FULL_KEY), { bytes: Buffer.alloc(10) }), {
        'x-unique-upload-id': id,
        'content-range': 'bytes 0-9/20',
      })
    expect((await part('one')).status).toBe(200)
    const refused = await part('two')
    expect(refused.status).toBe(429)
    expect(refused.json?.error.message).toContain('at most 1 (COUNTERSIGN_MAX_SESSIONS)')
    await other.close()
  })

  it('unfinished chunked uploads of all IPv6 addresses of one /64 count together', async () => {
    const running = await startTestServer({
      minChunkBytes: 10,
      maxSessionsPerAddress: 2,
      trustedProxies: ['127.0.0.1'],
    })
    const open = async (id: string, address: string) => {
      const form = formOf(signed(FULL_KEY), { bytes: Buffer.alloc(10) })
      const headers = {
        'x-unique-upload-id': id,
        'content-range': 'bytes 0-9/20',
        'x-forwarded-for': address,
      }
      return (await running.post('raw/upload', form, headers)).status
    }
    const statuses = []
    for (const host of [1, 2, 3]) statuses.push(await open(`six-${host}`, `2001:db8:1:2::${host}`))
    expect(statuses).toEqual([200, 200, 429])
    expect(await open('next', '2001:db8:1:3::1')).toBe(200)
    await running.close()
  })

  it('unsigned uploads from four addresses leave room for signed ones', async () => {
    const running = await startTestServer({
      maxUploads: 16,
      maxUploadsPerAddress: 4,
      // Without a minimum speed, the held uploads count as sending data.
      minBytesPerSecond: 0,
      trustedProxies: ['127.0.0.1'],
    })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const held: Socket[] = []
    /** Sends the start of a file, with or without a signature before it. Returns `held`, or the status of a refusal. */
    const hold = async (address: string, fields: Record<string, string> = {}) => {
      const socket = connect(Number(new URL(running.address).port), '127.0.0.1')
      held.push(socket)
      const part = (name: string) => `--b\r\ncontent-disposition: form-data; name="${name}"`
      const before = Object.entries(fields).map(
        ([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`,
      )
      // More than one write, so that the file is in the staging folder.
      const start = 'x'.repeat(600_000)
      const body = `${before.join('')}${part('file')}; filename="f"\r\n\r\n${start}`
      const head = `POST /v1_1/${CLOUD}/raw/upload HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address}`
      const type = 'content-type: multipart/form-data; boundary=b\r\ncontent-length: 5000000'
      const files = (await running.kept()).staged
      socket.write(`${head}\r\n${type}\r\n\r\n${body}`)
      let answer: string | undefined
      socket.once('data', (chunk) => {
        answer = String(chunk).slice(9, 12)
      })
      const state = async () => answer ?? ((await running.kept()).staged > files ? 'held' : null)
      await expect.poll(state).not.toBeNull()
      return (await state()) ?? ''
    }
    const answers: Record<string, string[]> = {}
    for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']) {
      answers[address] = []
      for (let count = 0; count < 5; count += 1) answers[address]?.push(await hold(address))
    }
    const all = ['held', 'held', 'held', 'held', '429']
    expect(Object.values(answers)).toEqual([
      all,
      all,
      ['held', '429', '429', '429', '429'],
      ['held', '429', '429', '429', '429'],
    ])
    expect(await hold('10.0.0.5', signed(FULL_KEY))).toBe('held')
    expect(await hold('10.0.0.5', signed(FULL_KEY))).toBe('held')
    const form = () => formOf(signed(FULL_KEY), { bytes: Buffer.from('x') })
    expect((await running.post('raw/upload', form(), from('10.0.0.5'))).status).toBe(200)
    for (const socket of held) socket.destroy()
    await expect.poll(async () => (await running.kept()).staged).toBe(0)
    expect((await running.post('raw/upload', form(), from('10.0.0.3'))).status).toBe(200)
    await running.close()
  })

  it('an upload is refused with a 500 before it is written if the disk is full', async () => {
    const running = await startTestServer(
      { minFreeBytes: 1_000_000 },
      { statfs: async () => ({ blocks: 1000, bavail: 244, bsize: 4096 }) },
    )
    const refused = await codeOf(running, () =>
      running.post('raw/upload', formOf(signed(FULL_KEY), { bytes: Buffer.from('x') })),
    )
    expect(refused).toMatchObject({
      status: 500,
      code: 'STORAGE_FULL',
      message: expect.stringContaining('COUNTERSIGN_MIN_FREE_BYTES'),
    })
    expect(await running.kept()).toEqual({ assets: 0, blobs: 0, staged: 0 })
    const ready = await fetch(`${running.address}/ready`)
    expect({ status: ready.status, json: await ready.json() }).toEqual({
      status: 503,
      json: { status: 'unavailable', reason: 'space' },
    })
    await running.close()
  })
})
