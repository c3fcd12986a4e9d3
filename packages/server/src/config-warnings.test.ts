import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { configWarnings } from './config-warnings.js'

describe('an unknown variable', () => {
  it.each([
    ['COUNTERSIGN_REFUSE_SHA', 'COUNTERSIGN_REFUSE_SHA1'],
    ['COUNTERSIGN_TRUSTED_PROXY', 'COUNTERSIGN_TRUSTED_PROXIES'],
    ['COUNTERSIGN_MAX_UPLOAD', 'COUNTERSIGN_MAX_UPLOADS'],
    ['COUNTERSIGN_WEBHOOKSECRET', 'COUNTERSIGN_WEBHOOK_SECRET'],
    ['COUNTERSIGN_KEY', 'COUNTERSIGN_KEYS'],
    ['COUNTERSIGN_PORT', 'PORT'],
    ['COUNTERSIGN_CLOUDINARY_URL', 'CLOUDINARY_URL'],
  ])('%s is named with the nearest known one, %s', (name, nearest) => {
    expect(configWarnings({ [name]: '8080' })).toEqual([
      `${name} is an unknown variable and changes nothing. The nearest known one is ${nearest}`,
    ])
  })

  it('is reported without its value, and ignored if empty', () => {
    expect(configWarnings({ COUNTERSIGN_WEBHOOK_SECRETS: 'hush-hush' }).join()).not.toContain(
      'hush',
    )
    expect(configWarnings({ COUNTERSIGN_REFUSE_SHA: ' ', OTHER: 'x' })).toEqual([])
  })

  it('is not a variable that Kubernetes sets for a service named countersign or countersign-media', () => {
    expect(
      configWarnings({
        COUNTERSIGN_SERVICE_HOST: '10.0.0.1',
        COUNTERSIGN_SERVICE_PORT: '8787',
        COUNTERSIGN_SERVICE_PORT_HTTP: '8787',
        COUNTERSIGN_PORT: 'tcp://10.0.0.1:8787',
        COUNTERSIGN_PORT_8787_TCP: 'tcp://10.0.0.1:8787',
        COUNTERSIGN_PORT_8787_TCP_PROTO: 'tcp',
        COUNTERSIGN_PORT_8787_TCP_PORT: '8787',
        COUNTERSIGN_PORT_8787_TCP_ADDR: '10.0.0.1',
        COUNTERSIGN_MEDIA_SERVICE_HOST: '10.0.0.2',
        COUNTERSIGN_MEDIA_PORT: 'tcp://10.0.0.2:80',
        COUNTERSIGN_MEDIA_PORT_80_UDP_ADDR: '10.0.0.2',
      }),
    ).toEqual([])
  })

  it('is not a variable in the guides', () => {
    const folder = fileURLToPath(new URL('../../../docs/guide/', import.meta.url))
    const guides = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.md'))
      .map((path) => readFileSync(`${folder}${path}`, 'utf8'))
    const names = guides.flatMap(
      (text) => text.match(/(?<![A-Z_])COUNTERSIGN_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [],
    )
    expect(names.length).toBeGreaterThan(20)
    expect(configWarnings(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([])
  })
})

describe('the secret of CLOUDINARY_URL', () => {
  it('causes a warning under 20 characters, and is not shown', () => {
    const warnings = configWarnings({ CLOUDINARY_URL: 'cloudinary://7:hunter2hunter2hunte@acme' })
    expect(warnings).toEqual([
      'CLOUDINARY_URL: the secret of the API key 7 has fewer than 20 characters, which is easy to guess',
    ])
    expect(configWarnings({ CLOUDINARY_URL: `cloudinary://7:${'aB3'.repeat(7)}@acme` })).toEqual([])
  })
})
