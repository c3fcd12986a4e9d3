import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'

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
      trustedProxies: [],
      remoteAllow: [],
      maxRemoteRedirects: 3,
      remoteConnectSeconds: 5,
      remoteTotalSeconds: 60,
    })
  })

  it('reads hosts of the operator’s own that clients may name', () => {
    const { remoteAllow } = readConfig({
      COUNTERSIGN_REMOTE_ALLOW: 'files.internal:8080, [::1]:9000',
    })
    expect(remoteAllow).toEqual(['files.internal:8080', '[::1]:9000'])
    expect(() => readConfig({ COUNTERSIGN_REMOTE_ALLOW: 'files.internal' })).toThrow(
      /1 problem:.*COUNTERSIGN_REMOTE_ALLOW has "files.internal"/s,
    )
  })

  it('reads targets of notifications, and wants a secret to sign with', () => {
    const COUNTERSIGN_NOTIFICATION_URLS = 'http://app:3000/a, https://b.example/c,http://app:3000/a'
    const COUNTERSIGN_WEBHOOK_SECRET = 'whsec_x'
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

  it('reads keys with scopes and a preset, and the one of CLOUDINARY_URL', () => {
    const { keys } = readConfig({
      COUNTERSIGN_CLOUD: 'acme',
      COUNTERSIGN_KEYS: '1:upload:s1:avatars, 2:upload+manage:s2',
      CLOUDINARY_URL: 'cloudinary://3:s3@acme?upload_prefix=http://127.0.0.1',
    })
    expect(keys).toEqual([
      {
        cloud: 'acme',
        id: '1',
        secret: 's1',
        scopes: ['upload'],
        preset: 'avatars',
        state: 'active',
      },
      { cloud: 'acme', id: '2', secret: 's2', scopes: ['upload', 'manage'], state: 'active' },
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

  it('finds at once what would otherwise be found when it is used', () => {
    const environment = {
      COUNTERSIGN_TRUSTED_PROXIES:
        '127.0.0.1, 10.0.0.0/8, ::1/128, loopback, proxy.local, 10.0.0.0/33',
      COUNTERSIGN_CLOUD: 'acme',
      COUNTERSIGN_KEYS: '1:upload:hush-hush,1:upload:other,2:upload:hush-hush',
      CLOUDINARY_URL: 'cloudinary://3:50%hush-hush@acme',
    }
    try {
      readConfig(environment)
      expect.unreachable()
    } catch (error) {
      const { message, details } = Object(error)
      expect(details.problems).toEqual([
        expect.stringContaining('CLOUDINARY_URL has a secret with a %'),
        'COUNTERSIGN_KEYS: the API key 1 is defined twice',
        expect.stringContaining('COUNTERSIGN_KEYS: the API key 2 has the secret of another'),
        expect.stringContaining('"proxy.local"'),
        expect.stringContaining('"10.0.0.0/33"'),
      ])
      expect(message).not.toContain('hush-hush')
    }
  })
})
