/** The browser of the browser tests. @module */

import { type Browser, type BrowserContext, chromium } from 'playwright-core'
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

/** How long a test waits for a page, in milliseconds: only what hangs waits that long, however busy the machine is. */
export const PATIENCE_MS = 90_000

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
  const browser = await chromium.launch({ executablePath, headless: true, args })
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS))
  return browser
}

/** A browser with a profile that outlives it. */
export interface KillableChromium {
  readonly context: BrowserContext
  /** End it in the middle of what it does. */
  kill(): Promise<void>
}

/**
 * Start a headless Chromium whose profile stands in a folder, to be killed.
 *
 * @param profile Absolute path of a folder, which is made where there is none.
 */
export async function launchKillable(profile: string): Promise<KillableChromium> {
  const executablePath = await requireChromium({})
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: switches(),
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const session = await context.browser()?.newBrowserCDPSession()
  const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {}
  const pid = processInfo.find(({ type }) => type === 'browser')?.id
  if (pid === undefined) throw new Error('Chromium does not tell its process.')
  return {
    context,
    async kill() {
      const closed = new Promise((resolve) => context.once('close', resolve))
      process.kill(pid, 'SIGKILL')
      await closed
    },
  }
}

async function requireChromium(options: ChromiumOptions): Promise<string> {
  const path = await findChromium(options)
  if (path !== null) return path
  throw new Error('No Chromium found: install one, or name it in CHROMIUM_PATH.')
}

/** Returns the switches of every Chromium that a test starts. */
export function switches(): string[] {
  // A sandbox needs a user of its own, which root in a container has not.
  return [...QUIET_SWITCHES, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
}
