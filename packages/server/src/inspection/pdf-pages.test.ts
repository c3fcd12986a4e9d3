import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { countPdfPages } from './pdf-pages.js'

const ENTRY = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`

async function count(bytes: Buffer | string): Promise<number | null> {
  return (await countReads(bytes)).pages
}

/** Returns the number of pages, and how often the file was read. */
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

/** Creates a document of two objects, with a cross-reference table. */
function document(pages: string, { root = '1 0 R', more = '' } = {}): string {
  const objects = ['1 0 obj\n<< /Pages 2 0 R >>\nendobj\n', `2 0 obj\n${pages}\nendobj\n`]
  const start = '%PDF-1.4\n'
  const offsets = [start.length, start.length + (objects[0]?.length ?? 0)]
  const body = start + objects.join('')
  const table = `xref\n0 3\n0000000000 65535 f \n${offsets.map(ENTRY).join('')}`
  const trailer = `trailer\n<< /Size 3 /Root ${root} ${more}>>\n`
  return `${body}${table}${trailer}startxref\n${body.length}\n%%EOF\n`
}

/** Creates a document with many updates. Each update adds a cross-reference stream of `bytesEach` bytes that lists no object. */
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

/** Creates a document whose objects are in a stream. */
function inStream(pages: string): Buffer {
  const catalog = '<< /Pages 2 0 R >> '
  const index = `1 0 2 ${catalog.length} `
  const members = deflateSync(`${index}${catalog}${pages}`)
  const first = `/First ${index.length} /N 2`
  const dict = `<< ${first} /Filter /FlateDecode /Length ${members.length} >>`
  const head = Buffer.from(`3 0 obj\n${dict}\nstream\n`)
  const stream = Buffer.concat([head, members, Buffer.from('\nendstream\nendobj\n')])
  // Objects 1 and 2 are in the stream of object 3, at the start of the file.
  const entries = Buffer.from([2, 0, 3, 2, 0, 3, 1, 0, 0])
  const names = `/Root 1 0 R /W [1 2 0] /Index [1 3] /Length ${entries.length}`
  const table = [Buffer.from(`4 0 obj\n<< ${names} >>\nstream\n`), entries]
  const end = Buffer.from(`\nendstream\nendobj\nstartxref\n${stream.length}\n%%EOF\n`)
  return Buffer.concat([stream, ...table, end])
}

/** Creates a document with many updates. Each update adds a table with `piecesEach` empty subsections. */
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

describe('the number of pages of a PDF', () => {
  it.each([
    ['pages-3-chromium.pdf', 3],
    ['pages-5-table.pdf', 5],
    ['pages-5-streams.pdf', 5],
    ['pages-5-linear.pdf', 5],
    ['pages-5-encrypted.pdf', 5],
  ])('is read: %s has %i', async (name, pages) => {
    expect(await count(fixture(name))).toBe(pages)
  })

  it('is that of the last update', async () => {
    const first = document('<< /Count 1 >>')
    const update = '2 0 obj\n<< /Count 7 /Title (a \\) (b) ) /Kids [3 0 R] /X <00ff> >>\nendobj\n'
    const at = first.length
    const previous = /startxref\n(\d+)/.exec(first)?.[1]
    const table = `xref\n2 1\n${ENTRY(at)}trailer\n<< /Root 1 0 R /Prev ${previous} >>\n`
    expect(await count(`${first}${update}${table}startxref\n${at + update.length}\n%%EOF`)).toBe(7)
  })

  it('is unknown if the catalog is encrypted', async () => {
    expect(await count(fixture('pages-5-sealed.pdf'))).toBeNull()
  })

  it.each([
    ['not a number', '<< /Count (many) >>'],
    ['not a whole number', '<< /Count 1.5 >>'],
    ['less than one', '<< /Count -3 >>'],
    ['over a million', '<< /Count 1000001 >>'],
    ['missing', '<< >>'],
    ['not in a dictionary', '12'],
    ['without an end', '<< /Count 3'],
    ['after a string without an end', '<< /Title (a /Count 3 >>'],
    ['in nested arrays without end', `<< /Kids ${'['.repeat(100_000)}`],
  ])('is unknown if the value is %s', async (_what, pages) => {
    expect(await count(document('<< /Count 4 >>'))).toBe(4)
    expect(await count(document(pages))).toBeNull()
  })

  it('is unknown if cross-references point nowhere, and read once if they are circular', async () => {
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

  it('is unknown if one stream inflates to more than 32 MiB', async () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 })
    const dict = `<< /Type /XRef /W [1 4 2] /Size 9 /Filter /FlateDecode /Length ${bomb.length} >>`
    const file = Buffer.concat([
      Buffer.from(`1 0 obj\n${dict}\nstream\n`),
      bomb,
      Buffer.from('\nendstream\nendobj\nstartxref\n0\n%%EOF'),
    ])
    expect(await count(file)).toBeNull()
  })

  it('is unknown if all streams together inflate to more than 32 MiB', async () => {
    const few = { updates: 60, bytesEach: 100_000 }
    expect(await count(updatedOften('<< /Count 6 >>', few))).toBe(6)
    const many = { updates: 60, bytesEach: 16 * 1024 * 1024 }
    const { pages, reads } = await countReads(updatedOften('<< /Count 6 >>', many))
    expect(pages).toBeNull()
    // The first streams use up the budget, so nothing is read after them.
    expect(reads).toBeLessThan(16)
  })

  it('is unknown if the tables have more subsections than the budget has reads', async () => {
    const few = { updates: 60, piecesEach: 60 }
    expect(await count(inPieces('<< /Count 6 >>', few))).toBe(6)
    const many = { updates: 60, piecesEach: 4000 }
    const { pages, reads } = await countReads(inPieces('<< /Count 6 >>', many))
    expect(pages).toBeNull()
    expect(reads).toBeLessThanOrEqual(4096)
  })

  it('is unknown if an object in a stream is larger than 1 MiB', async () => {
    expect(await count(inStream(`<< /Count 6 /Kids [${'[]'.repeat(500_000)}] >>`))).toBe(6)
    expect(await count(inStream(`<< /Count 6 /Kids [${'[]'.repeat(600_000)}] >>`))).toBeNull()
  })

  it('is valid or unknown for any truncated or changed document', async () => {
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
