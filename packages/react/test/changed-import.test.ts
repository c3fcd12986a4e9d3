import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import { afterAll, beforeAll, expect, it } from 'vitest'

const FIXTURES = fileURLToPath(new URL('changed-import/', import.meta.url))
/** Compiler options of a new Next.js app, in strict mode. */
const NEW_APP = {
  strict: true,
  noEmit: true,
  module: 'esnext',
  moduleResolution: 'bundler',
  target: 'es2022',
  lib: ['dom', 'dom.iterable', 'esnext'],
  jsx: 'react-jsx',
  isolatedModules: true,
  skipLibCheck: true,
}

/** Exports that show pictures and videos. Apps keep importing them from next-cloudinary. */
const OF_DELIVERY =
  /^(?:Cld|GetCld|getCld)(?:Og)?(?:Image|Video)|^Cloudinary(?:Video|Loader)|^cloudinaryLoader$/

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(FIXTURES, 'app-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.each(['next-cloudinary', '@countersign/react'])(
  'an app that uses all upload types compiles when they come from %s',
  async (packageName) => {
    const app = await readFile(join(FIXTURES, 'app.tsx'), 'utf8')
    await writeFile(join(folder, 'app.tsx'), app.replace("'next-cloudinary'", `'${packageName}'`))
    expect(compile('app.tsx', NEW_APP)).toBe('')
  },
)

it('code of both packages can exchange values', async () => {
  await writeFile(
    join(folder, 'both-ways.ts'),
    await readFile(join(FIXTURES, 'both-ways.ts'), 'utf8'),
  )
  expect(compile('both-ways.ts', NEW_APP)).toBe('')
})

it('the app uses every export of next-cloudinary for uploads', async () => {
  const declarations = createRequire(import.meta.url)
    .resolve('next-cloudinary')
    .replace(/\.js$/, '.d.ts')
  const ofUploads = exportsOf(await readFile(declarations, 'utf8'))
    .filter((name) => !OF_DELIVERY.test(name))
    .sort()
  expect(ofUploads).toContain('CldUploadWidget')
  const app = await readFile(join(FIXTURES, 'app.tsx'), 'utf8')
  expect(importsOf(app, 'next-cloudinary').sort()).toEqual(ofUploads)
  const [, code = ''] = app.split("from 'next-cloudinary'")
  expect(ofUploads.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([])
})

/** Names that a module exports, types included. */
function exportsOf(code: string): string[] {
  const { module } = parseSync('module.d.ts', code)
  return module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName }) => exportName.name ?? []),
  )
}

/** Names that a module imports from a package, types included. */
function importsOf(code: string, packageName: string): string[] {
  const { module } = parseSync('module.tsx', code)
  return module.staticImports
    .filter(({ moduleRequest }) => moduleRequest.value === packageName)
    .flatMap(({ entries }) => entries.flatMap(({ importName }) => importName.name ?? []))
}

function compile(file: string, compilerOptions: object): string {
  const project = join(folder, 'tsconfig.json')
  const settings = JSON.stringify({ compilerOptions, files: [file] })
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  writeFileSync(project, settings)
  const run = spawnSync(process.execPath, [join(typescript, 'bin/tsc'), '-p', project], {
    encoding: 'utf8',
  })
  return run.stdout
}
