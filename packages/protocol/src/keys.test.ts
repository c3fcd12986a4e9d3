import { describe, expect, it } from 'vitest'
import { parseCloudinaryUrl, parseKeyList } from './keys.js'

describe('parseKeyList', () => {
  it('reads ids, scopes, secrets and presets, and skips empty entries', () => {
    expect(parseKeyList(' a:upload:s1 ,, b:upload+manage:s2:avatars,')).toEqual([
      { ok: true, key: { id: 'a', scopes: ['upload'], secret: 's1' } },
      {
        ok: true,
        key: { id: 'b', scopes: ['upload', 'manage'], secret: 's2', preset: 'avatars' },
      },
    ])
  })

  it.each(['a', 'a:upload', ':upload:s', 'a::s', 'a:upload:', 'a:upload:s:p:x'])(
    'refuses the entry %s without showing its secret',
    (entry) => {
      const id = entry.split(':')[0]
      expect(parseKeyList(entry)).toEqual([{ ok: false, problem: { id } }])
    },
  )

  it('names an unknown scope', () => {
    expect(parseKeyList('a:upload+admin:s')).toEqual([
      { ok: false, problem: { id: 'a', unknownScope: 'admin' } },
    ])
  })
})

describe('parseCloudinaryUrl', () => {
  it('reads an account and decodes escapes', () => {
    expect(parseCloudinaryUrl('cloudinary://k%31:a%2Fb@My-cloud?secure=true')).toEqual({
      cloud: 'My-cloud',
      id: 'k1',
      secret: 'a/b',
    })
  })

  it.each([
    '',
    'https://k:s@cloud',
    'cloudinary://k@cloud',
    'cloudinary://k:s',
    'cloudinary://k:%zz@cloud',
    'CLOUDINARY_URL=cloudinary://k:s@cloud',
  ])('refuses %s', (text) => expect(parseCloudinaryUrl(text)).toBeNull())
})
