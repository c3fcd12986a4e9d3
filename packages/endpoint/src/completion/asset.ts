/** The stored asset as the app sees it. @module */

import type { ResourceType } from '@countersign/protocol/limits'

/** A stored asset. Members that its type does not have are absent. */
export interface Asset {
  /** 32 hex; never changes, whatever the asset is named. */
  readonly assetId: string
  /** The name in delivery URLs; may hold `/`. */
  readonly publicId: string
  /** Unix seconds of this version. */
  readonly version: number
  readonly versionId?: string
  readonly resourceType: ResourceType
  /** `upload`, `private` or `authenticated`; `type` on the wire. */
  readonly deliveryType: string
  /** Extension without the dot; raw assets have none. */
  readonly format?: string
  readonly bytes: number
  /** MD5 of the stored bytes, hex. */
  readonly etag?: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Pixels. */
  readonly width?: number
  /** Pixels. */
  readonly height?: number
  /** Seconds. */
  readonly duration?: number
  readonly pages?: number
  readonly tags?: readonly string[]
  readonly context?: { readonly custom?: Readonly<Record<string, string>> }
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly url?: string
  /** What a page shows. */
  readonly secureUrl: string
  readonly assetFolder?: string
  readonly displayName?: string
  readonly folder?: string
  /** File name on the uploader's device, without extension: text of a stranger. */
  readonly originalFilename?: string
  /** Nothing was stored: an asset of that name was there. */
  readonly existing?: boolean
  /** An older version was replaced. */
  readonly overwritten?: boolean
}

// What a notification says about itself, or what only this endpoint should see.
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
 * Names of a notification in camelCase; what is inside `context`, `metadata` and the like keeps the app's own names.
 * @returns `undefined` when what every asset has is missing.
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
