import { describe, expect, it } from 'vitest'
import { widgetOptions } from './widget-options.js'

const nothing = {
  cloudName: undefined,
  apiKey: undefined,
  uploadPreset: undefined,
  serverUrl: undefined,
}
const built = {
  cloudName: 'demo',
  apiKey: '1',
  uploadPreset: undefined,
  serverUrl: 'http://127.0.0.1:8787',
}
const sign = () => undefined

describe('widgetOptions', () => {
  it('needs neither a cloud nor a key with an endpoint', () => {
    expect(widgetOptions({ signatureEndpoint: '/api/sign' }, nothing)).toEqual({
      signatureEndpoint: '/api/sign',
    })
  })

  it('throws without a cloud, without a key for uploadSignature, and without a preset for unsigned uploads', () => {
    expect(() => widgetOptions({ uploadPreset: 'open' }, nothing)).toThrow(
      /NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME/,
    )
    expect(() =>
      widgetOptions({ options: { uploadSignature: sign } }, { ...built, apiKey: undefined }),
    ).toThrow(/NEXT_PUBLIC_CLOUDINARY_API_KEY/)
    expect(() => widgetOptions({}, built)).toThrow(/uploadPreset/)
  })

  it('does not throw if options contain the cloud', () => {
    expect(widgetOptions({ options: { cloudName: 'own', uploadPreset: 'open' } }, nothing)).toEqual(
      { cloudName: 'own', uploadPreset: 'open' },
    )
  })

  it('uses the preset of options, then of the prop, then of the environment, and ignores undefined', () => {
    const withEnv = { ...built, uploadPreset: 'env' }
    const presetOf = (props: Parameters<typeof widgetOptions>[0]) =>
      widgetOptions(props, withEnv).uploadPreset
    expect(presetOf({ options: { uploadPreset: 'options' }, uploadPreset: 'prop' })).toBe('options')
    expect(presetOf({ uploadPreset: 'prop' })).toBe('prop')
    expect(presetOf({ options: Object.fromEntries([['uploadPreset', undefined]]) })).toBe('env')
  })

  it('lets uploadSignature of the page override signatureEndpoint', () => {
    const options = widgetOptions(
      { signatureEndpoint: '/api/sign', options: { uploadSignature: sign } },
      built,
    )
    expect(options).toEqual({
      cloudName: 'demo',
      apiKey: '1',
      serverUrl: built.serverUrl,
      uploadSignature: sign,
    })
  })

  it('reads the address of a URL or a Request', () => {
    const addressOf = (signatureEndpoint: URL | Request) =>
      widgetOptions({ signatureEndpoint }, nothing).signatureEndpoint
    expect(addressOf(new URL('https://app.example/sign'))).toBe('https://app.example/sign')
    expect(addressOf(new Request('https://app.example/sign'))).toBe('https://app.example/sign')
  })

  it('lets config override the environment', () => {
    const options = widgetOptions(
      { signatureEndpoint: '/s', config: { cloud: { cloudName: 'config' } } },
      built,
    )
    expect([options.cloudName, options.apiKey]).toEqual(['config', '1'])
  })
})
