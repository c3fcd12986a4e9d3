import { describe, expect, it } from 'vitest'
import { isOwnOrigin } from './origin.js'

const LISTED = ['https://admin.example']

describe('isOwnOrigin', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['no page at all', { host: 'app.example' }, true],
    [
      'same-origin by Sec-Fetch-Site',
      { host: 'app.example', 'sec-fetch-site': 'same-origin' },
      true,
    ],
    [
      'same-origin by Sec-Fetch-Site behind a proxy that rewrites Host',
      { host: '10.0.0.7:3000', origin: 'https://app.example', 'sec-fetch-site': 'same-origin' },
      true,
    ],
    ['an address typed by the user', { host: 'app.example', 'sec-fetch-site': 'none' }, true],
    ['Origin of the Host', { host: 'localhost:3000', origin: 'http://localhost:3000' }, true],
    [
      'Origin with the other local name of the Host',
      { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' },
      true,
    ],
    [
      'Origin of one local name with the Host of the other',
      { host: 'localhost:3000', origin: 'http://127.0.0.1:3000' },
      false,
    ],
    [
      'Origin of the Host with its default port written out',
      { host: 'app.example:443', origin: 'https://app.example' },
      true,
    ],
    [
      'Origin of X-Forwarded-Host',
      { host: '10.0.0.7:3000', 'x-forwarded-host': 'app.example', origin: 'https://app.example' },
      true,
    ],
    [
      'Origin of the first X-Forwarded-Host',
      { host: 'x', 'x-forwarded-host': 'app.example, inner', origin: 'https://app.example' },
      true,
    ],
    [
      'Origin of the Host if X-Forwarded-Host differs',
      { host: 'app.example', 'x-forwarded-host': 'other.example', origin: 'https://app.example' },
      false,
    ],
    [
      'a listed Origin',
      { host: 'app.example', origin: 'https://admin.example', 'sec-fetch-site': 'cross-site' },
      true,
    ],
    ['another Origin', { host: 'app.example', origin: 'https://evil.example' }, false],
    [
      'a sibling host',
      { host: 'app.example', origin: 'https://blog.app.example', 'sec-fetch-site': 'same-site' },
      false,
    ],
    [
      'another port',
      { host: 'app.example', origin: 'http://app.example:8080', 'sec-fetch-site': 'same-site' },
      false,
    ],
    [
      'a host with the same beginning',
      { host: 'app.example', origin: 'https://app.example.evil.example' },
      false,
    ],
    ['Origin null', { host: 'app.example', origin: 'null' }, false],
    [
      'Origin null with Sec-Fetch-Site same-site',
      { host: 'app.example', origin: 'null', 'sec-fetch-site': 'same-site' },
      false,
    ],
    ['an empty Origin', { host: 'app.example', origin: '' }, false],
    ['an Origin with a path', { host: 'app.example', origin: 'https://app.example/x' }, false],
    ['an Origin without any Host', { origin: 'https://app.example' }, false],
    ['cross-site without Origin', { host: 'app.example', 'sec-fetch-site': 'cross-site' }, false],
    [
      'cross-site with the Origin of the Host: the page came over plain HTTP',
      { host: 'app.example', origin: 'http://app.example', 'sec-fetch-site': 'cross-site' },
      false,
    ],
  ])('%s', (_, headers, expected) => {
    expect(isOwnOrigin(new Headers(headers), LISTED)).toBe(expected)
  })
})
