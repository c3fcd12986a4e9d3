/** `notification_url`: whom a request or a preset wants to be told, and who may want it. @module */

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

/** Names of parameters that name targets. */
export type NotificationParam = 'notification_url' | 'eager_notification_url'

/**
 * Read the targets that a request or a preset names, one a line.
 * @param allow Hosts of the operator's own, which may be private and speak http.
 * @throws MediaError PARAM_INVALID for what is no public https address, or for more than ten.
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
 * Refuse a target that a request names without a key that may manage: what a browser signs must not make the server call out.
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
 * The targets that a request or a preset names, where there is something to sign with.
 * @throws MediaError PARAM_INVALID of `parseNotificationUrls`, or when nothing would sign.
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
    'needs COUNTERSIGN_WEBHOOK_SECRET or a key with scope webhook: nobody is told anything unsigned',
  )
}

/**
 * The targets of what `eager_async` makes: `eager_notification_url`, and without one those of `notification_url`.
 * @throws MediaError PARAM_INVALID of `readNotificationUrls`.
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
