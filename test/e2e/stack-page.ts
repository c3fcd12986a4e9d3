/** A page with the widget over a real media server and a real signing endpoint; its callback's calls are kept. @module */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import {
  type StackPreset,
  startUploadStack,
  type UploadStack,
} from '../../scripts/upload-stack.mjs'
import { type ChromiumOptions, launchChromium } from './chromium.js'
import { claimPort } from './free-port.js'

/** One call of the widget's callback. */
export interface Heard {
  readonly event: string
  /** Its code. */
  readonly error: string | null
  readonly info: unknown
}

/** A file to pick. */
export interface Picked {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** Both servers, for all tests of a file. */
export let stack: UploadStack
/** Where the media server keeps its data. */
export let folder: string
/** The page of the current test. */
export let page: Page

let browser: Browser
let context: BrowserContext
let png: Buffer

/** How servers and browser of a file's tests differ from plain ones. */
export interface StackSettings {
  /** Of the signing route, beside `default` or in its place. */
  readonly presets?: Readonly<Record<string, StackPreset>>
  /** What the media server lets the route's key do, as `countersign presets set default` takes it. */
  readonly ceiling?: readonly string[]
  /** Whether the media server may fetch files from the app. @default false */
  readonly mayReadApp?: boolean
  readonly chromium?: ChromiumOptions
}

/** Start both servers and a browser for the tests of one file, and give each a page of its own. */
export function useStack(name: string, { chromium, ...settings }: StackSettings = {}): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-widget-'))
    ;[browser, stack, png] = await Promise.all([
      launchChromium(chromium),
      claimPort(name).then((port) => startUploadStack({ folder, port, ...settings })),
      sharp({ create: { width: 40, height: 30, channels: 3, background: '#268' } })
        .png()
        .toBuffer(),
    ])
    stack.pages.set('/', { type: 'text/html', body: html(stack.mediaServer) })
    stack.pages.set('/sent', { type: 'text/html', body: 'Sent' })
  })
  afterAll(async () => {
    await browser.close()
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterEach(async () => {
    stack.refusal = null
    await context.close()
  })
}

function html(mediaServer: string): string {
  return `<!doctype html><html lang="en"><title>A page</title>
<form id="form" action="/sent"><button id="send">Send</button></form><div id="thumbnails"></div>
<script src="${mediaServer}/widget/all.js"></script>
<script>
const options = JSON.parse(new URLSearchParams(location.search).get('options'))
window.heard = []
window.widget = cloudinary.createUploadWidget({ signatureEndpoint: '/sign', ...options }, (error, { event, info }) =>
  heard.push({ event, error: error && error.code, info: JSON.parse(JSON.stringify(info ?? null)) }))
</script></html>`
}

/** Of a page with a widget of these options. */
export function addressOf(options: object): string {
  return `${stack.origin}/?options=${encodeURIComponent(JSON.stringify(options))}`
}

/** Load the page and open the widget. */
export async function open(options: object = {}): Promise<void> {
  await page.goto(addressOf(options))
  await page.evaluate('widget.open()')
  await page.waitForSelector('dialog[open] [data-test="browse"]')
}

/** A picture of 40 by 30 pixels to pick. */
export function photo(name: string): Picked {
  return { name, mimeType: 'image/png', buffer: png }
}

/** Pick files, as a person does in the browser's own dialog. */
export function choose(...files: readonly Picked[]): Promise<void> {
  return page.setInputFiles('input[type=file]', [...files])
}

/** Wait for an event in the current test's page. @returns All that the callback has heard. */
export function hears(event: string, times = 1): Promise<Heard[]> {
  return hearsOn(page, event, times)
}

/** The same in another page. */
export async function hearsOn(on: Page, event: string, times = 1): Promise<Heard[]> {
  const count = `heard.filter((each) => each.event === ${JSON.stringify(event)}).length`
  await expect.poll(() => on.evaluate(count)).toBe(times)
  return on.evaluate('heard')
}

/** The events' names without `completed`, which comes when the app has answered. */
export function names(heard: readonly Heard[]): string[] {
  return heard.map(({ event }) => event).filter((name) => name !== 'completed')
}

/** What the first event of a name told. */
export function infoOf(heard: readonly Heard[], event: string): unknown {
  return heard.find((each) => each.event === event)?.info
}
