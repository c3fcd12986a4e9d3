/**
 * Page with the widget on a real media server and a real signing endpoint. Records the calls of its
 * callback. @module
 */

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

/** One recorded call of the widget's callback. */
export interface Heard {
  readonly event: string
  /** Code of the error. */
  readonly error: string | null
  readonly info: unknown
}

/** A file to choose. */
export interface Picked {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** Media server and app for all tests of a file. */
export let stack: UploadStack
/** Data folder of the media server. */
export let folder: string
/** The page of the current test. */
export let page: Page

let browser: Browser
let context: BrowserContext
let png: Buffer

/** Settings of the servers and the browser of a test file. */
export interface StackSettings {
  /** Presets of the signing route, in addition to `default` or replacing it. */
  readonly presets?: Readonly<Record<string, StackPreset>>
  /**
   * Limits of the route's key on the media server, as options of `countersign presets set default`.
   */
  readonly ceiling?: readonly string[]
  /** True if the media server may fetch files from the app. @default false */
  readonly mayReadApp?: boolean
  readonly chromium?: ChromiumOptions
}

/** Starts servers and browser for the tests of one file, and opens a new page for each test. */
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

/** Returns the address of a page whose widget has these options. */
export function addressOf(options: object): string {
  return `${stack.origin}/?options=${encodeURIComponent(JSON.stringify(options))}`
}

/** Loads the page and opens the widget. */
export async function open(options: object = {}): Promise<void> {
  await page.goto(addressOf(options))
  await page.evaluate('widget.open()')
  await page.waitForSelector('dialog[open] [data-test="browse"]')
}

/** Returns a picture of 40 by 30 pixels. */
export function photo(name: string): Picked {
  return { name, mimeType: 'image/png', buffer: png }
}

/** Chooses files, as a person does in the browser's own dialog. */
export function choose(...files: readonly Picked[]): Promise<void> {
  return page.setInputFiles('input[type=file]', [...files])
}

/** Waits for an event in the current test's page. @returns All calls of the callback. */
export function hears(event: string, times = 1): Promise<Heard[]> {
  return hearsOn(page, event, times)
}

/** Waits for an event in another page. @returns All calls of the callback. */
export async function hearsOn(on: Page, event: string, times = 1): Promise<Heard[]> {
  const count = `heard.filter((each) => each.event === ${JSON.stringify(event)}).length`
  await expect.poll(() => on.evaluate(count)).toBe(times)
  return on.evaluate('heard')
}

/** Returns the names of the events without `completed`, whose time depends on the app. */
export function names(heard: readonly Heard[]): string[] {
  return heard.map(({ event }) => event).filter((name) => name !== 'completed')
}

/** Returns the `info` of the first event with a name. */
export function infoOf(heard: readonly Heard[], event: string): unknown {
  return heard.find((each) => each.event === event)?.info
}
