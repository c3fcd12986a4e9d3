import { chmod, mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { type SetUp, setUpApp } from '../src/init/set-up-app.js'
import { type Cleanup, writeFolder } from './play-app.js'

const NEXT = '{"dependencies":{"next":"16.4.5"}}'
const APP_ROUTE = 'app/api/sign-cloudinary-params/route.ts'
const NAMES = [
  'NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME',
  'NEXT_PUBLIC_CLOUDINARY_API_KEY',
  'NEXT_PUBLIC_COUNTERSIGN_URL',
  'CLOUDINARY_API_SECRET',
  'COUNTERSIGN_WEBHOOK_SECRET',
]
const cleanups: Cleanup[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const make = (files: Record<string, string>) =>
  writeFolder({ 'package.json': NEXT, ...files }, cleanups)
const read = (folder: string, path: string) => readFile(join(folder, path), 'utf8')
const setUp = (folder: string, mayReplace = async (_file: string) => false): Promise<SetUp> =>
  setUpApp({
    folder,
    dataFolder: join(folder, '.countersign'),
    serverUrl: 'http://127.0.0.1:8787',
    mayReplace,
  })

describe('init finds where the route belongs:', () => {
  it.each([
    ['app/page.tsx', true, APP_ROUTE],
    ['app/page.jsx', false, 'app/api/sign-cloudinary-params/route.js'],
    ['src/app/page.tsx', true, 'src/app/api/sign-cloudinary-params/route.ts'],
    ['pages/index.tsx', true, 'pages/api/sign-cloudinary-params.ts'],
    ['src/pages/index.jsx', false, 'src/pages/api/sign-cloudinary-params.js'],
  ])('beside %s, TypeScript %s: %s', async (page, isTypeScript, path) => {
    const folder = await make({ [page]: '', ...(isTypeScript ? { 'tsconfig.json': '{}' } : {}) })
    expect(await setUp(folder)).toMatchObject({ route: 'written', layout: { routeFile: path } })
    const text = await read(folder, path)
    expect(text.trimEnd().split('\n').length).toBeLessThan(20)
    expect(text).toContain('TODO')
    expect(text).not.toMatch(/anonymous/)
    expect(text.includes('bodyParser: false')).toBe(path.includes('pages/'))
  })

  it('prefers app to src/app, as Next does', async () => {
    const folder = await make({ 'app/page.js': '', 'src/app/page.js': '' })
    expect(await setUp(folder)).toMatchObject({
      layout: { routeFile: expect.stringMatching(/^app\//) },
    })
  })
})

describe('the route of init', () => {
  it.each([
    ['app', 'app/api/sign-cloudinary-params/route.js'],
    ['pages', 'pages/api/sign-cloudinary-params.js'],
  ])('of %s refuses every upload', async (root, path) => {
    const folder = join(
      import.meta.dirname,
      '../../../node_modules/.cache/countersign',
      `init-${root}`,
    )
    await mkdir(join(folder, root), { recursive: true })
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(folder, 'package.json'), '{"type":"module","dependencies":{"next":"16"}}')
    await setUp(folder, async () => true)
    const route = await import(/* @vite-ignore */ pathToFileURL(join(folder, path)).href)
    const body = '{"paramsToSign":{"timestamp":"1","source":"uw"}}'
    const headers = { 'content-type': 'application/json', host: 'localhost' }
    if (root === 'app') {
      const request = new Request('http://localhost/', { method: 'POST', headers, body })
      expect((await route.POST(request)).status).toBe(401)
      return
    }
    const response = { statusCode: 0, setHeader: () => undefined, end: () => undefined }
    await route.default({ method: 'POST', url: '/', headers, body }, response)
    expect(response.statusCode).toBe(401)
    expect(route.config.api.bodyParser).toBe(false)
  })
})

describe('init keeps an existing route', () => {
  it.each([
    APP_ROUTE,
    'app/api/sign-cloudinary-params/route.js',
    'pages/api/sign-cloudinary-params.ts',
    'pages/api/sign-cloudinary-params/index.js',
  ])('%s', async (path) => {
    const folder = await make({ 'app/page.tsx': '', 'tsconfig.json': '{}', [path]: 'mine' })
    expect(await setUp(folder)).toMatchObject({ route: 'refused', layout: { routeFile: path } })
    expect(await read(folder, path)).toBe('mine')
  })

  it('replaces the route on request, in the form of its router', async () => {
    const path = 'pages/api/sign-cloudinary-params.js'
    const folder = await make({ 'app/page.tsx': '', 'tsconfig.json': '{}', [path]: 'mine' })
    const asked: string[] = []
    const done = await setUp(folder, async (file) => asked.push(file) > 0)
    expect(done.route).toBe('replaced')
    expect(asked).toEqual([path])
    expect(await read(folder, path)).toContain('toPagesHandler')
  })

  it('does not change its own route on a second run', async () => {
    const folder = await make({ 'app/page.tsx': '', 'tsconfig.json': '{}' })
    await setUp(folder)
    const before = await read(folder, '.env.local')
    const again = await setUp(folder)
    expect(again).toMatchObject({
      route: 'unchanged',
      env: { added: [], kept: NAMES, different: [] },
    })
    expect(await read(folder, '.env.local')).toBe(before)
  })
})

describe('init writes the variables', () => {
  it('into a new file that only its owner can read', async () => {
    const folder = await make({ 'app/page.tsx': '', '.gitignore': 'node_modules\n.env*\n' })
    const done = await setUp(folder)
    expect(done).toMatchObject({ env: { added: NAMES }, isEnvTracked: false })
    expect((await stat(join(folder, '.env.local'))).mode & 0o777).toBe(0o600)
    expect(await read(folder, '.countersign/.gitignore')).toBe('*\n')
  })

  it('after existing lines, and only those that no file has', async () => {
    const mine = 'OTHER=1\nCLOUDINARY_API_SECRET=mine'
    const folder = await make({
      'app/page.tsx': '',
      '.env.local': mine,
      '.env': 'NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME=acme\n',
    })
    const { env, isEnvTracked } = await setUp(folder)
    const names = ['NEXT_PUBLIC_CLOUDINARY_CLOUD_NAME', 'CLOUDINARY_API_SECRET']
    expect(env).toMatchObject({ kept: names, different: names })
    expect(isEnvTracked).toBe(true)
    const text = await read(folder, '.env.local')
    expect(text.startsWith(`${mine}\n`)).toBe(true)
    expect(text.match(/CLOUDINARY_API_SECRET/g)).toHaveLength(1)
  })
})

describe('an app other than Next.js', () => {
  it.each([
    ['{"devDependencies":{"@sveltejs/kit":"2","vite":"8"}}', 'SvelteKit', 'adapters/sveltekit.md'],
    ['{"dependencies":{"astro":"6"}}', 'Astro', 'adapters/astro.md'],
    [
      '{"dependencies":{"express":"5"},"devDependencies":{"vite":"8"}}',
      'Express',
      'adapters/express.md',
    ],
    ['{"devDependencies":{"vite":"8"}}', 'Vite', 'vite-express.md'],
    ['{}', 'Node.js', 'adapters/node.md'],
  ])('%s gets variables and the guide of %s', async (manifest, framework, page) => {
    const folder = await make({ 'package.json': manifest, '.gitignore': '.env*.local\n' })
    const done = await setUp(folder)
    const guide = `docs/guide/${page}`
    expect(done).toMatchObject({ route: null, layout: { framework, guide }, isEnvTracked: false })
    expect(done.env.added).toEqual(NAMES)
    expect((await stat(join(folder, '.env.local'))).mode & 0o777).toBe(0o600)
    await stat(join(import.meta.dirname, '../../..', guide))
    const again = await setUp(folder)
    expect(again.env).toMatchObject({ added: [], kept: NAMES, different: [] })
  })

  it('keeps the variables of Nuxt in .env, the only file that Nuxt reads', async () => {
    const folder = await make({ 'package.json': '{"dependencies":{"nuxt":"4"}}' })
    const done = await setUp(folder)
    expect(done).toMatchObject({ envFile: '.env', isEnvTracked: true })
    expect(await read(folder, '.env')).toContain('CLOUDINARY_API_SECRET=')
    await expect(stat(join(folder, '.env.local'))).rejects.toThrow('ENOENT')
  })

  it.each([
    ['index.html', 'plain HTML'],
    ['deno.json', 'Deno'],
  ])('without package.json is recognized by its %s', async (file, framework) => {
    const folder = await writeFolder({ [file]: '' }, cleanups)
    expect(await setUp(folder)).toMatchObject({ layout: { framework }, route: null })
  })
})

describe('init refuses', () => {
  it('a folder without any app', async () => {
    const folder = await writeFolder({}, cleanups)
    await expect(setUp(folder)).rejects.toThrow(
      'has no package.json, deno.json or index.html: run this in the folder of your app',
    )
  })

  it('a package.json that is not JSON', async () => {
    await expect(setUp(await make({ 'package.json': '{' }))).rejects.toThrow('is not JSON')
  })

  it('a path with a file where a folder belongs', async () => {
    const folder = await make({ 'app/api': 'a file' })
    await expect(setUp(folder)).rejects.toThrow(/route\.js cannot be written/)
  })

  it.skipIf(process.getuid?.() === 0)('a folder that is read-only', async () => {
    const folder = await make({ 'app/page.tsx': '' })
    await chmod(join(folder, 'app'), 0o500)
    cleanups.unshift(() => chmod(join(folder, 'app'), 0o700))
    await expect(setUp(folder)).rejects.toThrow('permission denied')
  })
})
