import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeXml, readPrologue, readSvgSize, startsWithSvg } from './svg-root.js'

const NS = 'xmlns="http://www.w3.org/2000/svg"'
const ILLUSTRATOR = `<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 16.0.0, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
\t<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">
\t<!ENTITY ns_svg "http://www.w3.org/2000/svg">
\t<!ENTITY st0 "fill:#FFFFFF;stroke:#000000;">
]>
<svg version="1.1" xmlns:x="&ns_extend;" xmlns="&ns_svg;" width="120px" height="80px" viewBox="0 0 120 80"><g style="&st0;"/></svg>`

describe('the root element of an SVG', () => {
  it.each([
    ['alone', `<svg ${NS}/>`],
    ['without a namespace', '<svg/>'],
    ['after blank lines', `\n\n <svg ${NS}>`],
    ['after a byte-order mark', `\ufeff<svg ${NS}/>`],
    ['after a comment with another element', `<!-- <html> --><svg ${NS}/>`],
    ['after an instruction with a bracket in it', `<?xml-stylesheet href="a>b"?><svg ${NS}/>`],
    ['with a prefix', '<svg:svg xmlns:svg="http://www.w3.org/2000/svg" width="5"/>'],
    ['with any prefix', "<g-1:svg width='5' xmlns:g-1='http://www.w3.org/2000/svg'/>"],
    ['with a document type', `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "a>b"><svg ${NS}/>`],
    [
      'with the document type of a prefix',
      '<!DOCTYPE s:svg><s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
    ],
    ['as Illustrator exports it', ILLUSTRATOR],
    ['with an empty document type', `<!DOCTYPE svg []><svg ${NS}/>`],
    [
      'with a bracket in a comment of its type',
      `<!DOCTYPE svg [<!-- ]> --><?a ]> ?>]><svg ${NS}/>`,
    ],
    [
      'with a space by its number',
      `<!DOCTYPE svg [<!ENTITY nbsp "&#160;">]><svg ${NS}>&nbsp;</svg>`,
    ],
    [
      'with a namespace by default, as Graphviz writes it',
      `<!DOCTYPE svg [<!ATTLIST svg xmlns:xlink CDATA #FIXED "http://www.w3.org/1999/xlink">]><svg ${NS}/>`,
    ],
    [
      'with attributes of old Adobe tools',
      `<!DOCTYPE svg [<!ATTLIST svg xmlns:a3 CDATA #IMPLIED a3:scriptImplementation CDATA #IMPLIED>]><svg ${NS}/>`,
    ],
    [
      'with a prefix that an entity names',
      '<!DOCTYPE svg [<!ENTITY n "http://www.w3.org/2000/svg">]><s:svg xmlns:s="&n;"/>',
    ],
  ])('is found %s', (_, text) => expect(startsWithSvg(text)).toBe(true))

  it.each([
    ['text', 'svg'],
    ['a page', `<html><svg ${NS}/></html>`],
    ['a page whose first element is an SVG', `<!DOCTYPE html><svg ${NS}/>`],
    ['another element', '<svgs/>'],
    [
      'an element with the prefix of another namespace',
      '<x:svg xmlns:x="http://www.w3.org/1999/xhtml"/>',
    ],
    ['an element with an undeclared prefix', '<x:svg/>'],
    ['a comment that never ends', `<!-- <svg ${NS}/>`],
    ['two document types', `<!DOCTYPE svg><!DOCTYPE svg><svg ${NS}/>`],
  ])('is not found in %s', (_, text) => expect(startsWithSvg(text)).toBe(false))

  it.each([
    ['an entity of entities', '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">'],
    [
      'an entity of entities, in character references',
      '<!ENTITY a "x"><!ENTITY b "&#38;a;&#x26;a;">',
    ],
    ['an entity with an element', '<!ENTITY a "<script>alert(1)</script>">'],
    ['an entity with an element in character references', '<!ENTITY a "&#60;script/>">'],
    ['a file', '<!ENTITY a SYSTEM "file:///etc/passwd">'],
    ['an address', '<!ENTITY a PUBLIC "x" "http://127.0.0.1/">'],
    ['a parameter entity', '<!ENTITY % a "x"> %a;'],
    ['a parameter entity of an address', '<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;'],
    ['a reference to a parameter entity', '%a;'],
    ['an attribute with a script as its default', '<!ATTLIST svg onload CDATA "alert(1)">'],
    ['an attribute with a fixed script', "<!ATTLIST svg onload CDATA #FIXED 'alert(1)'>"],
    ['a notation', '<!NOTATION gif SYSTEM "viewer.exe">'],
    ['an entity of a thousand characters', `<!ENTITY a "${'x'.repeat(1000)}">`],
    [
      'two thousand entities',
      Array.from({ length: 2000 }, (_, n) => `<!ENTITY a${n} "x">`).join(''),
    ],
    ['a conditional section', '<![INCLUDE[<!ENTITY a "x">]]>'],
  ])('is not found after a document type with %s', (_, subset) =>
    expect(startsWithSvg(`<!DOCTYPE svg [${subset}]><svg ${NS}/>`)).toBe(false),
  )

  it('is found in linear time', () => {
    const texts = [
      '<!---->'.repeat(20_000),
      `<!DOCTYPE svg [${'<!ATTLIST svg a CDATA #IMPLIED '.repeat(5000)}`,
      `<!DOCTYPE svg [<!ATTLIST svg${' a CDATA #IMPLIED'.repeat(10_000)}`,
      `<!DOCTYPE svg PUBLIC ${'"'.repeat(100_000)}`,
      `<?${'?'.repeat(100_000)}`,
      `<svg${' a="b"'.repeat(20_000)}`,
      `<svg ${' '.repeat(100_000)}`,
      `<svg width="${' '.repeat(100_000)}">`,
    ]
    const startedAt = process.cpuUsage()
    for (const text of texts) readSvgSize(text)
    expect(process.cpuUsage(startedAt).user).toBeLessThan(2_000_000)
  })

  it('is searched without an error in any text', () => {
    const pieces = [
      '<',
      '>',
      '!',
      '?',
      '--',
      '[',
      ']',
      '"',
      "'",
      ' ',
      'DOCTYPE',
      'svg',
      '<!ENTITY',
      '<!ATTLIST',
      'a',
      '&a;',
      '%',
      '=',
      ':',
      'xmlns',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
        const text = parts.join('')
        expect(typeof startsWithSvg(text)).toBe('boolean')
        expect(() => readSvgSize(text)).not.toThrow()
      }),
    )
  })
})

describe('UTF-16', () => {
  it.each(['utf16le', 'utf16be'])('is read by its byte-order mark: %s', (encoding) => {
    const bytes = Buffer.from(
      `\ufeff<?xml version="1.0" encoding="UTF-16"?><svg ${NS}/>`,
      'utf16le',
    )
    expect(startsWithSvg(decodeXml(encoding === 'utf16be' ? bytes.swap16() : bytes))).toBe(true)
  })
})

describe('the natural size', () => {
  it.each([
    ['width="120" height="80"', 120, 80],
    ['width="120px" height="80.4PX"', 120, 80],
    ['width="1in" height="72pt"', 96, 96],
    ['width="25.4mm" height="2.54cm"', 96, 96],
    ['viewBox="0 0 300 200"', 300, 200],
    ['viewBox="-10,-10,300.6,200"', 301, 200],
    ['width="100%" height="100%" viewBox="0 0 30 20"', 30, 20],
    ['width="60" viewBox="0 0 30 20"', 60, 40],
    ['height="40" viewBox="0 0 30 20"', 60, 40],
    ['width="2e2" height="1"', 200, 1],
  ])('of %s is known', (attributes, widthPx, heightPx) =>
    expect(readSvgSize(`<svg ${attributes}/>`)).toEqual({ widthPx, heightPx }),
  )

  it.each([
    '',
    'width="100%"',
    'width="3em" height="2em"',
    'width="-5" height="5"',
    'width="0" height="5"',
    'viewBox="0 0 0 0"',
    'viewBox="a b c d"',
    'width="9e99" height="1"',
    'width="1.2.3" height="1"',
  ])('of %j is unknown', (attributes) => expect(readSvgSize(`<svg ${attributes}/>`)).toBeNull())

  it('of an Illustrator export is known', () =>
    expect(readSvgSize(ILLUSTRATOR)).toEqual({ widthPx: 120, heightPx: 80 }))

  it('may stand in an entity', () =>
    expect(readSvgSize('<!DOCTYPE svg [<!ENTITY w "30">]><svg width="&w;" height="&w;"/>')).toEqual(
      { widthPx: 30, heightPx: 30 },
    ))
})

describe('the first bytes of a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-svg-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  async function prologueOf(text: string): Promise<Buffer> {
    const bytes = Buffer.from(text)
    const path = join(folder, 'file')
    await writeFile(path, bytes)
    return readPrologue({ head: bytes.subarray(0, 4100), path, bytes: bytes.length })
  }

  it('reach the root element after many entities', async () => {
    const styles = Array.from({ length: 300 }, (_, at) => `<!ENTITY st${at} "fill:#FFFFFF;">\n`)
    const text = `<!DOCTYPE svg [${styles.join('')}]><svg ${NS} width="7" height="6"/>`
    const prologue = (await prologueOf(text)).toString()
    expect(startsWithSvg(prologue)).toBe(true)
    expect(readSvgSize(prologue)).toEqual({ widthPx: 7, heightPx: 6 })
  })

  it('reach the end of a long start tag', async () => {
    const text = `<svg ${NS} desc="${'x'.repeat(5000)}" width="7" height="6"/>`
    expect(readSvgSize((await prologueOf(text)).toString())).toEqual({ widthPx: 7, heightPx: 6 })
  })

  it.each([
    ['of a text', 'x'.repeat(5000)],
    ['of an SVG with a complete start tag', `<svg ${NS}>${' '.repeat(5000)}`],
  ])('%s are enough', async (_, text) => expect((await prologueOf(text)).length).toBe(4100))

  it('are at most 128 KiB', async () =>
    expect((await prologueOf(`<!--${' '.repeat(200_000)}--><svg/>`)).length).toBe(128 * 1024))
})
