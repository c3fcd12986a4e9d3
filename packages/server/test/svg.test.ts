/** Uploads SVG of drawing programs, and SVG with scripts and entity bombs, to a running server. @module */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CLOUD,
  FULL_KEY,
  formOf,
  type RunningServer,
  signed,
  startTestServer,
  UPLOAD_KEY,
} from './running-server.js'

const NS = 'http://www.w3.org/2000/svg'
const SIZE = 'width="120" height="80"'

let running: RunningServer
beforeAll(async () => {
  running = await startTestServer()
  await running.server.services.catalog.writePreset({
    cloud: CLOUD,
    name: 'default',
    isUnsigned: false,
    disallowPublicId: false,
    settings: {},
    limits: { accept: ['image/svg+xml'] },
    replace: true,
    now: 1,
  })
})
afterAll(() => running.close())

function send(bytes: Buffer | string, key = UPLOAD_KEY) {
  const file = { bytes: Buffer.from(bytes), name: 'drawing.svg', type: 'image/svg+xml' }
  return running.post('image/upload', formOf(signed(key), file))
}

const documentType = (subset: string) =>
  `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [${subset}]>`
const styles = Array.from({ length: 200 }, (_, at) => `<!ENTITY st${at} "fill:#00${at + 100};">`)
const utf16 = Buffer.from(`\ufeff<?xml version="1.0"?><svg xmlns="${NS}" ${SIZE}/>`, 'utf16le')

describe('an SVG that a drawing program exports', () => {
  const exported: readonly (readonly [string, Buffer | string])[] = [
    [
      'with the namespaces of Illustrator',
      `<?xml version="1.0"?>\n<!-- Generator: Adobe Illustrator -->\n${documentType(`<!ENTITY ns_svg "${NS}"><!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">`)}<svg xmlns:i="&ns_ai;" xmlns="&ns_svg;" ${SIZE}><rect width="9" height="9"/></svg>`,
    ],
    [
      'with styles as entities, far beyond the first bytes',
      `${documentType(styles.join('\n'))}<svg xmlns="${NS}" ${SIZE}><g style="&st0;"/></svg>`,
    ],
    ['with a prefix', `<svg:svg xmlns:svg="${NS}" ${SIZE}><svg:rect/></svg:svg>`],
    ['with a document type and no more', `<!DOCTYPE svg><svg xmlns="${NS}" ${SIZE}/>`],
    ['with a byte-order mark', `\ufeff<svg xmlns="${NS}" ${SIZE}/>`],
    ['with comments and instructions', `<?a b?><!-- c --><svg xmlns="${NS}" ${SIZE}/>`],
    ['with a view box alone', `<svg xmlns="${NS}" viewBox="0 0 120 80"/>`],
    ['in UTF-16', utf16],
    ['in UTF-16 of the other order', Buffer.from(utf16).swap16()],
  ]
  it.each(exported)('is stored and delivered by either key: %s', async (_, bytes) => {
    for (const key of [UPLOAD_KEY, FULL_KEY]) {
      const { status, json } = await send(bytes, key)
      expect([status, json.error]).toEqual([200, undefined])
      expect(json).toMatchObject({ format: 'svg', width: 120, height: 80 })
      const original = await fetch(json.secure_url)
      expect(original.headers.get('content-type')).toBe('image/svg+xml')
      expect(Buffer.from(await original.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true)
    }
  })
})

describe('a document type that expands or fetches', () => {
  const laughs = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`,
  )
  it.each([
    ['a billion laughs', `<!ENTITY l0 "lol">${laughs.join('')}`, '&l9;'],
    ['a file', '<!ENTITY x SYSTEM "file:///etc/passwd">', '&x;'],
    ['an address', '<!ENTITY x SYSTEM "http://127.0.0.1:1/">', '&x;'],
    ['a parameter entity', '<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;', ''],
    ['an element', '<!ENTITY x "<script>alert(1)</script>">', '&x;'],
    ['a default attribute', '<!ATTLIST svg onload CDATA "alert(1)">', ''],
    ['one of them beyond the first bytes', `${styles.join('')}<!ENTITY x "&st0;&st0;">`, '&x;'],
  ])('is refused by either key, and nothing is kept: %s', async (_, subset, content) => {
    const before = await running.kept()
    for (const key of [UPLOAD_KEY, FULL_KEY]) {
      const { status, json } = await send(
        `${documentType(subset)}<svg xmlns="${NS}" ${SIZE}><text>${content}</text></svg>`,
        key,
      )
      expect([status, json.error?.message]).toEqual([400, 'Invalid image file'])
    }
    expect(await running.kept()).toEqual(before)
  })
})

describe('a script in an SVG', () => {
  it.each([
    ['plain', `<svg xmlns="${NS}"><script>alert(1)</script></svg>`],
    ['with a prefix', `<s:svg xmlns:s="${NS}"><s:script>alert(1)</s:script></s:svg>`],
    ['in CDATA', `<svg xmlns="${NS}"><script><![CDATA[alert(1)]]></script></svg>`],
    [
      'in an entity of an address',
      `${documentType('<!ENTITY j "javascript:alert(1)">')}<svg xmlns="${NS}"><a href="&j;"><text>x</text></a></svg>`,
    ],
    [
      'in character references',
      `<svg xmlns="${NS}"><a href="&#106;avascript:alert(1)"><text>x</text></a></svg>`,
    ],
    ['in UTF-16', Buffer.from(`\ufeff<svg xmlns="${NS}" onload="alert(1)"/>`, 'utf16le')],
  ])('is delivered as an attachment in a sandbox without scripts: %s', async (_, bytes) => {
    const { json } = await send(bytes)
    const { headers } = await fetch(json.secure_url)
    expect(headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*; sandbox$/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})
