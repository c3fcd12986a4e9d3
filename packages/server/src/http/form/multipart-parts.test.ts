import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_PART_HEADER_BYTES, splitParts } from './multipart-parts.js'
import { describePart } from './part-headers.js'

interface ReadPart {
  readonly headers: Record<string, string>
  readonly content: string
}

/** Reads a body that arrives in pieces of the given sizes. Text stands for one byte per character. */
async function read(
  body: string,
  { boundary = 'b', sizes = [body.length] }: { boundary?: string; sizes?: readonly number[] } = {},
): Promise<ReadPart[]> {
  let rest = Buffer.from(body, 'latin1')
  let at = 0
  const chunks = {
    async next() {
      if (rest.length === 0) return undefined
      const chunk = rest.subarray(0, sizes[at++ % sizes.length])
      rest = rest.subarray(chunk.length)
      return chunk
    },
    stop() {},
  }
  const parts: ReadPart[] = []
  for await (const { headers, body: bytes } of splitParts(chunks, boundary)) {
    const pieces: Buffer[] = []
    for await (const piece of bytes) pieces.push(piece)
    parts.push({
      headers: Object.fromEntries(headers),
      content: Buffer.concat(pieces).toString('latin1'),
    })
  }
  return parts
}

const ODD_BYTES = fc
  .array(fc.constantFrom('\r', '\n', '-', '--b', '\r\n--', '\r\n--bc', 'b', 'x', ' ', '\0', 'ÿ'))
  .map((pieces) => pieces.join(''))

describe('splitParts', () => {
  it('returns every content unchanged, however the body is cut', async () => {
    const boundaries = fc.constantFrom('b', '-', '--b', 'long-boundary_0123456789')
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(ODD_BYTES, { maxLength: 5 }),
        boundaries,
        fc.constantFrom('\r\n', '\n'),
        sizes,
        async (contents, boundary, eol, pieceSizes) => {
          const line = `--${boundary}`
          fc.pre(contents.every((content) => !`${eol}${content}${eol}`.includes(eol + line)))
          const body = [
            ...contents.flatMap((content) => [line, `A: 1${eol}`, content]),
            `${line}--`,
          ].join(eol)
          const parts = await read(body, { boundary, sizes: pieceSizes })
          expect(parts).toEqual(contents.map((content) => ({ headers: { a: '1' }, content })))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('reads a line that only begins like the boundary as content', async () => {
    const body = '--b\r\n\r\n1\r\n--bb\r\n--b2\r\n--b \t\r\nA: 1\r\n\r\n\r\n--b--'
    expect(await read(body)).toEqual([
      { headers: {}, content: '1\r\n--bb\r\n--b2' },
      { headers: { a: '1' }, content: '' },
    ])
  })

  it('skips the rest of a part that its consumer does not read to the end', async () => {
    const chunks = [
      Buffer.from('--b\r\n\r\n12'),
      Buffer.from('34\r\n--b\r\nA: 2\r\n\r\n5\r\n--b--'),
    ]
    const seen: string[] = []
    const source = { next: async () => chunks.shift(), stop() {} }
    for await (const { headers, body } of splitParts(source, 'b')) {
      seen.push(headers.get('a') ?? 'none')
      for await (const piece of body) {
        seen.push(String(piece))
        break
      }
    }
    expect(seen).toEqual(['none', '12', '2', '5'])
  })

  it.each([
    ['an empty body', ''],
    ['a body without a boundary', 'file=abc'],
    ['a boundary alone', '--b'],
    ['a part without an end', '--b\r\n\r\nabc'],
    ['a part that ends in the boundary', '--b\r\n\r\nabc\r\n--b'],
    ['half a closing boundary', '--b\r\n\r\nabc\r\n--b-'],
    ['headers without a blank line', '--b\r\nA: 1\r\n--b--'],
    ['a closing boundary with another hyphen', '--b\r\n\r\nabc\r\n--b-x'],
    ['other text after a boundary', '--b x\r\n\r\nabc\r\n--b--'],
    ['line ends of two kinds', '--b\r\n\r\nabc\r\n--b\n\nabc\r\n--b--'],
    ['a header without a colon', '--b\r\nA\r\n\r\nabc\r\n--b--'],
    ['a header without a name', '--b\r\n: 1\r\n\r\nabc\r\n--b--'],
    ['a line feed inside a header', '--b\r\nA: 1\nB: 2\r\n\r\nabc\r\n--b--'],
  ])('refuses %s, in one piece and byte by byte', async (_, body) => {
    for (const sizes of [[100], [1]]) {
      await expect(read(body, { sizes })).rejects.toMatchObject({ code: 'BODY_INVALID' })
    }
  })

  it('joins folded headers, keeps the first of equal headers, and replaces control characters with _', async () => {
    const body = '--b\r\nA: 1\r\n\t2\r\nX-\u00e9: 1\r\n\r\n\r\n--b--'
    await expect(read(body)).rejects.toMatchObject({ code: 'BODY_INVALID' })
    const [part] = await read('--b\r\nA: 1\r\n\t2\r\na: 3\r\nB:\u0001\u007f\t4\r\n\r\n\r\n--b--')
    expect(part?.headers).toEqual({ a: '1 2', b: '__\t4' })
  })

  it('refuses part headers over the limit', async () => {
    const header = (bytes: number) => `A: ${'x'.repeat(bytes - 3)}`
    const form = (bytes: number) => `--b\r\n${header(bytes)}\r\n\r\n\r\n--b--`
    expect(await read(form(MAX_PART_HEADER_BYTES))).toHaveLength(1)
    for (const sizes of [[100_000], [100]]) {
      await expect(read(form(MAX_PART_HEADER_BYTES + 1), { sizes })).rejects.toMatchObject({
        code: 'BODY_TOO_LARGE',
      })
    }
  })

  it('limits the text around the parts to 16 MiB', async () => {
    const mib = 'x'.repeat(1024 * 1024)
    const preamble = mib.repeat(17)
    await expect(read(preamble, { sizes: [65_536] })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    })
    await expect(read(`--b--\r\n${preamble}`, { sizes: [65_536] })).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    })
  })
})

describe('describePart', () => {
  const described = (disposition: string) =>
    describePart(new Map([['content-disposition', Buffer.from(disposition).toString('latin1')]]))

  it.each([
    ['form-data; name="file"; filename="é.png"', 'é.png'],
    ['form-data; name=file; filename=a.png', 'a.png'],
    ['form-data; filename="C:\\photos\\sea.png"; name="file"', 'sea.png'],
    ['form-data; name="file"; filename="a\\"b.png"', 'a"b.png'],
    [`form-data; name="file"; filename="x"; filename*=UTF-8''%C3%A9.png`, 'é.png'],
    [`form-data; name="file"; filename*=iso-8859-1'en'%E9.png`, 'é.png'],
    [`form-data; name="file"; filename="x.png"; filename*=x-none''%E9`, 'x.png'],
    [`form-data; name="file"; filename="x.png"; filename*=UTF-8''%E`, 'x.png'],
    ['FORM-DATA ; NAME="file"; FileName="a.png";', 'a.png'],
    ['form-data; name="file"; filename=".."', undefined],
  ])('%s names the file %s', (disposition, filename) => {
    expect(described(disposition)).toMatchObject({ name: 'file', isFile: true, filename })
  })

  it('returns undefined for a part that is not form data', () => {
    expect(described('attachment; name="file"')).toBeUndefined()
    expect(describePart(new Map())).toBeUndefined()
  })
})
