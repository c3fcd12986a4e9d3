/**
 * Tests the dropzone and the headless hook in a real browser: forms receive the assets, and
 * unmounting stops everything.
 */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FakeServer, startFakeServer } from '../../packages/widget/testing/fake-server.js'
import { answerSigning, PNG, pickFiles } from '../../packages/widget/testing/playwright.js'
import { bundleReactApp } from './bundle-react-app.js'
import { launchChromium } from './chromium.js'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = `<!doctype html><html lang="en"><head><title>A page</title><meta charset="utf-8"><link rel="stylesheet" href="/page.css"></head>
<body><div id="root"></div><script src="/page.js"></script></body></html>`
const STRICT_POLICY = "default-src 'self'; img-src 'self' blob:; connect-src 'self'"

let browser: Browser
let server: FakeServer
let page: Page
let bundle: string
let style: string

beforeAll(async () => {
  bundle = await bundleReactApp()
  style = await readFile(join(ROOT, 'packages/react/dropzone.css'), 'utf8')
  browser = await launchChromium()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  server = await startFakeServer()
  server.pages
    .set('/', { body: PAGE, headers: { 'content-security-policy': STRICT_POLICY } })
    .set('/favicon.ico', { body: '' })
    .set('/page.css', {
      body: `:root { color-scheme: light dark }${style}`,
      headers: { 'content-type': 'text/css' },
    })
    .set('/page.js', { body: bundle, headers: { 'content-type': 'text/javascript' } })
})
afterEach(async () => {
  await page.close()
  await server.close()
})

describe('UploadDropzone', () => {
  it('posts each uploaded file as a field of the form around it, and a reset empties it', async () => {
    await visit('plain')
    await choose('a.png', 'b.png')
    await page.getByText('2 files uploaded').waitFor()
    await page.click('button[type=submit]')
    const sent = (await page.textContent('output'))?.split('\n') ?? []
    expect(sent.sort()).toEqual([
      `image/upload/v1700000000/users/42/photo1.png#${'e'.repeat(40)}`,
      `image/upload/v1700000000/users/42/photo2.png#${'e'.repeat(40)}`,
    ])
    await page.click('button[type=reset]')
    await page.click('button[type=submit]')
    expect(await page.textContent('output')).toBe('')
    expect(await page.locator('[data-countersign="file"]').count()).toBe(0)
  })

  it('explains a refused file, and posts nothing of it', async () => {
    server.upload = () => ({ status: 400, body: { error: { message: 'Invalid image file' } } })
    await visit('plain')
    await choose('a.png')
    await page.getByText('This is not a picture we can open.').waitFor()
    expect(await page.locator('input[name=photos]').count()).toBe(0)
  })

  it('accepts dropped files', async () => {
    await visit('plain')
    const data = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'dropped.png', { type: 'image/png' })); return data })()`,
    )
    const zone = page.locator('[data-countersign="dropzone"]')
    await zone.dispatchEvent('dragover', { dataTransfer: data })
    expect(await zone.getAttribute('data-dragging')).toBe('true')
    await zone.dispatchEvent('drop', { dataTransfer: data })
    await page.getByText('1 file uploaded').waitFor()
    expect(await zone.getAttribute('data-dragging')).toBeNull()
  })

  it('works as a field of react-hook-form', async () => {
    await visit('hook-form')
    await page.click('button[type=submit]')
    await page.getByText('Add a photo').waitFor()
    await choose('a.png')
    await page.getByText('1 file uploaded').waitFor()
    await page.click('button[type=submit]')
    await expect.poll(() => page.textContent('output')).toBe('users/42/photo1')
  })

  it.each(['light', 'dark'] as const)('has no violation of axe, %s', async (colorScheme) => {
    await visit('plain', colorScheme)
    server.upload = ({ fileName }) =>
      fileName === 'bad.png'
        ? { status: 400, body: { error: { message: 'Invalid image file' } } }
        : hang()
    await choose('bad.png', 'slow.png')
    await page.getByText('This is not a picture we can open.').waitFor()
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  })
})

describe('useUploadQueue', () => {
  it('signs with the options of the latest render', async () => {
    await visit('headless')
    await page.click('text=Another folder')
    await choose('a.png')
    await expect.poll(() => page.textContent('#headless p')).toBe('1')
    expect(server.signings[0]?.paramsToSign).toMatchObject({ folder: 'second' })
  })

  it('stops uploads when its component unmounts', async () => {
    server.upload = hang
    await visit('headless')
    await choose('a.png')
    await expect.poll(() => server.uploads.length).toBe(1)
    const failed = page.waitForEvent('requestfailed')
    await page.click('#leave')
    await failed
  })
})

describe('the render function of CldUploadWidget', () => {
  it.each(['#by-widget', '#by-cloudinary'])(
    'can open a widget before one was opened: %s',
    async (button) => {
      page = await browser.newPage()
      await page.goto(`${server.origin}/?part=openers`)
      await page.click(button)
      await page.waitForSelector('countersign-widget dialog[open]')
      if (button === '#by-cloudinary') expect(await page.title()).toContain('display-changed')
    },
  )
})

describe('CldUploadButton', () => {
  it('keeps every prop of the widget off the button element', async () => {
    page = await browser.newPage()
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    await page.goto(`${server.origin}/?part=button`)
    const button = page.locator('#by-button')
    await button.waitFor()
    const attributes = await button.evaluate((element) => element.getAttributeNames().sort())
    expect(attributes).toEqual(['id', 'type'])
    // React logs an error for a handler prop that the element does not support.
    expect(errors).toEqual([])
  })
})

// Like a test of an app: the real page, with faked servers in the test's process.
describe('the helpers for tests of apps', () => {
  it('stand in for the signing route and accept the upload from another origin', async () => {
    server.pages.set('/', { body: PAGE })
    const fake = await startFakeServer()
    page = await browser.newPage()
    await page.route('**/sign', (route) => answerSigning(route, fake))
    await page.goto(`${server.origin}/?part=plain`)
    await page.waitForSelector('input[type=file]', { state: 'attached' })
    await pickFiles(page, [{ name: 'cat.png' }])
    await fake.waitForUploads(1)
    expect(fake.uploads.map(({ fileName }) => fileName)).toEqual(['cat.png'])
    await page.getByText('1 file uploaded').waitFor()
    await fake.close()
  })
})

async function visit(part: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  page = await browser.newPage({ colorScheme })
  await page.goto(`${server.origin}/?part=${part}`)
  await page.waitForSelector('input[type=file]', { state: 'attached' })
}

function hang(): Promise<null> {
  return new Promise(() => undefined)
}

function choose(...names: readonly string[]): Promise<void> {
  return page.setInputFiles(
    'input[type=file]',
    names.map((name, index) => ({
      name,
      mimeType: 'image/png',
      // The queue treats files with equal content and name as one file.
      buffer: Buffer.concat([PNG, Buffer.alloc(index)]),
    })),
  )
}
