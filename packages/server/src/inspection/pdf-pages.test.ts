import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { countPdfPages } from './pdf-pages.js'

const ENTRY = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`

async function count(bytes: Buffer | string): Promise<number | null> {
  return (await countReads(bytes)).pages
}

/** And how often the file was read. */
async function countReads(bytes: Buffer | string) {
  const file = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1')
  let reads = 0
  const pages = await countPdfPages({
    size: file.length,
    async read(offset, length) {
      reads += 1
      return file.subarray(offset, offset + length)
    },
  })
  return { pages, reads }
}

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../test/media/${name}`, import.meta.url))
}

/** A document of two objects, with a table of its cross-references. */
function document(pages: string, { root = '1 0 R', more = '' } = {}): string {
  const objects = ['1 0 obj\n<< /Pages 2 0 R >>\nendobj\n', `2 0 obj\n${pages}\nendobj\n`]
  const start = '%PDF-1.4\n'
  const offsets = [start.length, start.length + (objects[0]?.length ?? 0)]
  const body = start + objects.join('')
  const table = `xref\n0 3\n0000000000 65535 f \n${offsets.map(ENTRY).join('')}`
  const trailer = `trailer\n<< /Size 3 /Root ${root} ${more}>>\n`
  return `${body}${table}${trailer}startxref\n${body.length}\n%%EOF\n`
}

/** A document that was changed again and again: each time a cross-reference stream of so many bytes, which names no object. */
function updatedOften(pages: string, { updates = 1, bytesEach = 0 }): Buffer {
  const pieces = [Buffer.from(document(pages), 'latin1')]
  const stored = deflateSync(Buffer.alloc(bytesEach), { level: 9 })
  let at = pieces[0]?.length ?? 0
  let previous = document(pages).indexOf('xref\n')
  for (let update = 1; update <= updates; update += 1) {
    const names = `/Root 1 0 R /Prev ${previous} /W [1 4 2] /Size ${Math.floor(bytesEach / 7)}`
    const dict = `<< ${names} /Filter /FlateDecode /Length ${stored.length} >>`
    const head = Buffer.from(`${update + 2} 0 obj\n${dict}\nstream\n`)
    const piece = Buffer.concat([head, stored, Buffer.from('\nendstream\nendobj\n')])
    pieces.push(piece)
    previous = at
    at += piece.length
  }
  return Buffer.concat([...pieces, Buffer.from(`startxref\n${previous}\n%%EOF\n`)])
}

/** A document whose objects are members of a stream. */
function inStream(pages: string): Buffer {
  const catalog = '<< /Pages 2 0 R >> '
  const index = `1 0 2 ${catalog.length} `
  const members = deflateSync(`${index}${catalog}${pages}`)
  const first = `/First ${index.length} /N 2`
  const dict = `<< ${first} /Filter /FlateDecode /Length ${members.length} >>`
  const head = Buffer.from(`3 0 obj\n${dict}\nstream\n`)
  const stream = Buffer.concat([head, members, Buffer.from('\nendstream\nendobj\n')])
  // Objects 1 and 2 stand in the third, which stands at the beginning of the file.
  const entries = Buffer.from([2, 0, 3, 2, 0, 3, 1, 0, 0])
  const names = `/Root 1 0 R /W [1 2 0] /Index [1 3] /Length ${entries.length}`
  const table = [Buffer.from(`4 0 obj\n<< ${names} >>\nstream\n`), entries]
  const end = Buffer.from(`\nendstream\nendobj\nstartxref\n${stream.length}\n%%EOF\n`)
  return Buffer.concat([stream, ...table, end])
}

/** A document that was changed again and again: each time a table of so many pieces, which are empty. */
function inPieces(pages: string, { updates = 1, piecesEach = 0 }): string {
  let text = document(pages)
  let previous = text.indexOf('xref\n')
  for (let update = 0; update < updates; update += 1) {
    const at = text.length
    text += `xref\n${'0 0\n'.repeat(piecesEach)}trailer\n<< /Root 1 0 R /Prev ${previous} >>\n`
    previous = at
  }
  return `${text}startxref\n${previous}\n%%EOF\n`
}

describe('the pages of a PDF', () => {
  it.each([
    ['pages-3-chromium.pdf', 3],
    ['pages-5-table.pdf', 5],
    ['pages-5-streams.pdf', 5],
    ['pages-5-linear.pdf', 5],
    ['pages-5-encrypted.pdf', 5],
  ])('of %s are %i', async (name, pages) => {
    expect(await count(fixture(name))).toBe(pages)
  })

  it('are those of the last update', async () => {
    const first = document('<< /Count 1 >>')
    const update = '2 0 obj\n<< /Count 7 /Title (a \\) (b) ) /Kids [3 0 R] /X <00ff> >>\nendobj\n'
    const at = first.length
    const previous = /startxref\n(\d+)/.exec(first)?.[1]
    const table = `xref\n2 1\n${ENTRY(at)}trailer\n<< /Root 1 0 R /Prev ${previous} >>\n`
    expect(await count(`${first}${update}${table}startxref\n${at + update.length}\n%%EOF`)).toBe(7)
  })

  it('are unknown where the catalog is encrypted', async () => {
    expect(await count(fixture('pages-5-sealed.pdf'))).toBeNull()
  })

  it.each([
    ['no number', '<< /Count (many) >>'],
    ['no whole number', '<< /Count 1.5 >>'],
    ['fewer than one', '<< /Count -3 >>'],
    ['more than a document has', '<< /Count 1000001 >>'],
    ['left out', '<< >>'],
    ['in no dictionary', '12'],
    ['without an end', '<< /Count 3'],
    ['behind a string without an end', '<< /Title (a /Count 3 >>'],
    ['in nested arrays without end', `<< /Kids ${'['.repeat(100_000)}`],
  ])('are unknown where their number is %s', async (_what, pages) => {
    expect(await count(document('<< /Count 4 >>'))).toBe(4)
    expect(await count(document(pages))).toBeNull()
  })

  it('are unknown where cross-references lead round in a circle, or nowhere', async () => {
    const size = document('<< /Count 4 >>').indexOf('xref\n')
    expect(await count(document('<< /Count 4 >>', { more: `/Prev ${size} ` }))).toBe(4)
    expect(await count(document('<< /Count 4 >>', { root: '9 0 R' }))).toBeNull()
    expect(await count(document('<< /Count 4 >>', { root: '2 0 R' }))).toBeNull()
    expect(
      await count(document('<< /Count 4 >>').replace(/startxref\n\d+/, 'startxref\n1')),
    ).toBeNull()
    expect(
      await count(document('<< /Count 4 >>').replace('xref\n0 3', 'xref\n0 999999999')),
    ).toBeNull()
    for (const text of ['', '%PDF-1.7', 'startxref\n99999999999999999999\n%%EOF']) {
      expect(await count(text)).toBeNull()
    }
  })

  it('are unknown where a stream inflates to more than is read of one', async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 })
    const dict = `<< /Type /XRef /W [1 4 2] /Size 9 /Filter /FlateDecode /Length ${bomb.length} >>`
    const file = Buffer.concat([
      Buffer.from(`1 0 obj\n${dict}\nstream\n`),
      bomb,
      Buffer.from('\nendstream\nendobj\nstartxref\n0\n%%EOF'),
    ])
    expect(await count(file)).toBeNull()
  })

  it('are unknown where its streams inflate to more than is read of one file', async () => {
    const few = { updates: 60, bytesEach: 100_000 }
    expect(await count(updatedOften('<< /Count 6 >>', few))).toBe(6)
    const many = { updates: 60, bytesEach: 16 * 1024 * 1024 }
    const { pages, reads } = await countReads(updatedOften('<< /Count 6 >>', many))
    expect(pages).toBeNull()
    // Nothing is read once the first streams have taken all that a file may cost.
    expect(reads).toBeLessThan(16)
  })

  it('are unknown where its tables are in more pieces than are read of one file', async () => {
    const few = { updates: 60, piecesEach: 60 }
    expect(await count(inPieces('<< /Count 6 >>', few))).toBe(6)
    const many = { updates: 60, piecesEach: 4000 }
    const { pages, reads } = await countReads(inPieces('<< /Count 6 >>', many))
    expect(pages).toBeNull()
    expect(reads).toBeLessThanOrEqual(4096)
  })

  it('are unknown where an object in a stream is larger than 1 MiB', async () => {
    expect(await count(inStream(`<< /Count 6 /Kids [${'[]'.repeat(500_000)}] >>`))).toBe(6)
    expect(await count(inStream(`<< /Count 6 /Kids [${'[]'.repeat(600_000)}] >>`))).toBeNull()
  })

  it('cost no more than moments, however a document is cut or changed', async () => {
    const names = ['pages-3-chromium.pdf', 'pages-5-linear.pdf', 'pages-5-streams.pdf']
    for (const bytes of names.map(fixture)) {
      for (let at = 0; at < bytes.length; at += 7) {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ 0x15
        for (const broken of [changed, bytes.subarray(0, at)]) {
          const pages = await count(broken)
          expect(pages === null || (pages > 0 && pages <= 1_000_000)).toBe(true)
        }
      }
    }
  })
})
