import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const GUIDE = join(PACKAGE, '../../docs/guide')
const PAGES = [
  'sign-uploads-safely.md',
  ...readdirSync(join(GUIDE, 'adapters')).map((name) => `adapters/${name}`),
]

// Files that a reader's own app would contain.
const APP: Readonly<Record<string, string>> = {
  'session.ts': `
    export interface User { id: string }
    export async function readSession(request: Request): Promise<User | null> {
      return request.headers.get('cookie') ? { id: 'alice' } : null
    }`,
  'photos.ts': `
    export async function savePhoto(userId: string | undefined, publicId: string, eventId: string): Promise<string> {
      return [userId, publicId, eventId].join()
    }`,
  'frameworks.d.ts': `
    declare module 'h3' {
      export function defineEventHandler(handler: (event: object) => Promise<Response>): unknown
      export function toWebRequest(event: object): Request
    }
    declare module '@tanstack/react-router' {
      type Handler = (context: { request: Request }) => Promise<Response>
      export function createFileRoute(path: string): (options: {
        server: { handlers: { GET: Handler; POST: Handler } }
      }) => unknown
    }`,
  'upload-policy.ts': `
    import { force, type SignHandlerConfig } from '@countersign/endpoint'
    import { readSession, type User } from './session.js'
    export const uploadPolicy: SignHandlerConfig<User> = {
      authorize: readSession,
      presets: { default: { limits: {}, params: (user) => ({ folder: force(user.id) }) } },
    }`,
}

let folder = ''

beforeAll(async () => {
  // The folder is inside the package, so that TypeScript finds its dependencies.
  folder = await mkdtemp(join(PACKAGE, 'dist/guides-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

it('every TypeScript block of the guides compiles', async () => {
  const blocks = PAGES.flatMap((page) =>
    [...readFileSync(join(GUIDE, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
      (match, index) => [`${page.replace(/\W/g, '-')}-${index}.ts`, match[1] ?? ''] as const,
    ),
  )
  expect(blocks.length).toBeGreaterThanOrEqual(PAGES.length)
  for (const [name, code] of [...Object.entries(APP), ...blocks]) {
    await writeFile(join(folder, name), code.replace(/'@\/lib\/([\w-]+)'/g, "'./$1.js'"))
  }
  const settings = {
    extends: join(PACKAGE, '../../tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      declaration: false,
      isolatedDeclarations: false,
      noEmit: true,
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: ['node'],
    },
    include: ['*.ts'],
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const run = spawnSync(process.execPath, [join(typescript, 'bin/tsc'), '-p', folder], {
    encoding: 'utf8',
  })
  expect(run.stdout).toBe('')
  expect(run.status).toBe(0)
})
