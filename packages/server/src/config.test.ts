import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'

/** Secrets of 43 characters, as `countersign keys create` creates them. */
const SECRETS = [
  'Qm9k2rX7vT4wZ1yB8nL5sD3fG6hJ0kP-aC_eR7uI9oM',
  'xY3zW8vU1tS6rQ4pO9nM2lK7jI5hG0f_dC-bA3eR8tY',
]
const HUSH = `hush-hush-${'k4T9'.repeat(8)}`
const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret for notifications, 32 by').toString('base64')}`

describe('the configuration', () => {
  it('has the documented defaults', () => {
    expect(readConfig({})).toMatchObject({
      mode: 'serve',
      host: '127.0.0.1',
      port: 8787,
      publicUrl: null,
      keys: [],
      folderMode: 'dynamic',
      transformations: 'strict',
      legacySignatures: false,
      refuseSha1: false,
      maxRequestBytes: 104_857_600,
      maxUploads: 256,
      maxUploadsPerAddress: 64,
      maxColdRendersPerMinute: 600,
      maxSignatureFailuresPerMinute: 100,
      trustedProxies: ['loopback'],
      remoteAllow: [],
      maxRemoteRedirects: 3,
      remoteConnectSeconds: 5,
      remoteTotalSeconds: 60,
    })
  })

  it('trusts proxies on the same host, exactly the listed ones, or none', () => {
    const trusted = (list: string) =>
      readConfig({ COUNTERSIGN_TRUSTED_PROXIES: list }).trustedProxies
    expect(trusted(' ')).toEqual(['loopback'])
    expect(trusted('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1'])
    expect(trusted(' none ')).toEqual([])
    expect(() => trusted('none,10.0.0.1')).toThrow(/COUNTERSIGN_TRUSTED_PROXIES: "none"/)
  })

  it('reads the private hosts that clients may name', () => {
    const { remoteAllow } = readConfig({
      COUNTERSIGN_REMOTE_ALLOW: 'files.internal:8080, [::1]:9000',
    })
    expect(remoteAllow).toEqual(['files.internal:8080', '[::1]:9000'])
    expect(() => readConfig({ COUNTERSIGN_REMOTE_ALLOW: 'files.internal' })).toThrow(
      /1 problem:.*COUNTERSIGN_REMOTE_ALLOW has "files.internal"/s,
    )
  })

  it('reads notification URLs, and requires a secret to sign with', () => {
    const COUNTERSIGN_NOTIFICATION_URLS = 'http://app:3000/a, https://b.example/c,http://app:3000/a'
    const COUNTERSIGN_WEBHOOK_SECRET = WEBHOOK_SECRET
    const { notificationUrls } = readConfig({
      COUNTERSIGN_NOTIFICATION_URLS,
      COUNTERSIGN_WEBHOOK_SECRET,
    })
    expect(notificationUrls).toEqual(['http://app:3000/a', 'https://b.example/c'])
    expect(() => readConfig({ COUNTERSIGN_NOTIFICATION_URLS })).toThrow(/WEBHOOK_SECRET is missing/)
    expect(() =>
      readConfig({ COUNTERSIGN_NOTIFICATION_URLS: 'ftp://x', COUNTERSIGN_WEBHOOK_SECRET }),
    ).toThrow(/COUNTERSIGN_NOTIFICATION_URLS must be http addresses/)
  })

  it('reads keys with scopes and a preset, and the key in CLOUDINARY_URL', () => {
    const { keys } = readConfig({
      COUNTERSIGN_CLOUD: 'acme',
      COUNTERSIGN_KEYS: `1:upload:${SECRETS[0]}:avatars, 2:upload+manage:${SECRETS[1]}`,
      CLOUDINARY_URL: 'cloudinary://3:s3@acme?upload_prefix=http://127.0.0.1',
    })
    expect(keys).toEqual([
      {
        cloud: 'acme',
        id: '1',
        secret: SECRETS[0],
        scopes: ['upload'],
        preset: 'avatars',
        state: 'active',
      },
      { cloud: 'acme', id: '2', secret: SECRETS[1], scopes: ['upload', 'manage'], state: 'active' },
      {
        cloud: 'acme',
        id: '3',
        secret: 's3',
        scopes: ['upload', 'manage', 'deliver', 'webhook'],
        state: 'active',
      },
    ])
  })

  it('names every problem at once, with its variable and never a secret', () => {
    const environment = {
      PORT: 'eighty',
      COUNTERSIGN_PUBLIC_URL: 'media.example.com',
      COUNTERSIGN_FOLDER_MODE: 'flat',
      COUNTERSIGN_STORAGE: 's3://bucket',
      COUNTERSIGN_CLOUD: 'v1_1',
      COUNTERSIGN_KEYS: '1:upload:hush-hush:preset:more,2:root:hush-hush',
      CLOUDINARY_URL: 'https://hush-hush@example.com',
    }
    try {
      readConfig(environment)
      expect.unreachable()
    } catch (error) {
      const { code, message, details } = Object(error)
      expect(code).toBe('CONFIG_INVALID')
      expect(details.problems).toHaveLength(8)
      for (const name of Object.keys(environment)) expect(message).toContain(name)
      expect(message).not.toContain('hush-hush')
    }
  })

  it('reports bad networks, duplicate keys and bad escapes at start', () => {
    const environment = {
      COUNTERSIGN_TRUSTED_PROXIES:
        '127.0.0.1, 10.0.0.0/8, ::1/128, loopback, proxy.local, 10.0.0.0/33',
      COUNTERSIGN_CLOUD: 'acme',
      COUNTERSIGN_KEYS: `1:upload:${HUSH},1:upload:${SECRETS[1]},2:upload:${HUSH}`,
      CLOUDINARY_URL: 'cloudinary://3:50%hush-hush@acme',
    }
    try {
      readConfig(environment)
      expect.unreachable()
    } catch (error) {
      const { message, details } = Object(error)
      expect(details.problems).toEqual([
        expect.stringContaining('write a % in a secret as %25'),
        'COUNTERSIGN_KEYS: the API key 1 is defined twice',
        expect.stringContaining('COUNTERSIGN_KEYS: the API key 2 has the secret of another'),
        expect.stringContaining('"proxy.local"'),
        expect.stringContaining('"10.0.0.0/33"'),
      ])
      expect(message).not.toContain('hush-hush')
    }
  })
})

describe('a secret of this project’s own variables', () => {
  const problemsOf = (environment: Record<string, string>): readonly string[] => {
    try {
      readConfig({ COUNTERSIGN_CLOUD: 'acme', ...environment })
      return []
    } catch (error) {
      return Object(error).details.problems
    }
  }
  const [secret = '', other = ''] = SECRETS

  it('has at least 32 characters, without whsec_', () => {
    const short = secret.slice(0, 31)
    expect(problemsOf({ COUNTERSIGN_KEYS: `1:upload:${secret.slice(0, 32)}` })).toEqual([])
    expect(problemsOf({ COUNTERSIGN_WEBHOOK_SECRET: secret.slice(0, 32) })).toEqual([])
    expect(problemsOf({ COUNTERSIGN_WEBHOOK_SECRET: `whsec_${'a1B2'.repeat(8)}` })).toEqual([])
    for (const environment of [
      { COUNTERSIGN_KEYS: `1:upload:${short}` },
      { COUNTERSIGN_KEYS: '1:upload:abc' },
      { COUNTERSIGN_WEBHOOK_SECRET: short },
      { COUNTERSIGN_WEBHOOK_SECRET: `whsec_${'a1B2'.repeat(7)}` },
    ]) {
      const problems = problemsOf(environment)
      expect(problems).toEqual([
        expect.stringMatching(/must have 32 or more: make one with openssl/),
      ])
      expect(problems.join()).not.toContain(short.slice(0, 20))
    }
  })

  it.each(['"', "'"])('has no %s around its value', (quote) => {
    const quoted = (text: string) => `${quote}${text}${quote}`
    expect(problemsOf({ COUNTERSIGN_KEYS: quoted(`1:upload:${secret}`) })).toEqual([
      expect.stringMatching(/^COUNTERSIGN_KEYS has quotes around its value/),
    ])
    expect(problemsOf({ COUNTERSIGN_WEBHOOK_SECRET: quoted(secret) })).toEqual([
      expect.stringMatching(/^COUNTERSIGN_WEBHOOK_SECRET has quotes around its value/),
    ])
  })

  it.each(['undefined', 'your_webhook_secret', 'whsec_undefined', 'x'.repeat(40)])(
    'is no placeholder: %s',
    (text) => {
      expect(problemsOf({ COUNTERSIGN_WEBHOOK_SECRET: text })).toEqual([
        expect.stringContaining('COUNTERSIGN_WEBHOOK_SECRET holds placeholder text'),
      ])
      expect(problemsOf({ COUNTERSIGN_KEYS: `1:upload:${text}` })).toEqual([
        expect.stringContaining('COUNTERSIGN_KEYS entry "1" holds placeholder text'),
      ])
    },
  )

  it.each([
    ['another key', { COUNTERSIGN_KEYS: `1:upload:${secret},2:manage:${secret}` }],
    [
      'CLOUDINARY_URL',
      { COUNTERSIGN_KEYS: `1:upload:${secret}`, CLOUDINARY_URL: `cloudinary://2:${secret}@acme` },
    ],
    [
      'the webhook secret',
      { COUNTERSIGN_KEYS: `1:upload:${secret}`, COUNTERSIGN_WEBHOOK_SECRET: secret },
    ],
    [
      'the webhook secret without its whsec_',
      {
        COUNTERSIGN_KEYS: `1:upload:${'a1B2'.repeat(8)}`,
        COUNTERSIGN_WEBHOOK_SECRET: `whsec_${'a1B2'.repeat(8)}`,
      },
    ],
    [
      'the webhook secret, decoded',
      {
        COUNTERSIGN_KEYS: `1:upload:${secret}`,
        COUNTERSIGN_WEBHOOK_SECRET: `whsec_${Buffer.from(secret).toString('base64')}`,
      },
    ],
    [
      'the webhook secret, from CLOUDINARY_URL',
      { CLOUDINARY_URL: `cloudinary://2:${secret}@acme`, COUNTERSIGN_WEBHOOK_SECRET: secret },
    ],
  ] as [string, Record<string, string>][])('is not that of %s', (_, environment) => {
    const problems = problemsOf(environment)
    expect(problems).toEqual([expect.stringMatching(/secret of (another|the API key)/)])
    expect(problems.join()).not.toContain(secret)
  })

  it('has Base64 after whsec_', () => {
    expect(problemsOf({ COUNTERSIGN_WEBHOOK_SECRET: `whsec_${other}` })).toEqual([
      expect.stringContaining('has no Base64 after whsec_'),
    ])
  })
})

it.each([
  'cloudinary://3001:undefined@beta',
  'cloudinary://3001:your_api_secret@beta',
  'cloudinary://<your_api_key>:<your_api_secret>@beta',
])('refuses the placeholder in %s', (CLOUDINARY_URL) => {
  expect(() => readConfig({ CLOUDINARY_URL })).toThrow(/CLOUDINARY_URL holds placeholder text/)
})
