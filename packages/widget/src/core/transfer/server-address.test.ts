import { MediaError } from '@countersign/protocol/errors'
import { describe, expect, it } from 'vitest'
import { resolveServerAddress } from './server-address.js'

const EVERYTHING = {
  uploadUrl: 'https://one.example/v1_1/a',
  uploadPrefix: 'https://two.example',
  answeredUrl: 'https://three.example/v1_1/b',
  serverUrl: 'https://four.example',
  scriptUrl: 'https://five.example',
  cloudName: 'demo',
}

// The order follows docs/guide: options, the endpoint's answer, the environment, the served script.
describe('resolveServerAddress', () => {
  it.each([
    ['uploadUrl', {}, 'https://one.example/v1_1/a'],
    ['uploadPrefix', { uploadUrl: undefined }, 'https://two.example/v1_1/demo'],
    [
      'the answer',
      { uploadUrl: undefined, uploadPrefix: undefined },
      'https://three.example/v1_1/b',
    ],
    [
      'serverUrl',
      { uploadUrl: undefined, uploadPrefix: undefined, answeredUrl: undefined },
      'https://four.example/v1_1/demo',
    ],
    [
      'the script',
      { uploadUrl: undefined, uploadPrefix: undefined, answeredUrl: undefined, serverUrl: '' },
      'https://five.example/v1_1/demo',
    ],
  ])('prefers %s over what comes after it', (_, without, url) => {
    expect(resolveServerAddress({ ...EVERYTHING, ...without })).toEqual({
      url,
      isDefaultHost: false,
    })
  })

  it('falls back to the protocol’s default host', () => {
    expect(resolveServerAddress({ cloudName: 'demo' })).toEqual({
      url: 'https://api.cloudinary.com/v1_1/demo',
      isDefaultHost: true,
    })
  })

  it('throws for a dev- cloud without an address', () => {
    const resolve = (): unknown => resolveServerAddress({ cloudName: 'dev-k3x9' })
    expect(resolve).toThrowError(MediaError)
    expect(detailOf(resolve)).toMatch(/NEXT_PUBLIC_COUNTERSIGN_URL/)
  })

  it('names the missing option', () => {
    expect(detailOf(() => resolveServerAddress({}))).toMatch(/cloudName/)
  })

  it.each(['javascript:alert(1)', '//host', 'host/v1_1/demo'])(
    'refuses the address %s',
    (uploadUrl) => {
      expect(detailOf(() => resolveServerAddress({ uploadUrl }))).toMatch(/is not an http address/)
    },
  )

  it('accepts paths of the page’s origin, and addresses that end in a slash', () => {
    expect(resolveServerAddress({ uploadUrl: '/v1_1/demo/' }).url).toBe('/v1_1/demo')
    expect(resolveServerAddress({ uploadPrefix: 'http://h:1/', cloudName: 'c' }).url).toBe(
      'http://h:1/v1_1/c',
    )
  })
})

/** Returns the developer's detail of a failure. */
function detailOf(resolve: () => unknown): unknown {
  try {
    resolve()
  } catch (error) {
    if (error instanceof MediaError) return error.details.detail
  }
  return undefined
}
