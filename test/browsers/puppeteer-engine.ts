/** Drives Chromium and Firefox by Puppeteer: Firefox over WebDriver BiDi, Chromium over its own protocol. @module */

import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core'
import type { Engine, EnginePage } from './engine.js'

/** Longest wait for a start or a page, in milliseconds: longer than a busy machine needs. */
const PATIENCE_MS = 90_000

const CHROMIUM: LaunchOptions = {
  browser: 'chrome',
  // Chromium ends when the pipe closes, also where the Node process was killed.
  pipe: true,
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ],
}

const FIREFOX: LaunchOptions = {
  browser: 'firefox',
  extraPrefsFirefox: {
    'media.navigator.streams.fake': true,
    'media.navigator.permission.disabled': true,
  },
}

/** Starts a headless Chromium with a camera that shows a test picture. */
export function launchChromium(executablePath: string): Promise<Engine> {
  return launch({ ...CHROMIUM, executablePath })
}

/** Starts a headless Firefox with a camera that shows a test picture. */
export function launchFirefox(executablePath: string): Promise<Engine> {
  return launch({ ...FIREFOX, executablePath })
}

async function launch(options: LaunchOptions): Promise<Engine> {
  const browser = await puppeteer.launch({ ...options, headless: true, timeout: PATIENCE_MS })
  return {
    version: (await browser.version()).replace('/', ' '),
    newPage: () => newPage(browser),
    close: () => browser.close(),
  }
}

async function newPage(browser: Browser): Promise<EnginePage> {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  page.setDefaultNavigationTimeout(PATIENCE_MS)
  return {
    goto: async (address) => void (await page.goto(address)),
    reload: async () => void (await page.reload()),
    evaluate: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    press: (key) => page.keyboard.press(key),
    resize: (width, height) => page.setViewport({ width, height }),
    close: () => context.close(),
  }
}
