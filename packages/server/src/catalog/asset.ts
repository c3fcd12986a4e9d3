/** An asset, as records hold it. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import type { MediaProperties, Tags } from './file-properties.js'
import type { Metadata } from './metadata-fields.js'

/** Delivery type; `type` on the wire. */
export type DeliveryType = 'upload' | 'private' | 'authenticated'

/** What names an asset within a cloud. */
export interface AssetName {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicId: string
}

/** An asset by its name, or by its immutable id. */
export type AssetReference = AssetName | { readonly cloud: string; readonly assetId: string }

/** A stored original with its record, as of its newest version. */
export interface Asset extends AssetName {
  /** 32 hex, kept across overwrite. */
  readonly assetId: string
  /** Unix seconds, greater than every earlier version's. */
  readonly version: number
  /** 32 hex. */
  readonly versionId: string
  /** 32 hex. */
  readonly blobId: string
  readonly bytes: number
  /** MD5 of the bytes, 32 hex. */
  readonly etag: string
  /** Lower-case extension of what is stored; `null` for raw. */
  readonly format: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly tags: readonly string[]
  /** Custom context, key to text. */
  readonly context: Readonly<Record<string, string>>
  /** Coordinates by kind. */
  readonly extra: AssetExtra
  readonly assetFolder: string
  readonly displayName: string
  /** The client's file name without its extension; `null` when discarded. */
  readonly originalFilename: string | null
  /** Unix milliseconds. */
  readonly createdAt: number
  /** Unix milliseconds. */
  readonly updatedAt: number
}

/** The less common members of an asset. */
export interface AssetExtra {
  /** `x,y,w,h` in pixels of the original. */
  readonly customCoordinates?: string
  readonly faceCoordinates?: string
  /** Structured metadata. */
  readonly metadata?: Metadata
  /** Named shapes on the picture. */
  readonly regions?: Regions
  /** Who may see it: whoever passes one rule. Absent: anybody. */
  readonly accessControl?: readonly AccessRule[]
  /** The older way to say that only a token opens it. */
  readonly accessMode?: 'authenticated'
  /** Delivered with it, by name. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether somebody has looked at it. */
  readonly moderation?: Moderation
  /** What `q_auto` stands for in this asset, as a `q_` of a transformation. */
  readonly qualityOverride?: string
  /** What was learned from the file; nobody says it. */
  readonly file?: FileFacts
}

/** Points in pixels of the original, by name; two are corners of a rectangle. */
export type Regions = Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>

/** One rule of an asset's access control; times are ISO 8601 in UTC, `end` exclusive. */
export type AccessRule =
  | { readonly accessType: 'token' }
  | { readonly accessType: 'anonymous'; readonly start?: string; readonly end?: string }

/** Where the moderation of an asset stands. */
export interface Moderation {
  readonly kind: 'manual'
  readonly status: 'pending' | 'approved' | 'rejected'
  /** When it was decided, ISO 8601 in UTC. */
  readonly updatedAt?: string
}

/** What was learned from an asset's file, beside its format and size. */
export interface FileFacts {
  /** Of the client's file, in lower case, where the stored format is another. */
  readonly originalExtension?: string
  /** Frames, where more than one; pages of a document, where it says how many. */
  readonly pages?: number
  /** Of a video or a sound. */
  readonly media?: MediaProperties
  /** EXIF, IPTC and XMP of the file that arrived, where the upload asked for them. */
  readonly imageTags?: Tags
  /** The same of EXIF alone, where `exif` asked for it. */
  readonly exifTags?: Tags
  /** Whether the upload asked for what a video's container says. */
  readonly showsContainer?: true
}

/** One version as it is read back. */
export type StoredVersion = Pick<
  Asset,
  'cloud' | 'blobId' | 'bytes' | 'publicId' | 'resourceType' | 'format'
>

/** Which assets to list. */
export interface AssetQuery {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType?: DeliveryType
  /** Public ids that start so; then ordered by public id. */
  readonly prefix?: string
  readonly publicIds?: readonly string[]
  /** Only assets that have it. */
  readonly tag?: string
  /** At most 500. */
  readonly maxResults: number
  /** Of an earlier answer. */
  readonly cursor?: string
  /** @default newest first */
  readonly direction?: 'asc' | 'desc'
}

/** One page of assets. */
export interface AssetPage {
  readonly assets: readonly Asset[]
  /** Opaque hex; absent on the last page. */
  readonly nextCursor?: string
}

/** How a rename ended. */
export type RenameOutcome =
  | { readonly outcome: 'renamed'; readonly asset: Asset }
  | { readonly outcome: 'missing' | 'taken' }
