/**
 * Page of the widget’s browser tests, with a strict policy and a fake server. Records the calls of
 * its callback. @module
 */

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { type FakeServer, startFakeServer } from '../../packages/widget/testing/fake-server.js'
import { PNG } from '../../packages/widget/testing/playwright.js'
import { type ChromiumOptions, launchChromium } from './chromium.js'
import { PAGE, STRICT_POLICY, serveWidgetPage } from './serve-widget-page.js'

/** One recorded call of the widget’s callback. */
export interface Heard {
  readonly error: string | null
  readonly event: string
  readonly info: Record<string, unknown> & string
}

export { PAGE, STRICT_POLICY }

/** Settings of a test’s page. */
export interface PageSettings {
  readonly options?: object
  readonly isDark?: boolean
  readonly isPhone?: boolean
  /** True if the page has a public address, so that it shows the messages for visitors. Needs {@link usePublicHost}. */
  readonly isPublic?: boolean
}

/** Fake server of the current test. */
export let server: FakeServer
/** The page of the current test. */
export let page: Page

let browser: Browser
/** The context of the current test’s page. */
export let context: BrowserContext

let launch: ChromiumOptions = {}

/** Runs the tests of a file in a browser with a camera, which shows a clock. */
export function useCamera(): void {
  launch = { isWhole: true, args: ['--use-fake-device-for-media-stream'] }
}

/** Host name that the browser treats as public. */
const PUBLIC_HOST = 'photos.example'

/** Lets the tests of a file also visit the page at a public address. */
export function usePublicHost(): void {
  launch = { hostResolverRules: `MAP ${PUBLIC_HOST} 127.0.0.1` }
}

beforeAll(async () => {
  browser = await launchChromium(launch)
})

afterAll(() => browser.close())

beforeEach(async () => {
  server = await startFakeServer()
  await serveWidgetPage(server)
})

afterEach(async () => {
  await context.close()
  await server.close()
})

/** Loads the page with a closed widget. */
export async function visit({
  options = {},
  isDark = false,
  isPhone = false,
  isPublic = false,
}: PageSettings = {}): Promise<void> {
  context = await browser.newContext({
    viewport: isPhone ? { width: 390, height: 780 } : { width: 900, height: 700 },
    hasTouch: isPhone,
    isMobile: isPhone,
    reducedMotion: 'reduce',
    colorScheme: isDark ? 'dark' : 'light',
  })
  page = await context.newPage()
  const query = new URLSearchParams({ options: JSON.stringify(options) })
  const origin = isPublic ? server.origin.replace('127.0.0.1', PUBLIC_HOST) : server.origin
  // At the public address, the media server has another origin.
  if (isPublic) {
    const policy = `${STRICT_POLICY} ${server.origin}`
    server.pages.set('/', { body: PAGE, headers: { 'content-security-policy': policy } })
  }
  await page.goto(`${origin}/?${query}`)
}

/** Loads the page and opens the widget. */
export async function openWidget(settings?: PageSettings): Promise<void> {
  await visit(settings)
  await page.click('#open')
  await page.waitForSelector('dialog[open] [data-test="browse"]')
}

/** A file to choose. */
export interface Picked {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** Returns a picture of 37 by 21 pixels. */
export function png(name: string): Picked {
  return { name, mimeType: 'image/png', buffer: PNG }
}

/** Chooses files, as a person does in the browser’s own dialog. */
export function choose(...files: readonly Picked[]): Promise<void> {
  return page.setInputFiles('input[type=file]', [...files])
}

/** Returns all calls of the callback so far. */
export function heard(): Promise<Heard[]> {
  return page.evaluate('heard')
}

/** Waits until an expression is true. `waitForFunction` would need a policy that allows `eval`. */
export async function until(expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression)).toBe(true)
}

/** Waits for an event. */
export function hears(event: string): Promise<void> {
  return until(`heard.some(({ event }) => event === ${JSON.stringify(event)})`)
}

/** Returns the names of all events so far. */
export async function eventNames(): Promise<string[]> {
  return (await heard()).map(({ event }) => event)
}

/** Counts the parts of the widget that are left in the page. */
export function leftovers(): Promise<unknown> {
  return page.evaluate(`({
    hosts: document.querySelectorAll('countersign-widget').length,
    sheets: document.adoptedStyleSheets.length,
    overflow: getComputedStyle(document.documentElement).overflow,
    style: document.body.getAttribute('style') ?? document.documentElement.getAttribute('style'),
  })`)
}

/** {@link leftovers} of a page from which the widget was removed. */
export const NOTHING = { hosts: 0, sheets: 0, overflow: 'visible', style: null }

/** Leaves every upload unanswered. */
export function neverAnswer(): void {
  server.upload = () => new Promise(() => undefined)
}
