/** Drives Chromium and Firefox by Puppeteer: Firefox over WebDriver BiDi, Chromium over its own protocol. @module */

import puppeteer, { type Browser, type LaunchOptions } from 'puppeteer-core'
import { PATIENCE_MS, switches } from '../e2e/chromium.js'
import type { Engine, EnginePage } from './engine.js'

const CHROMIUM: LaunchOptions = {
  browser: 'chrome',
  // Chromium ends when the pipe closes, even if the Node process was killed.
  pipe: true,
  args: [...switches(), '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
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
    resize: (width, height) =>
      page.setViewport({ width, height }).catch((error: Error) => {
        // Firefox ESR 140 sets the size, but does not know the orientation, which no flow needs.
        if (!error.message.includes('setScreenOrientationOverride')) throw error
      }),
    close: () => context.close(),
  }
}
