import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBase64Decoder } from './base64-stream.js'

/** Decodes a text that arrives in pieces. */
function decode(pieces: readonly string[], options: { hasBarePlus?: boolean } = {}): Buffer {
  const decoder = createBase64Decoder(options)
  return Buffer.concat([...pieces.map((piece) => decoder.write(piece)), decoder.end()])
}

const wrapped = (text: string, length: number, by: string): string =>
  text.match(new RegExp(`.{1,${length}}`, 'gs'))?.join(by) ?? ''

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array))
/** Cuts a text at positions that a property picks. */
const cuts = fc.array(fc.nat(600), { maxLength: 6 })
function cut(text: string, positions: readonly number[]): string[] {
  const sorted = [0, ...positions.map((at) => at % (text.length + 1)), text.length].sort(
    (one, other) => one - other,
  )
  return sorted.slice(1).map((end, index) => text.slice(sorted[index], end))
}

describe('unambiguous base64', () => {
  it('is decoded in pieces of any length, in both alphabets, with and without padding', () => {
    const forms = [
      (content: Buffer) => content.toString('base64'),
      (content: Buffer) => content.toString('base64').replace(/=+$/, ''),
      (content: Buffer) => content.toString('base64url'),
      (content: Buffer) => content.toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
    ]
    fc.assert(
      fc.property(bytes, cuts, fc.constantFrom(...forms), (content, positions, form) => {
        expect(decode(cut(form(content), positions))).toEqual(content)
      }),
    )
  })

  it('is decoded in lines with any line ends and indents', () => {
    const ends = ['\n', '\r\n', '\r', '\n\t', '\r\n    ', ' \n']
    fc.assert(
      fc.property(
        bytes,
        cuts,
        fc.constantFrom(...ends),
        fc.constantFrom(64, 76, 60, 7),
        (content, positions, end, length) => {
          const text = `${end}${wrapped(content.toString('base64'), length, end)}${end}`
          expect(decode(cut(text, positions))).toEqual(content)
        },
      ),
    )
  })

  it('is decoded in lines that only spaces separate', () => {
    fc.assert(
      fc.property(bytes, cuts, fc.constantFrom(4, 64, 76), (content, positions, length) => {
        const text = wrapped(content.toString('base64'), length, ' ')
        expect(decode(cut(text, positions))).toEqual(content)
      }),
    )
  })

  it('is decoded if a form contains unescaped + characters', () => {
    fc.assert(
      fc.property(bytes, cuts, (content, positions) => {
        const text = content.toString('base64')
        const bare = cut(text.replaceAll('+', '\u00ff'), positions)
        // The decoder refuses + characters that may stand for spaces between lines.
        const decoded = attempt(() => decode(bare, { hasBarePlus: true }))
        if (decoded instanceof Error) expect(decoded.message).toContain('lost + characters')
        else expect(decoded).toEqual(content)
      }),
    )
    const photo = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 37 + 251) & 255))
    const text = photo.toString('base64')
    expect(text).toContain('+')
    expect(decode([text.replaceAll('+', '\u00ff')], { hasBarePlus: true })).toEqual(photo)
  })

  it('is refused if a program replaced its + characters with spaces', () => {
    fc.assert(
      fc.property(bytes, cuts, (content, positions) => {
        const text = content.toString('base64')
        fc.pre(text.includes('+'))
        const decoded = attempt(() => decode(cut(text.replaceAll('+', ' '), positions)))
        expect(decoded).toBeInstanceOf(Error)
      }),
      { numRuns: 500 },
    )
  })
})

function attempt(step: () => Buffer): Buffer | Error {
  try {
    return step()
  } catch (error) {
    return error as Error
  }
}

describe('invalid or ambiguous base64', () => {
  it.each([
    ['A', 'is cut off or damaged: 1 characters and 0 of padding'],
    ['AAAAA', 'is cut off or damaged: 5 characters and 0 of padding'],
    ['AA=', 'is cut off or damaged: 2 characters and 1 of padding'],
    ['AAAA=', 'is cut off or damaged: 4 characters and 1 of padding'],
    ['=', 'is cut off or damaged: 0 characters and 1 of padding'],
    ['A===', 'ends with 3 = characters; at most 2 are allowed'],
    ['AA==AA==', 'has data after its padding'],
    ['AA==\nAAAA', 'has data after its padding'],
    ['AAA=!', 'has "!" after its padding'],
    ['AB==', 'cannot end in "AB"'],
    ['AAB=', 'cannot end in "AAB"'],
    ['AAF', 'cannot end in "AAF"'],
    ['AA+/-_AA', 'mixes + or / with - or _'],
    ['not base64 at all!! %%%', 'has "!" after 14 base64 characters'],
    ['AAAA%zz', 'has "%" after 4 base64 characters'],
    ['AA.A', 'has "." after 2 base64 characters'],
    ['AAAA\u00ff', 'has "ÿ" after 4 base64 characters'],
    ['data:image/png;base64,AAAA', 'begins with a second data:'],
    ['AAA AAAA', 'has spaces that may be lost + characters'],
    ['AA AAAAAA', 'has spaces that may be lost + characters'],
    ['AAAA  AAAA', 'has spaces that may be lost + characters'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => decode([text])).toThrow(`Invalid file - the base64 of the file ${reason}`)
    expect(() => decode([...text])).toThrow('Invalid file - the base64 of the file ')
  })

  it('is refused if its + characters may stand for spaces between lines', () => {
    const lines = ['AAAA', 'AAAA', 'AAAA', 'AAAA', 'AAAA']
    expect(() => decode([lines.join('\u00ff')], { hasBarePlus: true })).toThrow(
      'send + as %2B in a url-encoded form',
    )
    expect(decode([lines.join('\u00ff\u00ff\u00ff\u00ff')], { hasBarePlus: true })).toEqual(
      Buffer.from(lines.join('++++'), 'base64'),
    )
  })

  it('gets an error text without characters that the client did not send', () => {
    expect(() => decode(['AA==\u00ffAA'], { hasBarePlus: true })).toThrow(
      'has data after its padding',
    )
  })

  it('is refused in linear time', () => {
    const startedAt = process.cpuUsage()
    for (const text of [' '.repeat(500_000), `${'A '.repeat(250_000)}`, '='.repeat(500_000)]) {
      expect(attempt(() => decode(text.match(/.{1,64}/g) ?? []))).toBeDefined()
    }
    expect(process.cpuUsage(startedAt).user).toBeLessThan(5_000_000)
  })
})
