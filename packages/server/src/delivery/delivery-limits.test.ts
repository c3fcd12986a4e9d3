import { signDelivery } from '@countersign/protocol/delivery'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createDeliveryServer,
  DELIVER_SECRET,
  type DeliveryServer,
} from '../../test/delivery-server.js'

let server: DeliveryServer

beforeAll(async () => {
  server = await createDeliveryServer({
    maxColdRendersPerMinute: 3,
    maxSignatureFailuresPerMinute: 3,
    trustedProxies: ['127.0.0.1'],
  })
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  await server.store({ publicId: 'photo', bytes })
  await server.store({ publicId: 'closed', bytes, deliveryType: 'authenticated' })
})

afterAll(() => server?.close())

const get = (url: string, remoteAddress: string) =>
  server.app.inject({ method: 'GET', url, remoteAddress })
const statusOf = async (url: string, address: string) => (await get(url, address)).statusCode

describe('the limit on new derivatives of an address', () => {
  const width = (px: number) => `/demo/image/upload/w_${px}/photo.png`

  it('answers one derivative too many with 429 and Retry-After', async () => {
    const statuses = []
    for (const px of [1, 2, 3]) statuses.push(await statusOf(width(px), '192.0.2.1'))
    expect(statuses).toEqual([200, 200, 200])
    const refused = await get(width(4), '192.0.2.1')
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('20')
    expect(refused.headers['cache-control']).toBe('no-store')
    expect(refused.headers['x-cld-error']).toContain('COUNTERSIGN_MAX_COLD_RENDERS')
  })

  it('does not count existing derivatives, originals or other addresses', async () => {
    expect(await statusOf(width(1), '192.0.2.1')).toBe(200)
    expect(await statusOf('/demo/image/upload/photo.png', '192.0.2.1')).toBe(200)
    expect(await statusOf(width(4), '192.0.2.2')).toBe(200)
    expect(await statusOf(width(4), '192.0.2.1')).toBe(200)
  })

  it('is shared by all IPv6 addresses of one /64', async () => {
    const statuses = []
    for (const px of [11, 12, 13, 14]) {
      statuses.push(await statusOf(width(px), `2001:db8:1:2::${px}`))
    }
    expect(statuses).toEqual([200, 200, 200, 429])
    expect(await statusOf(width(14), '2001:db8:1:3::1')).toBe(200)
    expect(await statusOf(width(15), '::ffff:192.0.2.9')).toBe(200)
    for (const px of [16, 17]) await statusOf(width(px), '192.0.2.9')
    expect(await statusOf(width(18), '::ffff:192.0.2.9')).toBe(429)
  })

  it('allows another derivative after the time in Retry-After', async () => {
    expect(await statusOf(width(5), '192.0.2.1')).toBe(429)
    server.clock.nowMs += 20_000
    expect(await statusOf(width(5), '192.0.2.1')).toBe(200)
    expect(await statusOf(width(6), '192.0.2.1')).toBe(429)
  })
})

describe('the limit on derivatives of one asset', () => {
  it('refuses one too many, delivers existing ones, and starts again with a new version', async () => {
    const few = await createDeliveryServer({ maxDerivedPerAsset: 2 })
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const asset = await few.store({ publicId: 'photo', bytes })
    await few.store({ publicId: 'other', bytes })
    const ask = async (path: string) => {
      const { statusCode, headers } = await few.app.inject(`/demo/image/upload/${path}.png`)
      return [statusCode, headers['x-cld-error']]
    }
    for (const path of ['w_1/photo', 'w_2/photo', 'w_1/photo', 'photo']) {
      expect(await ask(path)).toEqual([200, undefined])
    }
    const [status, reason] = await ask('w_3/photo')
    expect(status).toBe(400)
    expect(reason).toBe('photo may have at most 2 derivatives (COUNTERSIGN_MAX_DERIVED)')
    expect(await few.services.catalog.listDerivatives(asset)).toHaveLength(2)
    expect(await ask('w_2/photo')).toEqual([200, undefined])
    expect(await ask('w_3/other')).toEqual([200, undefined])
    await few.store({ publicId: 'photo', bytes })
    expect(await ask('w_3/photo')).toEqual([200, undefined])
    await few.close()
  })
})

describe('wrong signatures of eight characters', () => {
  const right = signDelivery({ path: 'closed.png', secret: DELIVER_SECRET })
  const long = signDelivery({ path: 'closed.png', secret: DELIVER_SECRET, isLong: true })
  const signed = (signature: string) => `/demo/image/authenticated/s--${signature}--/v1/closed.png`

  it('are answered with 401 up to the limit, and with 429 above it until Retry-After has passed', async () => {
    const statuses = []
    for (const guess of ['AAAAAAAA', 'AAAAAAAB', 'AAAAAAAC', 'AAAAAAAD']) {
      statuses.push(await statusOf(signed(guess), '192.0.2.3'))
    }
    expect(statuses).toEqual([401, 401, 401, 429])
    const refused = await get(signed('AAAAAAAE'), '192.0.2.3')
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '20'])
    expect(refused.rawPayload).toHaveLength(0)
    server.clock.nowMs += 20_000
    expect(await statusOf(signed('AAAAAAAF'), '192.0.2.3')).toBe(401)
  })

  it('do not block right signatures or unsigned URLs of the same address', async () => {
    for (let count = 0; count < 10; count += 1) await statusOf(signed('AAAAAAAG'), '192.0.2.6')
    expect(await statusOf(signed('AAAAAAAH'), '192.0.2.6')).toBe(429)
    expect(await statusOf(signed(right), '192.0.2.6')).toBe(200)
    expect(await statusOf(signed(long), '192.0.2.6')).toBe(200)
    expect(await statusOf('/demo/image/upload/photo.png', '192.0.2.6')).toBe(200)
    expect(await statusOf(signed('AAAAAAAH'), '192.0.2.7')).toBe(401)
  })

  it('do not count toward the derivatives of the address', async () => {
    for (let count = 0; count < 10; count += 1) await statusOf(signed('AAAAAAAI'), '192.0.2.8')
    expect(await statusOf('/demo/image/upload/w_31/photo.png', '192.0.2.8')).toBe(200)
  })

  it('do not include signatures of 32 characters, which nobody can guess', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await statusOf(signed('A'.repeat(32)), '192.0.2.5')).toBe(401)
    }
    expect(await statusOf(signed(right), '192.0.2.5')).toBe(200)
  })
})
