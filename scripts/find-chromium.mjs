/** Finds the browser for the browser tests, or installs one. @module */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.mjs'
import { runCommand, runNode } from './run-command.mjs'

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
 * @returns {Promise<string | null>} Its path, `null` where there is none.
 */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) return existsSync(named) ? named : null
  const { chromium } = await import('playwright-core')
  return [...KNOWN_PLACES, chromium.executablePath()].find((path) => existsSync(path)) ?? null
}

/**
 * Find a Chromium, installing one where there is none: Debian's package for root on Debian, else Playwright's.
 *
 * @returns {Promise<string | null>} Its path, `null` where none can be had.
 */
export async function findOrInstallChromium() {
  const found = await findChromium()
  if (found !== null || process.env.CHROMIUM_PATH) return found
  if (isRootOnDebian()) {
    console.log('Installing Chromium for the browser tests: apt-get install chromium ...')
    const install = ['install', '-y', '--no-install-recommends', 'chromium']
    const first = await runCommand('apt-get', install, { quiet: true })
    if (first.code !== 0) {
      await runCommand('apt-get', ['update'], { quiet: true })
      const second = await runCommand('apt-get', install, { quiet: true })
      if (second.code !== 0) console.error(second.output.trim().split('\n').slice(-5).join('\n'))
    }
  } else {
    console.log('Installing Chromium for the browser tests: playwright-core install chromium ...')
    const cli = join(ROOT, 'node_modules', 'playwright-core', 'cli.js')
    const { code, output } = await runNode([cli, 'install', 'chromium'], { quiet: true })
    if (code !== 0) console.error(output.trim().split('\n').slice(-5).join('\n'))
  }
  return findChromium()
}

function isRootOnDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false
  return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'))
}
