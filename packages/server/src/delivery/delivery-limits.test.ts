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

describe('derivatives that an address has made', () => {
  const width = (px: number) => `/demo/image/upload/w_${px}/photo.png`

  it('are as many as the operator says; one more is 429 with the time to wait, and not made', async () => {
    const statuses = []
    for (const px of [1, 2, 3]) statuses.push(await statusOf(width(px), '192.0.2.1'))
    expect(statuses).toEqual([200, 200, 200])
    const refused = await get(width(4), '192.0.2.1')
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('20')
    expect(refused.headers['cache-control']).toBe('no-store')
    expect(refused.headers['x-cld-error']).toContain('COUNTERSIGN_MAX_COLD_RENDERS')
  })

  it('can still be read by it, and so can originals; other addresses have their own count', async () => {
    expect(await statusOf(width(1), '192.0.2.1')).toBe(200)
    expect(await statusOf('/demo/image/upload/photo.png', '192.0.2.1')).toBe(200)
    expect(await statusOf(width(4), '192.0.2.2')).toBe(200)
    expect(await statusOf(width(4), '192.0.2.1')).toBe(200)
  })

  it('are counted together for all IPv6 addresses of one /64', async () => {
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

  it('are counted anew as time goes by', async () => {
    expect(await statusOf(width(5), '192.0.2.1')).toBe(429)
    server.clock.nowMs += 20_000
    expect(await statusOf(width(5), '192.0.2.1')).toBe(200)
    expect(await statusOf(width(6), '192.0.2.1')).toBe(429)
  })
})

describe('derivatives of one asset', () => {
  it('are as many as the operator says, whoever asks; what exists is delivered, and a new version begins anew', async () => {
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

  it('are 401 up to the limit and 429 beyond, until the limit has room again', async () => {
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

  it('do not block right signatures of the same address, short or long, nor unsigned URLs', async () => {
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

  it('of 32 characters are not counted: nobody guesses one', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await statusOf(signed('A'.repeat(32)), '192.0.2.5')).toBe(401)
    }
    expect(await statusOf(signed(right), '192.0.2.5')).toBe(200)
  })
})
