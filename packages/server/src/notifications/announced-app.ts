/** Stores the app that its signing endpoint announces to a server in development. @module */

import type { Limits } from '@countersign/protocol/limits'
import type { Services } from '../services.js'

/** An announced app. */
export interface AnnouncedApp {
  /** Local address that receives completions; `null` for an app without `onUploaded`. */
  readonly completionUrl: string | null
  /** Limits of each preset of the app's signing route. */
  readonly limits: readonly Limits[]
  /** Set where no app has announced itself, and the usual address is tried. */
  readonly isGuess?: true
}

/** Keeps the app that announced itself last. */
export interface AnnouncedApps {
  /** Returns the last announcement; `null` before the first. */
  current(): AnnouncedApp | null
  /** Takes an announcement, whose signature is checked already. Resolves when the next upload meets its limits. */
  announce(app: AnnouncedApp): Promise<void> | void
}

/** Returns where completions are sent: the configured address, or the one that the app in development announced. `null`: nowhere. */
export function completionUrlOf({
  config,
  apps,
}: Pick<Services, 'config' | 'apps'>): string | null {
  return config.completionUrl ?? apps?.current()?.completionUrl ?? null
}

/**
 * Returns the address of an app on this machine, from the address under which a browser called it. A name of the network, such as the one a
 * phone uses, becomes `localhost`, so that a completion never leaves the machine. `null` for what is no address.
 */
export function localAddress(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol)) return null
  const hostname = LOOPBACK.test(url.hostname) ? url.hostname : 'localhost'
  return `${url.protocol}//${hostname}${url.port === '' ? '' : `:${url.port}`}${url.pathname}`
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/
