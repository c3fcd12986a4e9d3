/** In development, sends the media server the address of the app's signing route and the limits of its presets. @module */

import { type Limits, toWireLimits } from '@countersign/protocol/limits'
import { apiSignRequest } from '@countersign/protocol/signature'
import type { Key } from '../keys/keys-from-env.js'

/** Content of an announcement to the media server. */
export interface Announcement {
  /** Request to the signing route. The announcement contains its URL without the query. */
  readonly request: Request
  /** Base URL of uploads: `https://host/v1_1/<cloud>`. */
  readonly uploadUrl: string
  /** Key that signs the announcement. */
  readonly key: Key
  /** True if the route accepts upload notifications, because the app has `onUploaded`. */
  readonly completes: boolean
  /** Limits of each preset of the route. */
  readonly limits: readonly Limits[]
  /** Current time in Unix seconds. */
  readonly nowSeconds: number
}

/**
 * Announces the signing route to the media server. Returns `undefined` if no announcement is needed. Otherwise returns a promise that
 * resolves after the server's response and never rejects, so that a failed announcement fails no upload.
 */
export type AnnounceApp = (
  uploadUrl: string,
  describe: () => Announcement,
) => Promise<void> | undefined

/** Maximum milliseconds that a signature waits for an announcement. */
const TIMEOUT_MS = 1000
/** Milliseconds until the next announcement, after the server accepted one or did not respond. */
const REST_MS = 5000
/** Milliseconds until the next announcement to a server that refused one, such as `countersign serve`. */
const REFUSED_REST_MS = 60_000

/**
 * Creates the announcer of an endpoint. The announcer sends nothing outside development, or if the media server is on another machine.
 *
 * @param options.isDevelopment Returns whether this process runs an app in development.
 * @param options.basePath Returns the `basePath` of Next, or an empty string.
 * @param options.now Returns the current time in milliseconds.
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
    // Computed once, because this runs for every signature, in production too.
    isOff ??= !options.isDevelopment() || !isOnThisMachine(uploadUrl)
    if (isOff) return undefined
    // Signatures that arrive together wait for one announcement.
    if (options.now() >= restsUntil) announcing ??= send(describe())
    return announcing
  }
}

/** Sends one announcement. Returns whether the server accepted the announcement, or `undefined` without a response. Never rejects. */
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
    // The server is not running or is slow. The upload that follows reports that error.
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

/** Returns the address that the browser called. Next removes its `basePath` from the URL of a request. */
function addressOf(request: Request, basePath: string): string {
  const { origin, pathname } = new URL(request.url)
  const isCut = basePath !== '' && pathname !== basePath && !pathname.startsWith(`${basePath}/`)
  return `${origin}${isCut ? basePath : ''}${pathname}`
}

function isOnThisMachine(address: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(address).hostname)
}
