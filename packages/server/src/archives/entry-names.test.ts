import { resolve, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNamer, toEntryName } from './entry-names.js'

describe('the name of a file in an archive', () => {
  it.each([
    ['a/b.png', 'a/b.png'],
    ['/etc/passwd', 'etc/passwd'],
    ['../../up.txt', 'up.txt'],
    ['a/../../b', 'a/b'],
    ['..\\..\\up.txt', 'up.txt'],
    ['C:\\windows\\a.exe', 'C_/windows/a.exe'],
    ['a//b', 'a/b'],
    ['. /a', 'download/a'],
    ['a\u0000b\n.png', 'ab.png'],
  ])('%j becomes %j', (path, name) => {
    expect(toEntryName(path)).toBe(name)
  })

  it('never leads out of the target folder', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('..', '.', '/', '\\', 'a', ' ', 'C:', '\u202e', '~')),
        (parts) => {
          const root = resolve('/unpacked')
          const name = createNamer()(parts.join(''))
          expect(resolve(root, name).startsWith(root + sep)).toBe(true)
        },
      ),
    )
  })

  it('is unique in any letter case', () => {
    const nameOnce = createNamer()
    expect(['a.png', 'A.png', 'a.PNG', 'b/a.png', 'x', 'x'].map(nameOnce)).toEqual([
      'a.png',
      'A (1).png',
      'a (2).PNG',
      'b/a.png',
      'x',
      'x (1)',
    ])
  })
})
