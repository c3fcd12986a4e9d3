import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameSegment, shownName } from './file-name.js'
import { assertPublicId } from './name-asset.js'

const segment = (stem: string, maxUnits = 120) => nameSegment(stem, { maxUnits })

/** Generates any code units, including lone surrogates, marks without a letter and invisible characters. */
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 400 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        'con',
        'NUL',
        'com¹',
        '.',
        '..',
        ' ',
        '_',
        '/',
        '\\',
        '%2f',
        'é',
        'e\u0301',
        'ि',
        '👩‍👩‍👧',
        '\ufe0f',
        '\u202e',
      ),
      { maxLength: 80 },
    )
    .map((pieces) => pieces.join('')),
)

describe('a segment of a public id', () => {
  it.each([
    ['हिन्दी नमस्ते', 'हिन्दी_नमस्ते'],
    ['ที่นี่มีภาพ', 'ที่นี่มีภาพ'],
    ['صُورَة', 'صُورَة'],
    ['Übung äöü'.normalize('NFD'), 'Übung_äöü'.normalize('NFC')],
    ['한국어 사진'.normalize('NFD'), '한국어_사진'],
  ])('keeps every letter of %s with its vowels and accents', (stem, expected) => {
    expect(segment(stem)).toBe(expected)
  })

  it.each([
    ['C# + 100% & more?', 'C_100_more'],
    ['..photo...', 'photo'],
    ['photo \u0301x', 'photo_x'],
    ['\u0301\u0301x', 'x'],
    ['photo\u202egpj', 'photogpj'],
    ['می\u200cخواهم', 'میخواهم'],
    ['2️⃣ ❤️ go', '2⃣_go'],
    ['a\ud800b\udc00', 'a_b'],
    ['a\u0000b\nc', 'a_b_c'],
    ['葛\u{e0100}城', '葛城'],
  ])('made from %j is %j', (stem, expected) => expect(segment(stem)).toBe(expected))

  it.each(['', '...', '  ', '😀🎉', '\u0301\u0301', '\u200b\u2060', '___', '\ud800'])(
    'made from %j is empty',
    (stem) => expect(segment(stem)).toBe(''),
  )

  it('ends before a character that does not fit completely', () => {
    expect(segment(`${'a'.repeat(119)}𠮷`)).toBe('a'.repeat(119))
    expect(segment(`${'a'.repeat(118)}𠮷`)).toBe(`${'a'.repeat(118)}𠮷`)
    expect(segment(`${'a'.repeat(119)}กำ`)).toBe('a'.repeat(119))
    expect(segment(`${'a'.repeat(117)}हिx`)).toBe(`${'a'.repeat(117)}हिx`)
    expect(segment(`${'a'.repeat(118)}हिx`)).toBe(`${'a'.repeat(118)}हि`)
    expect(segment(`${'a'.repeat(119)}हिx`)).toBe('a'.repeat(119))
  })

  it('does not end with a dot or a blank after a cut', () => {
    expect(segment(`${'a'.repeat(119)}.bcd`)).toBe('a'.repeat(119))
    expect(segment(`${'a'.repeat(119)} bcd`)).toBe('a'.repeat(119))
    expect(segment(`${'a'.repeat(115)}. . .b`)).toBe('a'.repeat(115))
  })

  it('cuts one character with hundreds of marks to the limit', () => {
    const zalgo = segment(`x${'\u0489'.repeat(500)}`)
    expect(zalgo.length).toBe(120)
    expect(zalgo.startsWith('x\u0489')).toBe(true)
  })

  it.each([
    ['con', 'con_'],
    ['NUL', 'NUL_'],
    ['aux.v1', 'aux_.v1'],
    ['com1', 'com1_'],
    ['LPT²', 'LPT²_'],
    ['console', 'console'],
    ['com10', 'com10'],
  ])('made from %s is %s, because Windows reserves device names', (stem, expected) =>
    expect(segment(stem)).toBe(expected),
  )

  it('leaves room for the suffix', () => {
    const named = nameSegment('b'.repeat(300), { maxUnits: 30, suffix: '_abc123.docx' })
    expect(named).toBe(`${'b'.repeat(18)}_abc123.docx`)
    expect(nameSegment('con', { maxUnits: 30, suffix: '.txt' })).toBe('con_.txt')
    expect(nameSegment('con', { maxUnits: 3 })).toBe('')
  })

  it('is a valid public id for a browser key, or empty, for any file name', () => {
    fc.assert(
      fc.property(
        anyName,
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('', '_abc123', '.txt', '_abc123.docx'),
        (stem, maxUnits, suffix) => {
          const named = nameSegment(stem, { maxUnits, suffix })
          expect(named.length).toBeLessThanOrEqual(maxUnits)
          if (named !== '') assertPublicId(named, { isStrict: true })
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('a display name', () => {
  it.each([
    ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
    ['it\'s "x" & 50%', 'it\'s "x" & 50%'],
    ['Ảnh'.normalize('NFD'), 'Ảnh'.normalize('NFC')],
    ['photo\u202egpj', 'photogpj'],
    ['a\u0000b\nc', 'abc'],
    ['a\ud83d', 'a'],
    ['  x ', 'x'],
  ])('made from %j is %j', (stem, expected) => expect(shownName(stem)).toBe(expected))

  it('has at most 255 units and does not end within a character', () => {
    expect(shownName('𠮷'.repeat(300))).toBe('𠮷'.repeat(127))
    expect(shownName('x'.repeat(10_000))).toBe('x'.repeat(255))
  })

  it('has no characters that hide or reorder other text, for any file name', () => {
    fc.assert(
      fc.property(anyName, (stem) => {
        const shown = shownName(stem)
        expect(shown.length).toBeLessThanOrEqual(255)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
        expect(shown).toBe(shown.trim())
      }),
    )
  })
})
