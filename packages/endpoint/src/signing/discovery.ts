/** The discovery document: addresses, user tag and presets that the endpoint sends to the widget before an upload. @module */

import { toWireLimits, type WireLimits } from '@countersign/protocol/limits'
import type { Addresses } from '../keys/signing-settings.js'
import { type Preset, rulesOf, type Target } from '../policy/presets.js'

/** Version of the discovery document. */
export const DISCOVERY_VERSION = 1

/** Media type by which a `POST` asks for the discovery document. */
const DISCOVERY_TYPE = 'application/vnd.countersign.discovery+json'

/**
 * Returns whether the `Accept` header of a `POST` asks for the discovery document instead of a signature. The header decides, so that the
 * endpoint reads no body before it has checked the caller's rate limit.
 */
export function asksForDiscovery(headers: Headers): boolean {
  const accepted = headers.get('accept')?.split(',') ?? []
  return accepted.some((type) => type.split(';')[0]?.trim().toLowerCase() === DISCOVERY_TYPE)
}

/** Discovery document with its names on the wire. */
export interface Discovery {
  /** Version of the document, `1`. */
  version: number
  cloud_name: string
  /** Id of the key that signs uploads in merge mode. */
  api_key: string
  /** Base URL of uploads: `https://host/v1_1/<cloud>`. */
  upload_url: string
  /** Base URL of delivery: `https://host/<cloud>`. */
  delivery_url: string
  /** Time of the endpoint in Unix seconds. */
  server_time: number
  /** Tag of the caller, 16 hex digits. The widget resumes an upload only for the user who started it. */
  user_tag: string
  /** Limits and parameter rules of each preset that the caller may use. */
  presets: Record<
    string,
    { limits: WireLimits; params: Record<string, Readonly<Record<string, unknown>>> }
  >
}

/** Returns the limits and parameter rules of the presets that a user may use. */
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

/** Creates the discovery document for a user. */
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
