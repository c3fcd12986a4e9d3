/**
 * Measures a newcomer's first hour: installs the packs in four new apps, follows the README and the guides on unusual ports, and
 * uploads a photo in a real browser. Needs the npm registry.
 *
 *   node bench/newcomer.mjs               all four apps; writes bench/results/newcomer.json
 *   node bench/newcomer.mjs --app html    one of app, pages, vite, html; writes nothing
 * @module
 */

import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { findChromium } from '../scripts/find-chromium.mjs'
import { ROOT } from '../scripts/repository.mjs'
import { appEnvironment, runCommand } from '../scripts/run-command.mjs'
import { commitOf, machine } from './machine.mjs'

const RESULT = join(ROOT, 'bench', 'results', 'newcomer.json')
const PACKAGES = ['protocol', 'endpoint', 'widget', 'react', 'server', 'cli']
const MEDIA_PORT = 8811
const APP_PORT = 3111
// Address that a dev server prints. Next.js 16 refuses its own scripts to pages of 127.0.0.1 in
// development.
const APP = `http://localhost:${APP_PORT}`
const PATIENCE_SECONDS = 180

/** The policy of an app without users, as the README shows it. */
const POLICY = `{
  authorize: anonymous({ reason: 'guest book', limit: { perMinute: 10 } }),
  presets: { default: { limits: { accept: ['image/*'], maxBytes: 5_000_000 }, params: () => ({}) } },
}`
const BUTTON_PAGE = `'use client'
import { useState } from 'react'
import { UploadButton } from '@/components/upload-button'

export default function Page() {
  const [url, setUrl] = useState('')
  return <main><UploadButton onUploaded={setUrl} />{url && <img src={url} alt="As uploaded" />}</main>
}
`
const HTML_PAGE = `<!doctype html><html lang="en"><head><title>My page</title></head><body>
<button id="upload">Upload an Image</button><img id="photo" alt="" hidden>
<script src="http://127.0.0.1:${MEDIA_PORT}/widget/all.js"></script>
<script>
  const widget = cloudinary.createUploadWidget({ signatureEndpoint: '/api/sign-cloudinary-params' }, (error, result) => {
    if (error || result.event !== 'success') return
    const photo = document.querySelector('#photo')
    photo.alt = 'As uploaded'
    photo.src = result.info.secure_url
    photo.hidden = false
  })
  document.querySelector('#upload').onclick = () => widget.open()
</script></body></html>`

/**
 * One way into Countersign.
 *
 * @typedef {object} Path
 * @property {string} title
 * @property {string} guide Page that the newcomer follows.
 * @property {readonly string[]} create Command that creates the app. Not timed, because the newcomer already has an app.
 * @property {() => Promise<Record<string, string>>} edits Files that the newcomer writes, as the guide shows them.
 * @property {readonly string[]} installs Further packages that the guide names.
 * @property {readonly string[]} start Command that starts the app.
 */

/** @type {Readonly<Record<string, Path>>} */
const PATHS = {
  app: {
    title: 'new Next.js app, App Router',
    guide: 'README.md',
    create: createNext('--app'),
    installs: [],
    async edits() {
      return {
        'app/api/sign-cloudinary-params/route.ts': `import { anonymous, createSignHandler } from '@countersign/endpoint'

export const { GET, POST } = createSignHandler(${POLICY})
`,
        'components/upload-button.tsx': await readmeButton(),
        'app/page.tsx': BUTTON_PAGE,
      }
    },
    start: ['npx', 'next', 'dev', '--port', String(APP_PORT)],
  },
  pages: {
    title: 'new Next.js app, Pages Router',
    guide: 'README.md',
    create: createNext('--no-app'),
    installs: [],
    async edits() {
      return {
        'pages/api/sign-cloudinary-params.ts': `import { anonymous, createSignHandler } from '@countersign/endpoint'
import { toPagesHandler } from '@countersign/endpoint/next'

export const config = { api: { bodyParser: false } }
export default toPagesHandler(createSignHandler(${POLICY}))
`,
        'components/upload-button.tsx': await readmeButton(),
        'pages/index.tsx': BUTTON_PAGE,
      }
    },
    start: ['npx', 'next', 'dev', '--port', String(APP_PORT)],
  },
  vite: {
    title: 'new Vite app with Express',
    guide: 'docs/guide/vite-express.md',
    create: [
      'npx',
      '--yes',
      'create-vite@9.3.0',
      'my-app',
      '--template',
      'react',
      '--no-interactive',
    ],
    installs: ['express'],
    edits: viteEdits,
    start: ['node', '--env-file=.env.local', 'server.mjs'],
  },
  html: {
    title: 'plain HTML page with a Node server',
    guide: 'docs/guide/widget.md',
    create: ['mkdir', 'my-app'],
    installs: [],
    async edits() {
      return {
        'index.html': HTML_PAGE,
        'server.mjs': `import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { anonymous, createSignHandler } from '@countersign/endpoint'
import { toNodeListener } from '@countersign/endpoint/node'

const sign = toNodeListener(createSignHandler(${POLICY}))

createServer(async (request, response) => {
  if (request.url === '/api/sign-cloudinary-params') return sign(request, response)
  response.setHeader('content-type', 'text/html').end(await readFile('index.html'))
}).listen(${APP_PORT})
`,
      }
    },
    start: ['node', '--env-file=.env.local', 'server.mjs'],
  },
}

/** @param {string} router */
function createNext(router) {
  const options = [
    '--yes',
    '--ts',
    router,
    '--no-src-dir',
    '--no-tailwind',
    '--no-eslint',
    '--no-git',
  ]
  return [
    'npx',
    '--yes',
    'create-next-app@16.4.3',
    'my-app',
    ...options,
    '--import-alias',
    '@/*',
    '--use-npm',
    '--disable-git',
  ]
}

/** Returns the button that the README shows in step 3. */
async function readmeButton() {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const [, code = ''] = /```tsx\n([\s\S]*?UploadButton[\s\S]*?)```/.exec(readme) ?? []
  return code.replaceAll(/^ {3}/gm, '')
}

/** @returns {Promise<Record<string, string>>} */
async function viteEdits() {
  const guide = await readFile(join(ROOT, 'docs/guide/vite-express.md'), 'utf8')
  const blocks = [...guide.matchAll(/```jsx?\n\/\/ ([\w./-]+)\n([\s\S]*?)```/g)]
  return Object.fromEntries(blocks.map(([, path = '', code = '']) => [path, code]))
}

const { values } = parseArgs({ options: { app: { type: 'string' } } })
const names = values.app === undefined ? Object.keys(PATHS) : [values.app]
const folder = await mkdtemp(join(tmpdir(), 'countersign-newcomer-'))
try {
  const commit = commitOf()
  const packs = await pack()
  const photo = await makePhoto()
  const walks = []
  for (const name of names) walks.push(await walk(name, { packs, photo }))
  if (values.app === undefined) {
    const result = {
      command: 'node bench/newcomer.mjs',
      date: new Date().toISOString().slice(0, 10),
      commit,
      machine: machine(tmpdir()),
      walks,
    }
    await writeFile(RESULT, `${JSON.stringify(result, null, 2)}\n`)
  }
  if (walks.some(({ seconds }) => seconds > 120)) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function pack() {
  const vendor = join(folder, 'vendor')
  await mkdir(vendor)
  await must('npm', ['run', 'build'], ROOT)
  const workspaces = PACKAGES.flatMap((name) => ['-w', `packages/${name}`])
  await must('npm', ['pack', ...workspaces, '--pack-destination', vendor], ROOT)
  return (await readdir(vendor)).map((file) => join(vendor, file))
}

async function makePhoto() {
  const path = join(folder, 'photo.jpg')
  await sharp({ create: { width: 640, height: 480, channels: 3, background: '#4a7' } })
    .jpeg()
    .toFile(path)
  return path
}

/**
 * Follows one path, and prints each command with its duration.
 *
 * @param {string} name
 * @param {{ packs: readonly string[], photo: string }} given
 */
async function walk(name, { packs, photo }) {
  const path = PATHS[name]
  if (!path) throw new TypeError(`No app ${name}: there is ${Object.keys(PATHS).join(', ')}`)
  console.log(`\n== ${path.title}, by ${path.guide}`)
  const parent = join(folder, name)
  const app = join(parent, 'my-app')
  await mkdir(parent)
  const [creator = '', ...creatorArgs] = path.create
  await must(creator, creatorArgs, parent)

  /** @type {{ step: string, seconds: number }[]} */
  const steps = []
  const step = async (/** @type {string} */ title, /** @type {() => Promise<unknown>} */ run) => {
    const startedAt = performance.now()
    await run()
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10
    steps.push({ step: title, seconds })
    console.log(`${String(seconds).padStart(6)} s  ${title}`)
  }
  const env = { PORT: String(MEDIA_PORT), API_PORT: String(APP_PORT) }
  const running = []
  try {
    await step('npm install ./vendor/countersign-*.tgz', () =>
      must('npm', ['install', '--no-audit', '--no-fund', ...packs, ...path.installs], app),
    )
    await step(`PORT=${MEDIA_PORT} npx countersign init`, () =>
      must('npx', ['countersign', 'init'], app, env),
    )
    await step('write the files of the guide', async () => {
      for (const [file, text] of Object.entries(await path.edits())) {
        await mkdir(dirname(join(app, file)), { recursive: true })
        await writeFile(join(app, file), text)
      }
    })
    if (name === 'vite') await step('npx vite build', () => must('npx', ['vite', 'build'], app))
    await step(`PORT=${MEDIA_PORT} npx countersign dev`, async () => {
      running.push(start('npx', ['countersign', 'dev'], app, env))
      await answers(`http://127.0.0.1:${MEDIA_PORT}/health`)
    })
    const [program = '', ...args] = path.start
    await step(path.start.join(' '), async () => {
      running.push(start(program, args, app, { API_PORT: String(APP_PORT) }))
      await answers(APP)
    })
    await step('upload a photo and see it on the page', () => upload(photo))
    await step('npx countersign doctor', async () => {
      const report = JSON.parse(await must('npx', ['countersign', 'doctor', '--json'], app))
      if (report.url !== `${APP}/`) throw new Error(`doctor examined ${report.url}`)
      if (report.counts.amber > 0) throw new Error(`doctor warns: ${JSON.stringify(report)}`)
    })
  } finally {
    for (const child of running) if (child.pid) process.kill(-child.pid, 'SIGKILL')
  }
  const doctor = steps.at(-1)?.seconds ?? 0
  const seconds =
    Math.round((steps.reduce((sum, each) => sum + each.seconds, 0) - doctor) * 10) / 10
  console.log(`${String(seconds).padStart(6)} s  from the packs to the first upload`)
  return { app: path.title, guide: path.guide, seconds, steps }
}

/** @param {NodeJS.ProcessEnv} added */
function newcomerEnvironment(added) {
  const { NODE_ENV: _, ...env } = appEnvironment(/** @type {Record<string, string>} */ (added))
  return env
}

/** @param {string} photo */
async function upload(photo) {
  const executablePath = (await findChromium()) ?? undefined
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath, args })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_SECONDS * 1000)
    await page.goto(APP)
    const button = page.getByRole('button', { name: 'Upload an Image' })
    await button.waitFor()
    // A page of Next.js is served before its buttons work.
    const input = page.locator('input[type=file]').first()
    for (let tries = 0; tries < 60 && (await input.count()) === 0; tries++) {
      await button.click()
      await input.waitFor({ state: 'attached', timeout: 1000 }).catch(() => undefined)
    }
    await input.setInputFiles(photo)
    const shown = page.getByAltText('As uploaded')
    await shown.waitFor()
    await page.waitForFunction(() => {
      const image = document.querySelector('img[alt="As uploaded"]')
      return image instanceof HTMLImageElement && image.naturalWidth === 640
    })
  } finally {
    await browser.close()
  }
}

/** @param {string} address */
async function answers(address) {
  const deadline = performance.now() + PATIENCE_SECONDS * 1000
  for (;;) {
    const response = await fetch(address).catch(() => undefined)
    if (response?.ok) return
    if (performance.now() > deadline) throw new Error(`${address} does not answer`)
    await setTimeout(200)
  }
}

/**
 * Starts a program in its own process group.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} added
 */
function start(program, args, cwd, added) {
  return spawn(program, args, {
    cwd,
    env: newcomerEnvironment(added),
    stdio: 'ignore',
    detached: true,
  })
}

/**
 * Runs a command and returns its output. Throws with the output if the command fails.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [added]
 */
async function must(program, args, cwd, added = {}) {
  const { code, output } = await runCommand(program, args, {
    cwd,
    env: newcomerEnvironment(added),
    quiet: true,
    timeoutSeconds: 600,
  })
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`)
  return output
}
