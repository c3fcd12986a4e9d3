/** The browser of the browser tests. @module */

import { existsSync } from 'node:fs'
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
  const executablePath = await findChromium(options)
  if (executablePath === null || !existsSync(executablePath)) {
    throw new Error('No Chromium found: install one, or name it in CHROMIUM_PATH.')
  }
  const args = [...QUIET_SWITCHES, ...(options.args ?? [])]
  // A sandbox needs a user of its own, which root in a container has not.
  if (process.getuid?.() === 0) args.push('--no-sandbox')
  if (options.hostResolverRules !== undefined) {
    args.push(`--host-resolver-rules=${options.hostResolverRules}`, '--ignore-certificate-errors')
  }
  return chromium.launch({ executablePath, headless: true, args })
}
