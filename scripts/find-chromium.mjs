/** Finds the browser for the browser tests, or installs one. @module */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ROOT } from './repository.mjs'
import { runCommand, runNode } from './run-command.mjs'

/** Chromium without a window around its pages: these tests need half the time in it. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell'

/** Seconds to wait for another package manager. */
const LOCK_SECONDS = 300

const KNOWN_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * A Chromium on this machine: the one that `CHROMIUM_PATH` names, a system one, or Playwright's own.
 *
 * @param {{ isWhole?: boolean }} [options] `isWhole` leaves the headless shell out.
 * @returns {Promise<string | null>} Its path, `null` where none can be had.
 */
export async function findChromium({ isWhole = false } = {}) {
  const named = process.env.CHROMIUM_PATH
  if (named) return existsSync(named) ? named : null
  const { chromium } = await import('playwright-core')
  const places = [...(isWhole ? [] : [HEADLESS_SHELL]), ...KNOWN_PLACES, chromium.executablePath()]
  return places.find((path) => existsSync(path)) ?? null
}

/**
 * Find a Chromium, installing one where there is none: Debian's package for root on Debian, else Playwright's. Root on Debian
 * gets the headless shell also beside a whole Chromium, since the tests need half the time in it; without it they run as well.
 *
 * @returns {Promise<string | null>} Its path, `null` where none can be had.
 */
export async function findOrInstallChromium() {
  if (process.env.CHROMIUM_PATH) return findChromium()
  if (isRootOnDebian()) {
    if (!existsSync(HEADLESS_SHELL)) await installPackage('chromium-headless-shell')
    if ((await findChromium({ isWhole: true })) === null) await installPackage('chromium')
  } else if ((await findChromium()) === null) {
    console.log('Installing Chromium for the browser tests: playwright-core install chromium ...')
    const cli = join(ROOT, 'node_modules', 'playwright-core', 'cli.js')
    const { code, output } = await runNode([cli, 'install', 'chromium'], { quiet: true })
    if (code !== 0) console.error(output.trim().split('\n').slice(-5).join('\n'))
  }
  return findChromium()
}

/**
 * Installs a package of Debian. Prints why where that fails.
 *
 * @param {string} name
 */
export async function installPackage(name) {
  console.log(`Installing a browser for the browser tests: apt-get install ${name} ...`)
  const install = ['install', '-y', '--no-install-recommends', name]
  if ((await aptGet(install)).code === 0) return
  await aptGet(['update'])
  const { code, output } = await aptGet(install)
  if (code !== 0) console.error(output.trim().split('\n').slice(-5).join('\n'))
}

/**
 * Runs apt-get, and runs it again while another package manager, such as the nightly upgrade, holds a lock.
 *
 * @param {readonly string[]} args
 */
async function aptGet(args) {
  // An unreachable archive fails at once: without a browser the other tests still run.
  const settings = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=20']
  const deadline = performance.now() + LOCK_SECONDS * 1000
  for (;;) {
    const result = await runCommand('apt-get', [...settings, ...args], { quiet: true })
    const isLocked = /(?:Could not get|Unable to) (?:acquire |)lock/i.test(result.output)
    if (result.code === 0 || !isLocked || performance.now() > deadline) return result
    console.log('Another package manager is busy: trying again in 2 s ...')
    await setTimeout(2000)
  }
}

/** Whether `apt-get` can install packages. */
export function isRootOnDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false
  return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'))
}
