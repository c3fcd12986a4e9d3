/** The browser of the browser tests. @module */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type Browser, chromium } from 'playwright-core'
import { findChromium } from '../../scripts/find-chromium.mjs'

/** How a test's browser differs from a plain one. */
export interface ChromiumOptions {
  /** Chromium's `--host-resolver-rules`, such as `MAP example.org:443 127.0.0.1:9443`; certificates are then not checked. */
  readonly hostResolverRules?: string
  /** Whether the headless shell will not do: it asks nobody for a camera. @default false */
  readonly isWhole?: boolean
  /** Further command line switches. */
  readonly args?: readonly string[]
}

const QUIET_SWITCHES: readonly string[] = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Start a headless Chromium; the caller closes it.
 *
 * @throws Error where there is none: it says how to get one.
 */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const executablePath = await requireChromium(options)
  const args = [...switches(), ...(options.args ?? [])]
  if (options.hostResolverRules !== undefined) {
    args.push(`--host-resolver-rules=${options.hostResolverRules}`, '--ignore-certificate-errors')
  }
  return chromium.launch({ executablePath, headless: true, args })
}

/** A browser with a profile that outlives it. */
export interface KillableChromium {
  readonly browser: Browser
  /** End all of its processes in the middle of what they do. */
  kill(): Promise<void>
}

/**
 * Start a headless Chromium whose profile stands in a folder, to be killed.
 *
 * @param profile Absolute path of a folder, which is made where there is none.
 */
export async function launchKillable(profile: string): Promise<KillableChromium> {
  const path = await requireChromium({})
  const own = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`]
  // A group of its own: the system's chromium is a script around the browser.
  const child = spawn(path, [...switches(), ...own, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  const killGroup = () => child.exitCode === null && process.kill(-(child.pid ?? 0), 'SIGKILL')
  process.once('exit', killGroup)
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (address === undefined) continue
    child.stderr.resume()
    const browser = await chromium.connectOverCDP(address)
    return {
      browser,
      async kill() {
        process.off('exit', killGroup)
        killGroup()
        await exited
      },
    }
  }
  throw new Error('Chromium ended before it listened.')
}

async function requireChromium(options: ChromiumOptions): Promise<string> {
  const path = await findChromium(options)
  if (path !== null && existsSync(path)) return path
  throw new Error('No Chromium found: install one, or name it in CHROMIUM_PATH.')
}

function switches(): string[] {
  // A sandbox needs a user of its own, which root in a container has not.
  return [...QUIET_SWITCHES, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
}
