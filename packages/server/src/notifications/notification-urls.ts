/** Reads notification URLs from requests and presets, and checks which keys may set them. @module */

import type { Key } from '../catalog/key.js'
import { invalidParam, type ParamReader } from '../params/param-values.js'
import {
  type AllowedHosts,
  isAllowedHost,
  isPrivateLiteral,
  parseRemoteUrl,
  portOf,
  printableUrl,
} from '../remote/remote-url.js'
import type { Services } from '../services.js'
import { webhookKey } from './webhook-key.js'

/** Parameters that hold notification URLs. */
export type NotificationParam = 'notification_url' | 'eager_notification_url'

/**
 * Parses the notification URLs of a request or a preset, one per line. Drops duplicates.
 * @param allow Hosts that the operator allows. They may be private and use http.
 * @throws MediaError PARAM_INVALID for a URL that is not a public https address, or for more than ten URLs.
 */
export function parseNotificationUrls(
  name: NotificationParam,
  text: string | undefined,
  allow: AllowedHosts,
): readonly string[] {
  const urls = (text ?? '').split(/[\r\n]+/).map((line) => line.trim())
  const distinct = [...new Set(urls.filter(Boolean))]
  if (distinct.length > MAX_URLS) {
    throw invalidParam(name, `must be at most ${MAX_URLS} addresses, received ${distinct.length}`)
  }
  for (const url of distinct) assertTarget(name, url, allow)
  return distinct
}

/**
 * Refuses notification URLs of a request unless its key has the scope `manage`. A browser must not choose which addresses the server calls.
 * @throws MediaError PARAM_INVALID
 */
export function assertMayNotify(key: Key | undefined, read: ParamReader): void {
  if (key?.scopes.includes('manage')) return
  for (const name of ['notification_url', 'eager_notification_url'] as const) {
    if (read(name) === undefined) continue
    throw invalidParam(
      name,
      'may be named by a preset, or by a request that a key with scope manage signs',
    )
  }
}

/**
 * Reads the notification URLs of a request or a preset. The server must have a secret to sign the notifications.
 * @throws MediaError PARAM_INVALID for an invalid URL, or if the server has neither a webhook secret nor a key with the scope `webhook`.
 */
export function readNotificationUrls(
  services: Services,
  cloud: string,
  { name = 'notification_url', read }: { name?: NotificationParam; read: ParamReader },
): readonly string[] {
  const urls = parseNotificationUrls(name, read(name), services.dialler.allow)
  const isSigned = services.config.webhookSecret !== null || webhookKey(services, cloud)
  if (urls.length === 0 || isSigned) return urls
  throw invalidParam(
    name,
    'needs COUNTERSIGN_WEBHOOK_SECRET or a key with scope webhook, because notifications are always signed',
  )
}

/**
 * Reads the notification URLs for derivatives of `eager_async`: `eager_notification_url`, else `notification_url`.
 * @throws MediaError PARAM_INVALID as {@link readNotificationUrls} does.
 */
export function readEagerNotificationUrls(
  services: Services,
  cloud: string,
  read: ParamReader,
): readonly string[] {
  const name = 'eager_notification_url'
  const urls = readNotificationUrls(services, cloud, { name, read })
  return urls.length > 0 ? urls : readNotificationUrls(services, cloud, { read })
}

const MAX_URLS = 10

function assertTarget(name: NotificationParam, text: string, allow: AllowedHosts): void {
  const url = parseRemoteUrl(text)
  if (url && isAllowedHost(url, allow)) return
  const isPublic = url?.protocol === 'https:' && portOf(url) === 443 && !isPrivateLiteral(url)
  if (isPublic) return
  const received = url ? printableUrl(url) : 'no http or https address without credentials'
  throw invalidParam(name, `must be a public https address on port 443, received ${received}`)
}
