/** Tells the media server on the developer's machine where the app's signing route is, since an app may run on any port, and what its presets allow. @module */

import { type Limits, toWireLimits } from '@countersign/protocol/limits'
import { apiSignRequest } from '@countersign/protocol/signature'
import type { Key } from '../keys/keys-from-env.js'

/** Content of an announcement. */
export interface Announcement {
  /** Request to the route. Its address is announced without the query. */
  readonly request: Request
  /** `https://host/v1_1/<cloud>`. */
  readonly uploadUrl: string
  readonly key: Key
  /** True if the route accepts completions, because the app has `onUploaded`. */
  readonly completes: boolean
  /** Limits of each preset of the route. */
  readonly limits: readonly Limits[]
  /** Unix seconds. */
  readonly nowSeconds: number
}

/**
 * Announces the route. Returns `undefined` if nothing is to be announced, else a promise that resolves when the server has answered and never
 * rejects: an upload must not fail for it.
 */
export type AnnounceApp = (
  uploadUrl: string,
  describe: () => Announcement,
) => Promise<void> | undefined

/** Maximum milliseconds that a signature waits for an announcement. */
const TIMEOUT_MS = 1000
/** Milliseconds until the next announcement, after the server took one or did not answer. */
const REST_MS = 5000
/** Milliseconds until the next announcement to a server that takes none, such as `countersign serve`. */
const REFUSED_REST_MS = 60_000

/**
 * Creates the announcer of an endpoint. It does nothing outside development, and nothing where the media server is not on this machine.
 *
 * @param options.isDevelopment Whether this process runs an app in development.
 * @param options.basePath Next's `basePath`, empty where there is none.
 */
export function createAnnouncer(options: {
  readonly isDevelopment: () => boolean
  readonly basePath: () => string
  readonly now: () => number
}): AnnounceApp {
  let isOff: boolean | undefined
  let restsUntil = 0
  let announcing: Promise<void> | undefined
  const send = async (announcement: Announcement): Promise<void> => {
    const isTaken = await announceOnce(announcement, options.basePath())
    restsUntil = options.now() + (isTaken === false ? REFUSED_REST_MS : REST_MS)
    announcing = undefined
  }
  return (uploadUrl, describe) => {
    // Decided once, because every signature passes here in production, too.
    isOff ??= !options.isDevelopment() || !isOnThisMachine(uploadUrl)
    if (isOff) return undefined
    // Signatures that arrive together wait for one announcement.
    if (options.now() >= restsUntil) announcing ??= send(describe())
    return announcing
  }
}

/** Sends one announcement. Returns whether the server took it, `undefined` if there is no answer. Never rejects. */
async function announceOnce(
  announcement: Announcement,
  basePath: string,
): Promise<boolean | undefined> {
  try {
    const response = await fetch(`${announcement.uploadUrl}/countersign_app`, {
      method: 'POST',
      body: announcementForm(announcement, basePath),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    // No server there, or a slow one: the upload itself reports that.
    return undefined
  }
}

function announcementForm(announcement: Announcement, basePath: string): URLSearchParams {
  const { request, key, completes, limits, nowSeconds } = announcement
  const params = {
    app_url: addressOf(request, basePath),
    app_completes: String(completes),
    app_limits: JSON.stringify(limits.map(toWireLimits)),
    timestamp: String(nowSeconds),
  }
  const signature = apiSignRequest(params, key.secret, { algorithm: 'sha256' })
  return new URLSearchParams({ ...params, api_key: key.id, signature })
}

/** The address that a browser called. Next cuts its `basePath` off the URL of a request. */
function addressOf(request: Request, basePath: string): string {
  const { origin, pathname } = new URL(request.url)
  const isCut = basePath !== '' && pathname !== basePath && !pathname.startsWith(`${basePath}/`)
  return `${origin}${isCut ? basePath : ''}${pathname}`
}

function isOnThisMachine(address: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(address).hostname)
}
