/** The asset that `onUploaded` receives, and its conversion from a notification. @module */

import type { ResourceType } from '@countersign/protocol/limits'

/** A stored asset. Members that do not apply to the asset's type are absent. */
export interface Asset {
  /** Immutable id of the asset, 32 hex digits. Renaming the asset does not change it. */
  readonly assetId: string
  /** Name of the asset in delivery URLs; may contain `/`. */
  readonly publicId: string
  /** Time of this version in Unix seconds. */
  readonly version: number
  readonly versionId?: string
  readonly resourceType: ResourceType
  /** `upload`, `private` or `authenticated`; `type` on the wire. */
  readonly deliveryType: string
  /** File extension without the dot; absent for raw assets. */
  readonly format?: string
  /** Size of the stored file in bytes. */
  readonly bytes: number
  /** MD5 of the stored bytes, hex. */
  readonly etag?: string
  /** Time of creation, ISO 8601 in UTC. */
  readonly createdAt: string
  /** Width in pixels. */
  readonly width?: number
  /** Height in pixels. */
  readonly height?: number
  /** Duration in seconds. */
  readonly duration?: number
  readonly pages?: number
  readonly tags?: readonly string[]
  readonly context?: { readonly custom?: Readonly<Record<string, string>> }
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly url?: string
  /** HTTPS URL that delivers the asset. */
  readonly secureUrl: string
  readonly assetFolder?: string
  readonly displayName?: string
  readonly folder?: string
  /** File name on the uploader's device, without extension. The uploader chooses this text: do not trust it. */
  readonly originalFilename?: string
  /** True if nothing was stored, because an asset with this public id already existed. */
  readonly existing?: boolean
  /** True if the upload replaced an older version. */
  readonly overwritten?: boolean
}

// Members that describe the notification itself, or that only this endpoint may see.
const ENVELOPE: ReadonlySet<string> = new Set([
  'notification_type',
  'notification_id',
  'notification_context',
  'timestamp',
  'request_id',
  'signature_key',
  'signature',
  'api_key',
  'claims',
  'nonce',
])

/**
 * Converts the body of a notification to an asset, with names in camelCase. Names inside `context` and `metadata` stay unchanged.
 * @returns `undefined` if the asset id, public id, resource type or secure URL is missing.
 */
export function toAsset(wire: Readonly<Record<string, unknown>>): Asset | undefined {
  const members = Object.entries(wire)
    .filter(([name]) => !ENVELOPE.has(name))
    .map(([name, value]) => [name === 'type' ? 'deliveryType' : camelCase(name), value] as const)
  const asset: Readonly<Record<string, unknown>> = Object.fromEntries(members)
  return isAsset(asset) ? asset : undefined
}

function isAsset(asset: unknown): asset is Asset {
  const { assetId, publicId, resourceType, secureUrl } = asset as Partial<Asset>
  return [assetId, publicId, resourceType, secureUrl].every((member) => typeof member === 'string')
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
