/** What the endpoint tells the widget before any byte moves: the answer to `GET`, and to a `POST` that accepts its media type. @module */

import { toWireLimits, type WireLimits } from '@countersign/protocol/limits'
import type { Addresses } from '../keys/signing-settings.js'
import { type Preset, rulesOf, type Target } from '../policy/presets.js'

/** The version of the discovery document. */
export const DISCOVERY_VERSION = 1

/** Media type by which a `POST` asks for the discovery document. */
const DISCOVERY_TYPE = 'application/vnd.countersign.discovery+json'

/**
 * Tells whether a `POST` asks for the discovery document instead of a signature. The header decides and not the body, so that no body is
 * read before the caller's allowance is taken.
 */
export function asksForDiscovery(headers: Headers): boolean {
  const accepted = headers.get('accept')?.split(',') ?? []
  return accepted.some((type) => type.split(';')[0]?.trim().toLowerCase() === DISCOVERY_TYPE)
}

/** The document, under its wire names. */
export interface Discovery {
  version: number
  cloud_name: string
  api_key: string
  upload_url: string
  delivery_url: string
  /** Unix seconds. */
  server_time: number
  /** Tag of the caller, 16 hex digits. The widget keeps each upload with the user who began it. */
  user_tag: string
  presets: Record<
    string,
    { limits: WireLimits; params: Record<string, Readonly<Record<string, unknown>>> }
  >
}

/** Describe the presets that are open to a user. */
export function describePresets<User>(options: {
  readonly presets: ReadonlyMap<string, Preset<User>>
  readonly user: User
  readonly target: Target
}): Discovery['presets'] {
  const described = [...options.presets].flatMap(([name, preset]) => {
    const rules = rulesOf(preset, options)
    if (!rules) return []
    const params = Object.fromEntries([...rules].map(([param, rule]) => [param, rule.describe]))
    return [[name, { limits: toWireLimits(preset.limits), params }] as const]
  })
  return Object.fromEntries(described)
}

/** The discovery document for a user. */
export function discoveryDocument(
  addresses: Addresses,
  options: {
    readonly apiKey: string
    readonly nowSeconds: number
    readonly userTag: string
    readonly presets: Discovery['presets']
  },
): Discovery {
  return {
    version: DISCOVERY_VERSION,
    cloud_name: addresses.cloudName,
    api_key: options.apiKey,
    upload_url: addresses.uploadUrl,
    delivery_url: addresses.deliveryUrl,
    server_time: options.nowSeconds,
    user_tag: options.userTag,
    presets: options.presets,
  }
}
