/** Starts the browser of the browser tests. @module */

import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { findChromium } from '../../scripts/find-chromium.mjs'

/** Options of a test's browser. */
export interface ChromiumOptions {
  /**
   * Chromium's `--host-resolver-rules`, such as `MAP example.org:443 127.0.0.1:9443`. Certificates
   * are not checked then.
   */
  readonly hostResolverRules?: string
  /** True to exclude the headless shell, which cannot offer a camera. @default false */
  readonly isWhole?: boolean
  /** Additional command line switches. */
  readonly args?: readonly string[]
}

/**
 * Timeout for a page, in milliseconds. It is long, so that only a hanging page reaches it on a busy
 * machine.
 */
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
 * Starts a headless Chromium. The caller closes it.
 *
 * @throws Error if there is no Chromium, with a hint how to get one.
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

/** A browser whose profile is kept after its end. */
export interface KillableChromium {
  readonly context: BrowserContext
  /** Kills the browser at once. */
  kill(): Promise<void>
}

/**
 * Starts a headless Chromium that can be killed, with its profile in a folder.
 *
 * @param profile Absolute path of the folder. It is created if it is missing.
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
  // The sandbox needs another user, which root in a container does not have.
  return [...QUIET_SWITCHES, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
}
