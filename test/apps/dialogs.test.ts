/**
 * Tests the widget inside modal dialogs of other libraries: the widget is usable, and the outer
 * dialog stays open.
 */

import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FakeServer, startFakeServer } from '../../packages/widget/testing/fake-server.js'
import { PNG } from '../../packages/widget/testing/playwright.js'
import { installMissing } from '../../scripts/install-missing.mjs'
import { launchChromium } from '../e2e/chromium.js'
import { widgetFiles } from '../e2e/widget-files.js'

const APP = join(import.meta.dirname, 'dialogs-app')
const PAGE = `<!doctype html><html lang="en"><head><title>A page</title><meta charset="utf-8"></head><body><div id="root"></div>
<script src="/widget/all.js"></script><script src="/page.js"></script></body></html>`
const OUTERS = ['radix', 'radix, not modal', 'headless-ui', 'mui', 'react-aria', 'native'] as const
/**
 * Libraries whose dialog one press of Escape closes together with a dialog that lacks the widget's
 * measures.
 */
const CLOSED_BY_ESCAPE = ['radix', 'headless-ui'] as const

let browser: Browser
let server: FakeServer
let page: Page
let bundle: string

beforeAll(async () => {
  expect(await installMissing(APP)).toBe(true)
  const bundled = await build({
    entryPoints: [join(APP, 'page.jsx')],
    bundle: true,
    write: false,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  })
  bundle = bundled.outputFiles[0]?.text ?? ''
  browser = await launchChromium()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  server = await startFakeServer()
  const headers = { 'content-type': 'text/javascript' }
  server.pages
    .set('/', { body: PAGE })
    .set('/favicon.ico', { body: '' })
    .set('/page.js', { body: bundle, headers })
  for (const [path, file] of await widgetFiles(server.origin)) server.pages.set(path, file)
})
afterEach(async () => {
  await page.close()
  await server.close()
})

describe.each(OUTERS)('over a dialog of %s', (library) => {
  it('accepts files and clicks, and Escape closes only the widget', async () => {
    await openBoth(library)
    expect(await isFocusInside()).toBe(true)
    const picker = page.waitForEvent('filechooser')
    await page.click('countersign-widget [data-test="browse"]')
    await (await picker).setFiles([photo('a.png'), photo('b.png')])
    await page.waitForSelector('countersign-widget [data-test="queue-done"]')
    expect(server.uploads.map(({ fileName }) => fileName).sort()).toEqual(['a.png', 'b.png'])
    await page.click('countersign-widget h2')
    await page.mouse.click(5, 5)
    for (let press = 0; press < 9; press += 1) await page.keyboard.press('Tab')
    expect(await isFocusInOuter()).toBe(false)
    expect(await outers()).toBe(1)
    expect(await page.locator('countersign-widget dialog[open]').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.waitForSelector('countersign-widget', { state: 'detached' })
    expect(await outers()).toBe(1)
    expect(await page.evaluate('document.activeElement.id')).toBe('upload')
  })

  it('leaves nothing in the page if the app closes the outer dialog', async () => {
    await openBoth(library)
    await page.evaluate('closeOuter()')
    await page.waitForSelector('[data-test="outer"]', { state: 'detached' })
    await page.keyboard.press('Escape')
    await page.waitForSelector('countersign-widget', { state: 'detached' })
    expect(
      await page.evaluate(`({ sheets: document.adoptedStyleSheets.length,
        overflow: getComputedStyle(document.documentElement).overflow,
        isInert: document.querySelector('#root').inert })`),
    ).toEqual({ sheets: 0, overflow: 'visible', isInert: false })
    await page.mouse.wheel(0, 400)
    await expect.poll(() => page.evaluate('scrollY')).toBeGreaterThan(0)
  })
})

// Control: proves that the tests above can fail.
it.each(CLOSED_BY_ESCAPE)('a dialog without the measures is closed by %s', async (library) => {
  await visit(library)
  await page.click('#bare')
  await page.waitForSelector('#bare-dialog[open]')
  await page.keyboard.press('Escape')
  await page.waitForSelector('[data-test="outer"]', { state: 'detached' })
})

async function visit(library: string): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1000, height: 760 } })
  await page.goto(`${server.origin}/?${new URLSearchParams({ library })}`)
  await page.focus('#open-outer')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test="outer"]')
}

async function openBoth(library: string): Promise<void> {
  await visit(library)
  await page.click('#upload')
  await page.waitForSelector('countersign-widget dialog[open] [data-test="browse"]')
}

function outers(): Promise<number> {
  return page.locator('[data-test="outer"]').count()
}

function isFocusInside(): Promise<boolean> {
  return page.evaluate(`document.activeElement.localName === 'countersign-widget'`)
}

function isFocusInOuter(): Promise<boolean> {
  return page.evaluate(
    `document.querySelector('[data-test="outer"]').contains(document.activeElement)`,
  )
}

function photo(name: string): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: 'image/png', buffer: PNG }
}
