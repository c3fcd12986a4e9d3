/** Finds or installs the three browser engines of `npm run test:browsers`. @module */

import { existsSync } from 'node:fs'
import {
  findChromium,
  findOrInstallChromium,
  installPackage,
  isRootOnDebian,
} from './find-chromium.mjs'

const FIREFOX = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/snap/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]
/** What `test/browsers/webkit-browser.py` imports. */
const WEBKIT_BINDINGS = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/girepository-1.0/WebKit2-4.1.typelib`,
)
const PYTHON_BINDINGS = '/usr/lib/python3/dist-packages/gi/__init__.py'
const WEBKIT_PACKAGES = ['webkit2gtk-driver', 'xvfb', 'python3-gi', 'gir1.2-webkit2-4.1']

/**
 * Finds and installs one engine.
 *
 * @template Programs
 * @typedef {object} EngineFinder
 * @property {() => Promise<Programs | null>} find Returns the programs that start the engine; `null` if they are not installed.
 * @property {() => Promise<void>} install Installs the programs if possible.
 * @property {string} packages Debian packages that contain the programs.
 */

/**
 * The engines by name.
 *
 * @type {{ Chromium: EngineFinder<string>, Firefox: EngineFinder<string>, WebKitGTK: EngineFinder<{ driver: string, screen: string }> }}
 */
export const ENGINES = {
  Chromium: {
    find: () => findChromium({ isWhole: true }),
    install: async () => void (await findOrInstallChromium()),
    packages: 'chromium',
  },
  Firefox: {
    async find() {
      const named = process.env.FIREFOX_PATH
      if (named) return existsSync(named) ? named : null
      return FIREFOX.find((path) => existsSync(path)) ?? null
    },
    install: () => installPackages(['firefox-esr']),
    packages: 'firefox-esr',
  },
  WebKitGTK: {
    async find() {
      const driver = '/usr/bin/WebKitWebDriver'
      const screen = '/usr/bin/Xvfb'
      const hasBrowser = WEBKIT_BINDINGS.some(existsSync) && existsSync(PYTHON_BINDINGS)
      return hasBrowser && existsSync(driver) && existsSync(screen) ? { driver, screen } : null
    },
    install: () => installPackages(WEBKIT_PACKAGES),
    packages: WEBKIT_PACKAGES.join(' '),
  },
}

/** @param {readonly string[]} names */
async function installPackages(names) {
  if (!isRootOnDebian()) return
  for (const name of names) await installPackage(name)
}

/**
 * Installs missing engines if possible.
 *
 * @returns {Promise<string[]>} One line for each engine that is still missing.
 */
export async function installEngines() {
  const missing = []
  for (const [name, { find, install, packages }] of Object.entries(ENGINES)) {
    if ((await find()) === null) await install()
    if ((await find()) === null)
      missing.push(`${name} is not installed (Debian: apt-get install ${packages})`)
  }
  return missing
}
