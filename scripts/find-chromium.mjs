/** Finds or installs the browser for the browser tests. @module */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ROOT } from './repository.mjs'
import { runCommand, runNode } from './run-command.mjs'

/** Chromium without windows, in which the tests take half the time. */
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
 * Finds a Chromium on this machine: the one in `CHROMIUM_PATH`, a system one, or Playwright's.
 *
 * @param {{ isWhole?: boolean }} [options] Set `isWhole` to exclude the headless shell.
 * @returns {Promise<string | null>} Path of the program, or `null` if there is none.
 */
export async function findChromium({ isWhole = false } = {}) {
  const named = process.env.CHROMIUM_PATH
  if (named) return existsSync(named) ? named : null
  const { chromium } = await import('playwright-core')
  const places = [...(isWhole ? [] : [HEADLESS_SHELL]), ...KNOWN_PLACES, chromium.executablePath()]
  return places.find((path) => existsSync(path)) ?? null
}

/**
 * Finds a Chromium, or installs one: Debian's package if run by root on Debian, otherwise Playwright's. Root on Debian
 * also gets the headless shell if only a whole Chromium is installed, because the tests take half the time in it.
 *
 * @returns {Promise<string | null>} Path of the program, or `null` if none can be installed.
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
 * Installs a Debian package, and prints the reason if that fails.
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
 * Runs apt-get, and retries while another package manager, such as the nightly upgrade, holds a lock.
 *
 * @param {readonly string[]} args
 */
async function aptGet(args) {
  // An unreachable archive fails at once, because the other tests run without a browser.
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

/** Returns true if `apt-get` can install packages. */
export function isRootOnDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false
  return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'))
}
