import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

it('values pass between code of both packages', async () => {
  await writeFile(
    join(folder, 'both-ways.ts'),
    await readFile(join(FIXTURES, 'both-ways.ts'), 'utf8'),
  )
  expect(compile('both-ways.ts', NEW_APP)).toBe('')
})

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
