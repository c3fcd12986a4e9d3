/** Compiles the TypeScript of the README and the guides. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listFiles, ROOT } from '../../scripts/repository.mjs'
import { ARTIFACTS } from '../e2e/free-port.js'

const GUIDES = join(ROOT, 'docs/guide')
const PAGES = [
  'README.md',
  ...listFiles(GUIDES, (name) => name.endsWith('.md')).map((name) => `docs/guide/${name}`),
]
const BLOCK = /^( *)```(tsx?)\n([\s\S]*?)^ *```/gm

/** Files and types of a reader's own app, by file name. */
const APP: Readonly<Record<string, string>> = {
  'package.json': '{"type":"module"}',
  'session.ts': `
    export interface User { id: string }
    export async function readSession(request: Request): Promise<User | null> {
      return request.headers.get('cookie') ? { id: 'alice' } : null
    }`,
  'photos.ts': `
    export async function savePhoto(userId: string | undefined, publicId: string, eventId: string): Promise<string> {
      return [userId, publicId, eventId].join()
    }`,
  'upload-policy.ts': `
    import { force, type SignHandlerConfig } from '@countersign/endpoint'
    import { readSession, type User } from './session.js'
    export const uploadPolicy: SignHandlerConfig<User> = {
      authorize: readSession,
      presets: { default: { limits: {}, params: (user) => ({ folder: force(user.id) }) } },
    }`,
  // Packages that this repository does not install.
  'packages.d.ts': `
    declare module 'h3' {
      export function defineEventHandler(handler: (event: object) => Promise<Response>): unknown
      export function toWebRequest(event: object): Request
    }
    declare module '@tanstack/react-router' {
      type Handler = (context: { request: Request }) => Promise<Response>
      export function createFileRoute(path: string): (options: {
        server: { handlers: { GET: Handler; POST: Handler } }
      }) => unknown
    }
    declare module '@playwright/test' {
      type Page = import('playwright-core').Page
      export function test(title: string, run: (given: { page: Page }) => Promise<void>): void
      export function expect(value: unknown): { toBe(wanted: unknown): void }
    }
    declare module '@countersign/react/dropzone.css'`,
  // Names that a guide has explained before it uses them.
  'page.d.ts': `
    declare const signatureEndpoint: string
    declare const accessKey: string
    declare const files: File[]
    declare const cloudinary: {
      createUploadWidget(options: Partial<import('@countersign/widget').WidgetOptions>): unknown
    }
    declare function unsplashSource(options: {
      accessKey: string
    }): import('@countersign/widget').UploadSource`,
  'tsconfig.json': JSON.stringify({
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      declaration: false,
      isolatedDeclarations: false,
      noEmit: true,
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: ['node'],
      jsx: 'react-jsx',
      // Apps resolve this as bundlers do; the repository resolves as Node does.
      paths: { 'next/server': [join(ROOT, 'node_modules/next/server.d.ts')] },
    },
    include: ['*.ts', '*.tsx'],
  }),
}

let folder = ''

beforeAll(async () => {
  await mkdir(ARTIFACTS, { recursive: true })
  // Inside the repository, so that the packages are found.
  folder = await mkdtemp(join(ARTIFACTS, 'code-blocks-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

it('compiles every TypeScript block of the README and the guides', async () => {
  const blocks = PAGES.flatMap(blocksOf)
  expect(blocks.length).toBeGreaterThanOrEqual(36)
  for (const [name, code] of [...Object.entries(APP), ...blocks]) {
    await writeFile(join(folder, name), code)
  }
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const run = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
  expect(run.stdout).toBe('')
  expect(run.status).toBe(0)
})

/** Returns file name and code of each block of a page. Imports from the app's folders are found beside the block. */
function blocksOf(page: string): (readonly [string, string])[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(BLOCK)].map(([, indent, extension, block = ''], index) => {
    const code = block
      .replaceAll(new RegExp(`^${indent}`, 'gm'), '')
      .replaceAll(/'@\/\w+\/([\w-]+)'/g, "'./$1.js'")
    // A file without import and export would share its names with the others.
    const text = /^(?:import|export)\b/m.test(code) ? code : `export {}\n${code}`
    return [`${page.replaceAll(/\W/g, '-')}-${index}.${extension}`, text]
  })
}
