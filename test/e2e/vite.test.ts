/**
 * Tests the widget in an app built by Vite, under a strict policy, with uploads to another host.
 */

import { extname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { build, type Rolldown } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Answer,
  discoveryBody,
  type FakeServer,
  mergeAnswer,
  startFakeServer,
} from '../../packages/widget/testing/fake-server.js'
import { launchChromium } from './chromium.js'
import { readContrast } from './read-contrast.js'

const APP = join(import.meta.dirname, 'vite-app')
const TYPES = new Map([
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
])
const PHOTO = join(import.meta.dirname, 'photos', 'coffee.jpg')

let browser: Browser
let page: Page
let app: FakeServer
let api: FakeServer
let files: ReadonlyMap<string, Answer>

beforeAll(async () => {
  files = await builtFiles()
  browser = await launchChromium()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  app = await startFakeServer()
  api = await startFakeServer()
  app.discovery = { body: discoveryBody(api.origin) }
  app.sign = (body) => ({ body: mergeAnswer(api.origin, body) })
  // The upload is never answered, so its row stays.
  api.upload = () => new Promise(() => undefined)
  const policy = `default-src 'self'; img-src 'self' blob:; connect-src 'self' ${api.origin}`
  const headers = { 'content-security-policy': policy }
  for (const [path, file] of files) app.pages.set(path, file)
  app.pages.set('/', { body: files.get('/index.html')?.body ?? '', headers })
  app.pages.set('/favicon.ico', { body: '' })
  page = await browser.newPage()
})
afterEach(async () => {
  await page.close()
  await Promise.all([app.close(), api.close()])
})

it('draws previews in a worker of the page’s own origin', async () => {
  await page.goto(app.origin)
  await page.evaluate(
    `window.createImageBitmap = () => Promise.reject(new Error('The page draws nothing'))`,
  )
  await page.click('#open')
  const starts = page.waitForEvent('worker')
  await page.setInputFiles('countersign-widget input[type=file]', PHOTO)
  expect((await starts).url()).toMatch(`${app.origin}/assets/image-worker-`)
  await page.waitForSelector('.row canvas[data-fit="cover"]')
  await expect.poll(() => api.uploads.length).toBe(1)
  expect(await page.evaluate('violations')).toEqual([])
})

describe.each([
  ['no color-scheme', '', 'dark', false],
  ['only a light one', 'light', 'dark', false],
  ['only a dark one', 'dark', 'light', true],
  ['both, in a dark system', 'light dark', 'dark', true],
] as const)('a page that declares %s', (_, scheme, system, isDark) => {
  it('shows a readable dropzone in its own color scheme', async () => {
    await page.emulateMedia({ colorScheme: system, reducedMotion: 'reduce' })
    await page.goto(app.origin)
    await page.evaluate(`document.documentElement.style.colorScheme = '${scheme}'`)
    for (const part of [
      '[data-countersign="browse"]',
      '[data-state="done"] span',
      '[data-state="failed"] span',
      '[data-countersign="status"]',
    ]) {
      const painted = await readContrast(page, `#dropzone ${part}`, '#dropzone')
      expect(painted, part).toMatchObject({ isDark })
      expect(painted.contrast, part).toBeGreaterThan(4.5)
    }
  })
})

/** Returns the files of the app by path, as Vite builds them for production. */
async function builtFiles(): Promise<ReadonlyMap<string, Answer>> {
  const built = await build({ root: APP, logLevel: 'error', build: { write: false } })
  const { output } = built as Rolldown.RolldownOutput
  return new Map(
    output.map((file) => {
      const body = file.type === 'chunk' ? file.code : Buffer.from(file.source).toString()
      const type = TYPES.get(extname(file.fileName)) ?? 'text/html; charset=utf-8'
      return [`/${file.fileName}`, { body, headers: { 'content-type': type } }]
    }),
  )
}
