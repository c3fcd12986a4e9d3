import { describe, expect, it } from 'vitest'
import { boundaryProblems, checkBoundaries, toSourceFile } from './check-boundaries.mjs'

describe('checkBoundaries', () => {
  it('finds no problem in the packages', async () => {
    expect(await checkBoundaries()).toEqual([])
  })
})

describe('boundaryProblems', () => {
  it.each([
    ['protocol', 'a.ts', "import { x } from '@countersign/widget'", 'may not import'],
    [
      'widget',
      'a.ts',
      "import type { X } from '@countersign/protocol/signature'",
      'may not import',
    ],
    ['react', 'a.ts', "export { X } from '@countersign/protocol/limits'", 'may not import'],
    ['server', 'a.ts', "const m = await import('@countersign/endpoint')", 'may not import'],
    ['server', 'a.ts', "import { x } from '@countersign/protocol/src/params.js'", 'reaches into'],
    ['server', 'a.ts', "import { x } from '../../protocol/dist/params.js'", 'reaches into'],
    ['server', 'http/a.ts', "import { x } from '../upload/b.js'", 'wrong direction'],
    ['server', 'storage/a.ts', "import { x } from '../assets/b.js'", 'wrong direction'],
    ['server', 'catalog/sqlite/a.ts', "import { x } from '../postgres/b.js'", 'wrong direction'],
    ['widget', 'view/state/a.ts', "import type { X } from '../dialog/b.js'", 'wrong direction'],
    ['endpoint', 'http/a.ts', "import { x } from '../signing/b.js'", 'wrong direction'],
    ['widget', 'core/a.ts', "import { x } from '../view/b.js'", 'wrong direction'],
    ['endpoint', 'a.ts', "import { x } from 'node:crypto'", 'only server, cli and *.node.ts'],
    ['widget', 'a.ts', "import { x } from 'fs'", 'only server, cli and *.node.ts'],
    ['server', 'a.ts', 'const port = process.env.PORT', 'may not read the environment'],
    ['server', 'routes/a.ts', 'slots.take(request.ip)', 'may not read request.ip'],
  ])('refuses in %s/%s: %s', (owner, name, text, expected) => {
    expect(boundaryProblems([toSourceFile(owner, name, text)])).toEqual([
      expect.stringContaining(expected),
    ])
  })

  it.each([
    ['react', 'a.ts', "import { x } from '@countersign/widget/core'"],
    ['widget', 'a.ts', "import { x } from '@countersign/protocol/limits'"],
    ['protocol', 'digest/digest.node.ts', "import { createHash } from 'node:crypto'"],
    ['server', 'config.ts', 'const port = process.env.PORT'],
    ['widget', 'a.ts', "// import { x } from 'node:fs'"],
    ['widget', 'a.ts', "/** import { x } from '@countersign/endpoint' */"],
    ['widget', 'a.test.ts', "import { x } from 'node:fs'"],
  ])('allows in %s/%s: %s', (owner, name, text) => {
    expect(boundaryProblems([toSourceFile(owner, name, text)])).toEqual([])
  })

  it('allows a cycle of type imports only', () => {
    const files = [
      toSourceFile('server', 'a.ts', "import { b } from './b.js'"),
      toSourceFile('server', 'b.ts', "import type { A } from './a.js'"),
    ]
    expect(boundaryProblems(files)).toEqual([])
  })

  it('refuses files that load the image library if the server reaches them', () => {
    const files = [
      toSourceFile('server', 'index.ts', "import { b } from './imaging/b.js'"),
      toSourceFile('server', 'imaging/b.ts', "import type { C } from './c.js'"),
      toSourceFile('server', 'imaging/c.ts', "export const load = () => import('sharp')"),
    ]
    expect(boundaryProblems(files)).toEqual([])
    const loading = toSourceFile('server', 'imaging/b.ts', "import { C } from './c.js'")
    expect(
      boundaryProblems([...files.filter((file) => !file.name.endsWith('b.ts')), loading]),
    ).toEqual([expect.stringContaining('packages/server/src/imaging/c.ts loads sharp')])
  })

  it('refuses a cycle between folders, types included', () => {
    const files = [
      toSourceFile('server', 'upload/a.ts', "import { b } from '../assets/b.js'"),
      toSourceFile('server', 'assets/c.ts', "import type { D } from '../presets/d.js'"),
      toSourceFile('server', 'presets/d.ts', "import { e } from '../upload/e.js'"),
    ]
    expect(boundaryProblems(files)).toEqual([
      expect.stringContaining(
        'Folder cycle: server/assets -> server/presets -> server/upload -> server/assets',
      ),
    ])
    expect(boundaryProblems(files.slice(1))).toEqual([])
  })

  it.each([
    [
      'a folder and a folder inside it',
      'upload/a.ts',
      './chunks/b.js',
      'upload/chunks/b.ts',
      '../a.js',
    ],
    ['the composition', 'upload/a.ts', '../services.js', 'services.ts', './upload/a.js'],
  ])('allows type imports both ways between %s', (_, name, target, otherName, otherTarget) => {
    const files = [
      toSourceFile('server', name, `import type { B } from '${target}'`),
      toSourceFile('server', otherName, `import type { A } from '${otherTarget}'`),
    ]
    expect(boundaryProblems(files)).toEqual([])
  })

  it('refuses a folder of more than 30 files and a file of more than 400 lines', () => {
    const many = (/** @type {number} */ count) =>
      Array.from({ length: count }, (_, index) => toSourceFile('server', `http/a${index}.ts`, ''))
    expect(boundaryProblems(many(30))).toEqual([])
    expect(boundaryProblems(many(31))).toEqual([
      'packages/server/src/http has 31 files: at most 30',
    ])
    const long = toSourceFile('widget', 'a.ts', 'let a\n'.repeat(401))
    expect(boundaryProblems([long])).toEqual([
      'packages/widget/src/a.ts has 401 lines: at most 400',
    ])
    expect(boundaryProblems([toSourceFile('widget', 'a.ts', 'let a\n'.repeat(400))])).toEqual([])
  })

  it('names the files of an import cycle', () => {
    const files = [
      toSourceFile('server', 'a.ts', "import { b } from './b.js'"),
      toSourceFile('server', 'b.ts', "import { a } from './a.js'"),
    ]
    expect(boundaryProblems(files)).toEqual([
      'Import cycle: packages/server/src/a.ts -> packages/server/src/b.ts -> packages/server/src/a.ts',
    ])
  })
})
