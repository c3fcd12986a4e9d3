import { writeFile } from 'node:fs/promises'
import { signDelivery } from '@countersign/protocol/delivery'
import sharp, { type Metadata } from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createDeliveryServer,
  DELIVER_SECRET,
  type DeliveryServer,
  NOW,
} from '../../test/delivery-server.js'
import {
  BLUE,
  createAnimation,
  createQuadrants,
  GREEN,
  isNear,
  pixelAt,
  RED,
  YELLOW,
} from '../../test/pictures.js'

let server: DeliveryServer
let png: Buffer
let version: number

beforeAll(async () => {
  server = await createDeliveryServer()
  png = await createQuadrants({ widthPx: 400, heightPx: 200 })
  version = (await server.store({ publicId: 'cats/photo', bytes: png })).version
})
afterAll(() => server.close())

function get(url: string, headers: Record<string, string> = {}) {
  return server.app.inject({ method: 'GET', url, headers })
}

function signed(path: string, secret = DELIVER_SECRET): string {
  return `s--${signDelivery({ path, secret })}--/${path}`
}

function metadataOf(bytes: Buffer): Promise<Metadata> {
  return sharp(bytes, { pages: -1 })
    .metadata()
    .then((metadata) => ({
      ...metadata,
      height: metadata.pageHeight ?? metadata.height,
    }))
}

describe('an original', () => {
  it('is delivered as it was stored', async () => {
    const response = await get('/demo/image/upload/v1/cats/photo.png')
    expect(response.statusCode).toBe(200)
    expect(response.rawPayload.equals(png)).toBe(true)
    expect(response.headers['content-type']).toBe('image/png')
    expect(response.headers['content-length']).toBe(String(png.length))
  })

  it('is found without version, without extension, with a doubled slash and with an analytics query', async () => {
    for (const path of [
      'cats/photo.png',
      'cats/photo',
      'v1//cats//photo.png',
      'cats/photo.png?_a=AB',
    ]) {
      expect((await get(`/demo/image/upload/${path}`)).rawPayload.equals(png)).toBe(true)
    }
  })

  it('has headers that let any page show it, but run no script in it', async () => {
    const { headers } = await get('/demo/image/upload/cats/photo.png')
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'accept-ranges': 'bytes',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'last-modified': new Date(NOW).toUTCString(),
      'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(headers['access-control-expose-headers']).toContain('X-Cld-Error')
    expect(headers['set-cookie']).toBeUndefined()
    expect(headers.vary).toBeUndefined()
    expect(headers['content-disposition']).toBeUndefined()
  })

  it('answers HEAD with the same headers and no bytes', async () => {
    const url = '/demo/image/upload/cats/photo.png'
    const head = await server.app.inject({ method: 'HEAD', url })
    expect(head.statusCode).toBe(200)
    expect(head.rawPayload.length).toBe(0)
    expect(head.headers['content-length']).toBe(String(png.length))
    expect(head.headers.etag).toBe((await get(url)).headers.etag)
  })
})

describe('caching', () => {
  it('is permanent if the URL has the newest version', async () => {
    const { headers } = await get(`/demo/image/upload/v${version}/cats/photo.png`)
    expect(headers['cache-control']).toBe('public, no-transform, immutable, max-age=2592000')
  })

  it.each(['cats/photo.png', 'v1/cats/photo.png', 'w_10/cats/photo.png'])(
    'lasts a minute at %s, because an overwrite does not change the URL',
    async (path) => {
      const { headers } = await get(`/demo/image/upload/${path}`)
      expect(headers['cache-control']).toBe('public, no-transform, max-age=60')
    },
  )

  it('is permanent only for the new version of an overwritten asset', async () => {
    const first = await server.store({ publicId: 'twice', bytes: png })
    const second = await server.store({
      publicId: 'twice',
      bytes: await createQuadrants({ widthPx: 30, heightPx: 30 }),
    })
    expect(second.version).toBeGreaterThan(first.version)
    const old = await get(`/demo/image/upload/v${first.version}/twice.png`)
    expect(old.headers['cache-control']).toContain('max-age=60')
    expect(old.headers.etag).toBe(`"${second.etag}"`)
    expect(Date.parse(String(old.headers['last-modified']))).toBeLessThanOrEqual(NOW)
    const derived = await get('/demo/image/upload/w_1.0/twice.png')
    expect(await pixelAt(derived.rawPayload, 29, 29)).toEqual([...YELLOW, 255])
  })

  it('answers 304 to the entity tag, its weak form, * and the date', async () => {
    const url = '/demo/image/upload/cats/photo.png'
    const { etag, 'last-modified': date } = (await get(url)).headers
    for (const tag of [`${etag}`, `W/${etag}`, '*', `"other", ${etag}`]) {
      const response = await get(url, { 'if-none-match': tag })
      expect(response.statusCode).toBe(304)
      expect(response.rawPayload.length).toBe(0)
      expect(response.headers.etag).toBe(etag)
    }
    expect((await get(url, { 'if-modified-since': String(date) })).statusCode).toBe(304)
    expect((await get(url, { 'if-none-match': '"other"' })).statusCode).toBe(200)
  })
})

describe('a range', () => {
  const url = '/demo/image/upload/cats/photo.png'

  it('delivers a part of an original and of a derivative', async () => {
    for (const path of [url, '/demo/image/upload/w_100/cats/photo.png']) {
      const whole = (await get(path)).rawPayload
      const part = await get(path, { range: 'bytes=10-19' })
      expect(part.statusCode).toBe(206)
      expect(part.headers['content-range']).toBe(`bytes 10-19/${whole.length}`)
      expect(part.headers['content-length']).toBe('10')
      expect(part.rawPayload.equals(whole.subarray(10, 20))).toBe(true)
    }
  })

  it('beyond the end is answered with 416 and the size', async () => {
    const response = await get(url, { range: `bytes=${png.length}-` })
    expect(response.statusCode).toBe(416)
    expect(response.headers['content-range']).toBe(`bytes */${png.length}`)
  })

  it('with several parts delivers the whole file', async () => {
    const response = await get(url, { range: 'bytes=0-1,4-5' })
    expect(response.statusCode).toBe(200)
    expect(response.rawPayload.equals(png)).toBe(true)
  })

  it('is ignored if If-Range does not match', async () => {
    const { etag, 'last-modified': date } = (await get(url)).headers
    const range = 'bytes=0-9'
    expect((await get(url, { range, 'if-range': String(etag) })).statusCode).toBe(206)
    expect((await get(url, { range, 'if-range': String(date) })).statusCode).toBe(206)
    expect((await get(url, { range, 'if-range': '"other"' })).statusCode).toBe(200)
    expect((await get(url, { range, 'if-range': `W/${etag}` })).statusCode).toBe(200)
  })
})

describe('a refusal', () => {
  const refused: readonly [string, number, string][] = [
    ['/demo/image/upload/nothing.png', 404, 'Resource not found - nothing'],
    ['/demo/video/upload/cats/photo.mp4', 404, 'Resource not found - cats/photo'],
    ['/nobody/image/upload/cats/photo.png', 404, 'Unknown cloud_name nobody'],
    ['/other/image/upload/cats/photo.png', 404, 'Resource not found - cats/photo'],
    ['/demo/image/upload/w_abc/cats/photo.png', 400, 'Invalid width in transformation: abc'],
    ['/demo/image/upload/e_blur/cats/photo.png', 400, 'Invalid transformation component - e_blur'],
    ['/demo/image/upload/cats/photo.svg', 400, 'Invalid extension in transformation: svg'],
    [
      '/demo/image/upload/c_scale,w_7000,h_4800/cats/photo.png',
      400,
      'Maximum image size is 25 Megapixels. Requested 33.6 Megapixels',
    ],
    [
      '/demo/image/upload/c_scale,w_8193,h_10/cats/photo.png',
      400,
      'Maximum image side is 8192 pixels. Requested 8193x10',
    ],
    [
      '/demo/image/upload/w_4000,h_3001/cats/photo.avif',
      400,
      'Maximum image size is 12 Megapixels. Requested 12.1 Megapixels',
    ],
    [
      `/demo/image/upload/${'w_1/'.repeat(11)}cats/photo.png`,
      400,
      'A transformation has at most 10 components. Requested 11',
    ],
    ['/demo/image/authenticated/cats/photo.png', 401, 'deny or ACL failure'],
    ['/demo/image/upload/f%C3%BCr.png', 404, 'Resource not found - f%C3%BCr'],
  ]
  it.each(refused)('of %s has status %i and the text %s', async (url, status, message) => {
    const response = await get(url)
    expect(response.statusCode).toBe(status)
    expect(response.headers['x-cld-error']).toBe(message)
    expect(response.rawPayload.length).toBe(0)
    expect(response.headers['cache-control']).toBe('no-store')
    expect(response.headers['access-control-allow-origin']).toBe('*')
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
  })

  it('of a URL over 4096 bytes has status 400', async () => {
    const long = `/demo/image/upload/${'a'.repeat(4096)}`
    expect((await get(long.slice(0, 4096))).statusCode).toBe(404)
    expect((await get(long.slice(0, 4097))).statusCode).toBe(400)
  })

  it('of an asset whose blob is missing has status 500 and no details', async () => {
    const { cloud, blobId } = await server.store({ publicId: 'gone', bytes: png })
    await server.services.blobs.destroy({ cloud, blobId })
    const response = await get('/demo/image/upload/gone.png')
    expect(response.statusCode).toBe(500)
    expect(response.headers['x-cld-error']).toBe('General Error')
    expect(response.headers.etag).toBeUndefined()
  })
})

describe('a path of another route', () => {
  it.each([
    '/health/x',
    '/v1_1/demo/unknown',
    '/demo/nothing',
    '/demo/image/other/x.png',
    '/demo/x',
  ])('such as %s is not handled by delivery', async (url) => {
    const response = await get(url)
    expect(response.statusCode).toBe(404)
    expect(response.headers['x-cld-error']).toBeUndefined()
  })
})

describe('a signature', () => {
  beforeAll(async () => {
    await server.store({ publicId: 'closed', bytes: png, deliveryType: 'authenticated' })
    await server.store({ publicId: 'half', bytes: png, deliveryType: 'private' })
  })

  it.each([
    ['authenticated', 'closed.png', 401, 200],
    ['authenticated', 'w_10/closed.png', 401, 200],
    ['private', 'half.png', 401, 200],
    ['private', 'w_10/half.png', 200, 200],
    ['upload', 'cats/photo.png', 200, 200],
  ])('for %s %s: status %i without it, %i with it', async (type, path, without, withOne) => {
    expect((await get(`/demo/image/${type}/${path}`)).statusCode).toBe(without)
    const url = `/demo/image/${type}/${signed(path)}`
    const response = await get(url)
    expect(response.statusCode).toBe(withOne)
    expect(response.headers['cache-control']).toMatch(
      type === 'upload' ? /^public/ : /^private, no-store$/,
    )
  })

  it('that is wrong is refused, even where no signature is needed', async () => {
    for (const type of ['authenticated', 'private', 'upload']) {
      const wrong = await get(`/demo/image/${type}/${signed('closed.png', 'another secret')}`)
      expect(wrong.statusCode).toBe(401)
      expect(wrong.headers['x-cld-error']).toBe('deny or ACL failure')
    }
  })

  it.each(['upload-secret', 'other-secret'])(
    'made with %s, whose key may not sign deliveries, is refused',
    async (secret) => {
      const response = await get(`/demo/image/authenticated/${signed('closed.png', secret)}`)
      expect(response.statusCode).toBe(401)
    },
  )

  it('of 32 characters is accepted, with a version in the URL', async () => {
    const signature = signDelivery({ path: 'closed.png', secret: DELIVER_SECRET, isLong: true })
    const url = `/demo/image/authenticated/s--${signature}--/v1/closed.png`
    expect((await get(url)).statusCode).toBe(200)
  })

  it('covers the percent-encoded name as it was sent', async () => {
    await server.store({ publicId: 'für alle', bytes: png, deliveryType: 'authenticated' })
    const url = `/demo/image/authenticated/${signed('f%C3%BCr%20alle.png')}`
    expect((await get(url)).statusCode).toBe(200)
  })

  it('is checked before the lookup, so a missing asset is denied like an existing one', async () => {
    const closed = await get('/demo/image/authenticated/closed.png')
    const missing = await get('/demo/image/authenticated/missing.png')
    expect(missing.statusCode).toBe(closed.statusCode)
    expect(missing.headers['x-cld-error']).toBe(closed.headers['x-cld-error'])
  })
})

describe('a file', () => {
  it.each([
    ['page.html', 'raw', undefined, 'application/octet-stream'],
    ['script.js', 'raw', undefined, 'application/octet-stream'],
    ['feed.xml', 'raw', undefined, 'application/octet-stream'],
    ['paper.pdf', 'raw', undefined, 'application/pdf'],
    ['drawing', 'image', 'svg', 'image/svg+xml'],
    ['paper', 'image', 'pdf', 'application/pdf'],
  ] as const)('such as %s (%s) is a download', async (publicId, resourceType, format, mimeType) => {
    const bytes = Buffer.from('<script>alert(1)</script>')
    await server.store({ publicId, bytes, resourceType, ...(format ? { format } : {}) })
    const { headers } = await get(`/demo/${resourceType}/upload/v1/${publicId}`)
    expect(headers['content-type']).toBe(mimeType)
    expect(headers['content-disposition']).toBe(
      `attachment; filename="${format ? `${publicId}.${format}` : publicId}"`,
    )
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain('sandbox')
  })

  it('of plain text or video is shown inline', async () => {
    await server.store({ publicId: 'notes.txt', bytes: Buffer.from('a'), resourceType: 'raw' })
    await server.store({ publicId: 'clip', bytes: png, resourceType: 'video', format: 'mp4' })
    const text = await get('/demo/raw/upload/notes.txt')
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(text.headers['content-disposition']).toBeUndefined()
    const clip = await get('/demo/video/upload/clip.mp4')
    expect(clip.headers['content-type']).toBe('video/mp4')
    expect(clip.headers['content-disposition']).toBeUndefined()
  })
})

describe('the type of an original', () => {
  it.each([
    ['image', 'ico', 'image/vnd.microsoft.icon'],
    ['image', 'dng', 'image/x-adobe-dng'],
    ['image', 'jp2', 'image/jp2'],
    ['video', 'm4a', 'audio/mp4'],
    ['video', '3gp', 'video/3gpp'],
    ['video', 'opus', 'audio/ogg'],
    ['video', 'mkv', 'video/x-matroska'],
  ] as const)('of %s and format %s is %s', async (resourceType, format, mimeType) => {
    const publicId = `original-${format}`
    await server.store({ publicId, bytes: png, resourceType, format })
    const { statusCode, headers } = await get(`/demo/${resourceType}/upload/${publicId}.${format}`)
    expect([statusCode, headers['content-type']]).toEqual([200, mimeType])
  })
})

describe('raw and video', () => {
  it('have no transformations', async () => {
    await server.store({ publicId: 'film', bytes: png, resourceType: 'video', format: 'mp4' })
    await server.store({ publicId: 'notes.md', bytes: png, resourceType: 'raw' })
    for (const [path, message] of [
      ['video/upload/w_100/film.mp4', 'Transforming video is not supported'],
      ['video/upload/film.jpg', 'Transforming video is not supported'],
      ['raw/upload/w_100/notes.md', 'Transforming raw is not supported'],
    ]) {
      const response = await get(`/demo/${path}`)
      expect(response.statusCode).toBe(400)
      expect(response.headers['x-cld-error']).toBe(message)
    }
  })

  it('are found with the extension of a raw file in its public id', async () => {
    await server.store({ publicId: 'data.tar.gz', bytes: png, resourceType: 'raw' })
    expect((await get('/demo/raw/upload/v1/data.tar.gz')).statusCode).toBe(200)
    expect((await get('/demo/raw/upload/v1/data.tar')).statusCode).toBe(404)
  })
})

describe('a public id with a dot', () => {
  it('is found, because its last part is not a format', async () => {
    await server.store({ publicId: 'photo.v2', bytes: png })
    expect((await get('/demo/image/upload/photo.v2')).statusCode).toBe(200)
    expect((await get('/demo/image/upload/photo.v2.png')).statusCode).toBe(200)
  })
})

describe('a derivative', () => {
  it('has the requested size, format and pixels', async () => {
    const url = '/demo/image/upload/c_fill,w_50,h_50,g_south_east/v1/cats/photo.webp'
    const response = await get(url)
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('image/webp')
    expect(isNear(await pixelAt(response.rawPayload, 45, 45), YELLOW)).toBe(true)
    expect(isNear(await pixelAt(response.rawPayload, 45, 5), GREEN)).toBe(true)
  })

  it('has the same bytes and entity tag for every spelling of its URL', async () => {
    const one = await get('/demo/image/upload/c_fill,w_50,h_40/cats/photo.jpg')
    const other = await get('/demo/image/upload/h_40,c_fill,w_50/f_jpg/v1/cats/photo')
    expect(other.headers.etag).toBe(one.headers.etag)
    expect(other.rawPayload.equals(one.rawPayload)).toBe(true)
    const again = await get('/demo/image/upload/c_fill,w_50,h_40/cats/photo.jpg', {
      'if-none-match': String(one.headers.etag),
    })
    expect(again.statusCode).toBe(304)
  })

  it('with f_auto has the best format in Accept, or JPEG or PNG, and varies by Accept', async () => {
    const url = '/demo/image/upload/w_40/f_auto,q_auto/cats/photo.png'
    const types = [
      ['image/avif,image/webp,*/*;q=0.8', 'image/avif'],
      ['image/webp,*/*;q=0.8', 'image/webp'],
      ['image/avif;q=0, image/webp', 'image/webp'],
      ['*/*', 'image/jpeg'],
      ['', 'image/jpeg'],
    ]
    for (const [accept = '', type] of types) {
      const { headers } = await get(url, { accept })
      expect(headers['content-type']).toBe(type)
      expect(headers.vary).toBe('Accept')
    }
    const see = await createQuadrants({ widthPx: 40, heightPx: 40, alpha: 0.5 })
    await server.store({ publicId: 'glass', bytes: see })
    const glass = await get('/demo/image/upload/f_auto/glass')
    expect(glass.headers['content-type']).toBe('image/png')
  })

  it('does not vary by Accept if the URL fixes the format', async () => {
    const { headers } = await get('/demo/image/upload/w_40/cats/photo.png', {
      accept: 'image/avif',
    })
    expect(headers['content-type']).toBe('image/png')
    expect(headers.vary).toBeUndefined()
  })

  it('of an animation keeps all frames as GIF or WebP, and the first frame as JPEG', async () => {
    const bytes = await createAnimation({ widthPx: 40, heightPx: 20, colors: [RED, BLUE] })
    await server.store({ publicId: 'moving', bytes, format: 'gif' })
    const gif = await get('/demo/image/upload/w_20/moving.gif')
    expect(await metadataOf(gif.rawPayload)).toMatchObject({ pages: 2, width: 20, height: 10 })
    const auto = await get('/demo/image/upload/w_20/f_auto/moving', {
      accept: 'image/avif,image/webp',
    })
    expect(await metadataOf(auto.rawPayload)).toMatchObject({ format: 'webp', pages: 2 })
    const still = await get('/demo/image/upload/w_20/moving.jpg')
    expect(isNear(await pixelAt(still.rawPayload, 10, 5), RED)).toBe(true)
  })

  it('of a broken image is answered with 400', async () => {
    await server.store({ publicId: 'broken', bytes: Buffer.from('no picture'), format: 'png' })
    const response = await get('/demo/image/upload/w_10/broken.png')
    expect(response.statusCode).toBe(400)
    expect(response.headers['x-cld-error']).toBe('Invalid image file')
  })

  it('that failed is not retried for a minute', async () => {
    const large = await createQuadrants({ widthPx: 400, heightPx: 400, format: 'avif' })
    const cut = large.subarray(0, large.length - 1)
    // Has the length of the cut file, because another length is another error. Decoders do not read bytes after the end of an image.
    const whole = Buffer.alloc(cut.length)
    const small = await createQuadrants({ widthPx: 20, heightPx: 20, format: 'avif' })
    expect(small.copy(whole)).toBe(small.length)
    const { cloud, blobId } = await server.store({ publicId: 'cut', bytes: cut, format: 'avif' })
    const url = '/demo/image/upload/w_10/cut.avif'
    expect((await get(url)).statusCode).toBe(400)
    await writeFile(String(await server.services.blobs.localPath({ cloud, blobId })), whole)
    server.clock.nowMs = NOW + 59_999
    expect((await get(url)).statusCode).toBe(400)
    server.clock.nowMs = NOW + 60_001
    expect((await get(url)).statusCode).toBe(200)
    server.clock.nowMs = NOW
  })

  it('of an unsupported format is answered with 400 and the format', async () => {
    await server.store({ publicId: 'vector', bytes: Buffer.from('<svg/>'), format: 'svg' })
    const response = await get('/demo/image/upload/w_10/vector.svg')
    expect(response.statusCode).toBe(400)
    expect(response.headers['x-cld-error']).toBe('Transforming svg is not supported')
  })

  it('that is requested fifty times at once is the same for all requests', async () => {
    const url = '/demo/image/upload/c_pad,w_123,h_123/cats/photo.avif'
    const responses = await Promise.all(Array.from({ length: 50 }, () => get(url)))
    expect(new Set(responses.map((response) => response.statusCode))).toEqual(new Set([200]))
    expect(new Set(responses.map((response) => response.rawPayload.toString('base64'))).size).toBe(
      1,
    )
  })
})

describe('a new derivative', () => {
  it('is answered with 503 and Retry-After if the decode queue is full', async () => {
    const busy = await createDeliveryServer({ maxDecoders: 1, maxDecodeQueue: 3 })
    await busy.store({ publicId: 'photo', bytes: png })
    const read = (width: number) => busy.app.inject(`/demo/image/upload/w_${width}/photo.jpg`)
    // After this request, the header is cached and a decoder runs.
    expect((await read(100)).statusCode).toBe(200)
    const responses = await Promise.all(Array.from({ length: 6 }, (_, at) => read(200 + at)))
    const refused = responses.filter((response) => response.statusCode === 503)
    expect(refused.map((response) => response.headers['retry-after'])).toEqual(['1', '1'])
    expect(refused[0]?.headers['x-cld-error']).toBe(
      '3 images already wait to be decoded. Try again later',
    )
    expect(responses.filter((response) => response.statusCode === 200).length).toBe(4)
    await busy.close()
  })
})

describe('strict transformations', () => {
  let strict: DeliveryServer
  beforeAll(async () => {
    strict = await createDeliveryServer({ transformations: 'strict' })
    await strict.store({ publicId: 'photo', bytes: png })
  })
  afterAll(() => strict.close())

  const read = (path: string, accept = '') =>
    strict.app.inject({ url: `/demo/image/upload/${path}`, headers: { accept } })

  it('refuse unsigned URLs and name the setting', async () => {
    for (const path of ['w_77/photo.png', 'photo.webp', 'c_limit,h_61,w_90/photo.png']) {
      const response = await read(path)
      expect(response.statusCode).toBe(401)
      expect(response.headers['x-cld-error']).toContain('COUNTERSIGN_TRANSFORMATIONS')
    }
  })

  it('allow unsigned URLs of originals and of the widget’s thumbnail', async () => {
    expect((await read('photo.png')).statusCode).toBe(200)
    expect((await read('w_90,h_60,c_limit/v1/photo.jpg')).statusCode).toBe(200)
  })

  it('serve the widget’s thumbnail of a private asset to signed URLs only, even if it exists', async () => {
    await strict.store({ publicId: 'secret', bytes: png, deliveryType: 'private' })
    const readPrivate = (path: string) => strict.app.inject(`/demo/image/private/${path}`)
    const thumbnails = [
      'c_limit,h_60,w_90/secret.png',
      'w_90,h_60,c_limit/v1/secret.jpg',
      'c_limit,w_90,h_60/secret',
      'c_limit%2Ch_60%2Cw_90/secret.png',
    ]
    for (const path of ['secret.png', 'w_50/secret.png', ...thumbnails]) {
      expect((await readPrivate(path)).statusCode).toBe(401)
    }
    const made = await readPrivate(signed('c_limit,h_60,w_90/secret.png'))
    expect(made.statusCode).toBe(200)
    for (const path of thumbnails) {
      const { statusCode, headers } = await readPrivate(path)
      expect(statusCode).toBe(401)
      expect(headers['x-cld-error']).toContain('COUNTERSIGN_TRANSFORMATIONS')
    }
  })

  it('serve the widget’s thumbnail to signed URLs only after a public asset became private', async () => {
    const name = { cloud: 'demo', resourceType: 'image', publicId: 'moved' } as const
    await strict.store({ publicId: 'moved', bytes: png })
    expect((await read('c_limit,h_60,w_90/moved.png')).statusCode).toBe(200)
    await strict.services.catalog.renameAsset({
      ...name,
      deliveryType: 'upload',
      to: { ...name, deliveryType: 'private' },
      overwrite: false,
      now: 1,
    })
    const url = '/demo/image/private/c_limit,h_60,w_90/moved.png'
    expect((await strict.app.inject(url)).statusCode).toBe(401)
  })

  it('allow a signed URL, and afterwards unsigned URLs of the same derivative', async () => {
    expect((await read('w_33/photo.png')).statusCode).toBe(401)
    expect((await read(signed('w_33/photo.png'))).statusCode).toBe(200)
    expect((await read('w_33/photo.png')).statusCode).toBe(200)
    expect((await read('w_34/photo.png')).statusCode).toBe(401)
  })

  it('allow all formats of f_auto after a signed URL made one of them', async () => {
    expect((await read('w_35/f_auto/photo.png', 'image/avif')).statusCode).toBe(401)
    expect((await read(signed('w_35/f_auto/photo.png'), 'image/webp')).statusCode).toBe(200)
    expect((await read('w_35/f_auto/photo.png', 'image/avif')).headers['content-type']).toBe(
      'image/avif',
    )
  })
})

describe('an answer to a page of another origin', () => {
  it('does not vary by origin, even if the surrounding app sets Vary', async () => {
    const around = await createDeliveryServer({}, (app) => {
      app.addHook('onRequest', async (_, reply) => void reply.header('vary', 'Origin'))
    })
    await around.store({ publicId: 'photo', bytes: png })
    const headers = { origin: 'https://app.example' }
    const original = await around.app.inject({ url: '/demo/image/upload/photo.png', headers })
    expect(original.headers.vary).toBeUndefined()
    const auto = await around.app.inject({ url: '/demo/image/upload/f_auto/photo.png', headers })
    expect(auto.headers.vary).toBe('Accept')
    await around.close()
  })
})

describe('a preflight', () => {
  it('allows conditional requests and ranges from any origin', async () => {
    const response = await server.app.inject({
      method: 'OPTIONS',
      url: '/demo/image/upload/cats/photo.png',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    })
    expect(response.statusCode).toBe(204)
    expect(response.headers['access-control-allow-origin']).toBe('*')
    expect(response.headers['access-control-allow-headers']).toContain('If-None-Match')
  })
})
