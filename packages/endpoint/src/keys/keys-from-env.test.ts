import { describe, expect, it } from 'vitest'
import {
  assertSecretsPrivate,
  distinctKeys,
  keysFromEnv,
  toEnvironment,
  type Variable,
} from './keys-from-env.js'
import { pageKey, readAddresses, readUploadKeys } from './signing-settings.js'

const SECRET = 'abcdefghijklmnopqrstuvwxyz0'

function read(
  variables: Partial<Record<Variable, string>>,
  everything: Record<string, string> = {},
) {
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  const environment = toEnvironment(variables, { everything, warn })
  return { environment, warn, warnings, keys: () => keysFromEnv(environment, warn) }
}

describe('keysFromEnv', () => {
  it.each([[`"${SECRET}"`], [`'${SECRET}'`], [` ${SECRET} `], [`${SECRET}\n`], [`" ${SECRET}"`]])(
    'trims %j and warns without showing the value',
    (value) => {
      const { keys, warnings } = read({ CLOUDINARY_API_SECRET: value, CLOUDINARY_API_KEY: '1' })
      expect(keys()).toEqual([{ id: '1', secret: SECRET }])
      expect(warnings).toEqual([
        'CLOUDINARY_API_SECRET: quotes or blanks around the value were removed; write it without them',
      ])
    },
  )

  it.each([
    'undefined',
    'null',
    'your_api_secret',
    'your-secret-here',
    '<your secret>',
    'xxxxxxxx',
    '********',
    'changeme',
    '...',
    'MY_API_SECRET',
  ])('refuses the placeholder %s', (value) => {
    const { keys } = read({ CLOUDINARY_API_SECRET: value, CLOUDINARY_API_KEY: '1' })
    expect(keys).toThrow(/CLOUDINARY_API_SECRET holds placeholder text/)
  })

  it.each(['', '  ', '""'])('handles %j as a missing secret and names the variables', (value) => {
    expect(read({ CLOUDINARY_API_SECRET: value, CLOUDINARY_API_KEY: '1' }).keys).toThrow(
      /set CLOUDINARY_API_SECRET/,
    )
  })

  it('warns about a short secret without showing it', () => {
    const { keys, warnings } = read({
      CLOUDINARY_API_SECRET: 'hunter2hunter2',
      CLOUDINARY_API_KEY: '1',
    })
    keys()
    expect(warnings.join()).toMatch(/fewer than 20/)
    expect(warnings.join()).not.toContain('hunter2')
  })

  it('reads the keys of COUNTERSIGN_KEYS with their scopes, then the key of CLOUDINARY_URL', () => {
    const { keys } = read({
      COUNTERSIGN_KEYS: `11:upload:${SECRET}a, 22:upload+deliver:${SECRET}b:avatars,`,
      CLOUDINARY_URL: `cloudinary://33:${SECRET}%2Fc@demo`,
    })
    expect(keys()).toEqual([
      { id: '11', secret: `${SECRET}a`, scopes: ['upload'] },
      { id: '22', secret: `${SECRET}b`, scopes: ['upload', 'deliver'] },
      { id: '33', secret: `${SECRET}/c`, scopes: ['upload', 'manage', 'deliver', 'webhook'] },
    ])
  })

  it.each<[string, Partial<Record<Variable, string>>]>([
    ['CLOUDINARY_API_KEY', { CLOUDINARY_API_SECRET: SECRET }],
    ['COUNTERSIGN_KEYS, key 1', { COUNTERSIGN_KEYS: `11:write:${SECRET}` }],
    ['COUNTERSIGN_KEYS, key 2', { COUNTERSIGN_KEYS: `11:upload:${SECRET},22:upload` }],
    ['COUNTERSIGN_KEYS, key 1', { COUNTERSIGN_KEYS: `11:upload:first:${SECRET}:default` }],
    ['CLOUDINARY_URL', { CLOUDINARY_URL: `https://11:${SECRET}@demo` }],
    ['CLOUDINARY_URL', { CLOUDINARY_URL: 'cloudinary://demo' }],
  ])('names %s when it is wrong, never its value', (name, variables) => {
    const { keys } = read(variables)
    expect(keys).toThrow(name)
    expect(keys).not.toThrow(SECRET)
  })

  it('gives a key with two entries the scopes of both', () => {
    const { keys } = read({ COUNTERSIGN_KEYS: `11:upload:${SECRET},11:upload+manage:${SECRET}` })
    expect(keys()).toEqual([{ id: '11', secret: SECRET, scopes: ['upload', 'manage'] }])
  })

  it('refuses one secret with two ids and one id with two secrets', () => {
    expect(() =>
      distinctKeys([
        { id: '1', secret: SECRET },
        { id: '2', secret: SECRET },
      ]),
    ).toThrow(/same secret/)
    expect(() =>
      distinctKeys([
        { id: '1', secret: SECRET },
        { id: '1', secret: 'other' },
      ]),
    ).toThrow(/two secrets/)
  })

  it.each(['NEXT_PUBLIC_X', 'VITE_X', 'PUBLIC_X', 'EXPO_PUBLIC_X', 'REACT_APP_X'])(
    'finds a secret in %s',
    (name) => {
      const { environment } = read({}, { [name]: `"${SECRET}"`, HOME: SECRET })
      expect(() => assertSecretsPrivate([{ id: '1', secret: SECRET }], environment)).toThrow(name)
      expect(() =>
        assertSecretsPrivate([{ id: '1', secret: 'another' }], environment),
      ).not.toThrow()
    },
  )
})

describe('settings', () => {
  it('use the cloud and address of the options, then of the variables in their order', () => {
    const variables = {
      NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME: 'page',
      CLOUDINARY_URL: `cloudinary://1:${SECRET}@url`,
      NEXT_PUBLIC_COUNTERSIGN_URL: 'https://page.example',
    }
    const cloudOf = (more: Partial<Record<Variable, string>>, cloudName?: string) =>
      readAddresses(
        { cloudName, target: 'countersign' },
        read({ ...variables, ...more }).environment,
      ).uploadUrl
    expect(
      cloudOf(
        { CLOUDINARY_CLOUD_NAME: 'server', COUNTERSIGN_URL: 'https://server.example/media/' },
        'option',
      ),
    ).toBe('https://server.example/media/v1_1/option')
    expect(cloudOf({ CLOUDINARY_CLOUD_NAME: 'server' })).toBe('https://page.example/v1_1/server')
    expect(cloudOf({})).toBe('https://page.example/v1_1/page')
    expect(cloudOf({ NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME: '' })).toBe('https://page.example/v1_1/url')
  })

  it('refuse an invalid cloud name or address', () => {
    const { environment } = read({ COUNTERSIGN_URL: 'javascript:alert(1)' })
    expect(() => readAddresses({ cloudName: 'a/b', target: 'countersign' }, environment)).toThrow(
      /cloud name/,
    )
    expect(() => readAddresses({ cloudName: 'a', target: 'countersign' }, environment)).toThrow(
      /http/,
    )
  })

  it('skip keys without the scope upload', () => {
    const { environment, warn } = read({ COUNTERSIGN_KEYS: `11:manage:${SECRET}` })
    expect(() => readUploadKeys(undefined, { environment, warn, allowManageKey: true })).toThrow(
      /scope upload/,
    )
  })

  it('refuse a NEXT_PUBLIC_CLOUDINARY_API_KEY without a secret', () => {
    const { environment } = read({ NEXT_PUBLIC_CLOUDINARY_API_KEY: '99' })
    expect(() => pageKey([{ id: '11', secret: SECRET }], environment)).toThrow(
      /NEXT_PUBLIC_CLOUDINARY_API_KEY names the key 99/,
    )
  })
})
