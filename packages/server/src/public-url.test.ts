import { expect, it } from 'vitest'
import { publicUrlOf } from './public-url.js'

it.each([
  [{ publicUrl: 'https://media.example.com', host: '127.0.0.1' }, 'https://media.example.com'],
  [{ publicUrl: null, host: '127.0.0.1' }, 'http://127.0.0.1:9000'],
  [{ publicUrl: null, host: '0.0.0.0' }, 'http://127.0.0.1:9000'],
  [{ publicUrl: null, host: '::' }, 'http://127.0.0.1:9000'],
  [{ publicUrl: null, host: '::1' }, 'http://[::1]:9000'],
  [{ publicUrl: null, host: 'media.local' }, 'http://media.local:9000'],
])('a server with %j has the public address %s', (settings, url) => {
  expect(publicUrlOf({ ...settings, port: 9000 })).toBe(url)
})
