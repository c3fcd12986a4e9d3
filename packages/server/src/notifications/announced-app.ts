/** Stores the app that its signing endpoint announces to a server in development. @module */

import type { Limits } from '@countersign/protocol/limits'
import type { Services } from '../services.js'

/** An announced app. */
export interface AnnouncedApp {
  /** Local address that receives completions; `null` for an app without `onUploaded`. */
  readonly completionUrl: string | null
  /** Limits of each preset of the app's signing route. */
  readonly limits: readonly Limits[]
  /** Set if no app has announced itself, so that the usual address is tried. */
  readonly isGuess?: true
}

/** Keeps the app that announced itself last. */
export interface AnnouncedApps {
  /** Returns the last announcement; `null` before the first. */
  current(): AnnouncedApp | null
  /** Stores an announcement. The caller has verified its signature. Resolves when the app's limits apply to the next upload. */
  announce(app: AnnouncedApp): Promise<void> | void
}

/** Returns the address for completions: the configured one, else the one that the app in development announced, else `null`. */
export function completionUrlOf({
  config,
  apps,
}: Pick<Services, 'config' | 'apps'>): string | null {
  return config.completionUrl ?? apps?.current()?.completionUrl ?? null
}

/**
 * Returns the address of an app on this machine, from the address that a browser used. Replaces a host other than a loopback one with
 * `localhost`, so that completions never leave the machine. Returns `null` for text that is not an http or https address.
 */
export function localAddress(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol)) return null
  const hostname = LOOPBACK.test(url.hostname) ? url.hostname : 'localhost'
  return `${url.protocol}//${hostname}${url.port === '' ? '' : `:${url.port}`}${url.pathname}`
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/
