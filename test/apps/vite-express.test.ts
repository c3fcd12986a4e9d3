/** Builds and runs the guide "Vite and Express" exactly as written. */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  COUNTERSIGN,
  prepareData,
  readEnvLines,
  serverEnvironment,
} from '../../scripts/development-server.mjs'
import { ROOT } from '../../scripts/repository.mjs'
import { appEnvironment } from '../../scripts/run-command.mjs'
import { type Supervisor, supervise } from '../../scripts/supervise.mjs'
import { launchChromium } from '../e2e/chromium.js'
import { ARTIFACTS, claimPort } from '../e2e/free-port.js'
import { makePhoto, PHOTO_SIZE } from '../e2e/photo.js'

const GUIDE = join(ROOT, 'docs', 'guide', 'vite-express.md')
const PAGE = `<!doctype html><html lang="en"><head><title>My app</title></head>
<body><div id="root"></div><script type="module" src="/src/main.jsx"></script></body></html>`

let app = ''
let programs: Supervisor | undefined
let address = ''

beforeAll(async () => {
  await mkdir(ARTIFACTS, { recursive: true })
  // Inside the repository, so that Node finds the packages.
  app = await mkdtemp(join(ARTIFACTS, 'vite-express-'))
  await writeApp()
  await build({ root: app, configFile: false, logLevel: 'error' })
  const port = await claimPort('vite-express')
  const server = {
    dataFolder: join(app, '.countersign'),
    port: await claimPort('vite-express-media-server'),
    examplePort: port,
  }
  if (!(await prepareData(server))) throw new Error('countersign dev --prepare failed')
  await writeFile(join(app, '.env.local'), await readEnvLines(server), { mode: 0o600 })
  address = `http://127.0.0.1:${port}`
  programs = supervise([
    {
      name: 'server',
      args: [COUNTERSIGN, 'dev'],
      cwd: app,
      env: serverEnvironment(server),
      address: `http://127.0.0.1:${server.port}/health`,
    },
    {
      name: 'express',
      args: ['--env-file=.env.local', 'server.mjs'],
      cwd: app,
      env: appEnvironment({ API_PORT: String(port) }),
      address,
    },
  ])
  if (!(await programs.ready())) throw new Error('the programs of the guide are not ready')
})
afterAll(async () => {
  await programs?.stop()
  await rm(app, { recursive: true, force: true })
})

it('uploads a photo and shows it', async () => {
  const browser = await launchChromium()
  const page = await browser.newPage()
  await page.goto(address)
  await page.getByRole('button', { name: 'Upload an Image' }).click()
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(await makePhoto('guide.jpg'))
  const shown = page.getByAltText('As uploaded')
  await shown.waitFor()
  await expect
    .poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(PHOTO_SIZE.width)
  await browser.close()
})

/** Writes each code block of the guide that begins with a path. */
async function writeApp(): Promise<void> {
  const guide = await readFile(GUIDE, 'utf8')
  const files = [...guide.matchAll(/```jsx?\n\/\/ ([\w./-]+)\n([\s\S]*?)```/g)]
  expect(files.map(([, path]) => path)).toEqual(['server.mjs', 'src/main.jsx'])
  await mkdir(join(app, 'src'))
  for (const [, path = '', code = ''] of files) await writeFile(join(app, path), code)
  await writeFile(join(app, 'index.html'), PAGE)
}
