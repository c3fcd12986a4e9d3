/**
 * Tests the oldest React that packages/react supports as a peer, in a real browser: effects, state
 * and unmounting.
 */

import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type FakeServer, startFakeServer } from '../../packages/widget/testing/fake-server.js'
import { launchChromium } from './chromium.js'

const APP = join(import.meta.dirname, '../react-18')
const PAGE =
  '<!doctype html><html lang="en"><head><title>A page</title></head><body><div id="root"></div><script src="/page.js"></script></body></html>'

let browser: Browser
let server: FakeServer

beforeAll(async () => {
  const bundled = await build({
    entryPoints: [join(APP, 'page.jsx')],
    bundle: true,
    write: false,
    jsx: 'automatic',
    // The binding resolves React from the root, which has the newest version.
    alias: Object.fromEntries(
      ['react', 'react-dom'].map((name) => [name, join(APP, 'node_modules', name)]),
    ),
    define: { 'process.env.NODE_ENV': '"development"' },
    logLevel: 'error',
  })
  server = await startFakeServer()
  server.pages
    .set('/', { body: PAGE })
    .set('/favicon.ico', { body: '' })
    .set('/page.js', {
      body: bundled.outputFiles[0]?.text ?? '',
      headers: { 'content-type': 'text/javascript' },
    })
  browser = await launchChromium()
})

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

it('uploads from React 18 in StrictMode, calls the page, and leaves nothing when it is unmounted', async () => {
  const page = await browser.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && /^Warning:|React/.test(message.text())) {
      problems.push(message.text())
    }
  })
  await page.goto(server.origin)
  expect(await page.textContent('#version')).toBe('18.3.1')
  await page.click('#upload')
  const picker = page.waitForEvent('filechooser')
  await page.click('countersign-widget [data-test="browse"]')
  const buffer = Buffer.from('89504e470d0a1a0a', 'hex')
  await (await picker).setFiles([{ name: 'a.png', mimeType: 'image/png', buffer }])
  await page.waitForSelector('#photos > li')
  expect(await page.locator('#photos > li').allTextContents()).toHaveLength(1)
  expect(server.uploads.map(({ fileName }) => fileName)).toEqual(['a.png'])
  await page.click('#upload')
  await page.waitForSelector('countersign-widget dialog[open]')
  await page.evaluate('document.getElementById("remove").click()')
  await page.waitForSelector('countersign-widget', { state: 'detached' })
  expect(problems).toEqual([])
  await page.close()
})
