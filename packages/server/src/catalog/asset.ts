/** Asset records and the queries over them. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import type { MediaProperties, Tags } from './file-properties.js'
import type { Metadata } from './metadata-fields.js'

/** Delivery type; `type` on the wire. */
export type DeliveryType = 'upload' | 'private' | 'authenticated'

/** The name of an asset. Unique within the catalog. */
export interface AssetName {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType: DeliveryType
  readonly publicId: string
}

/** A reference to an asset, by name or by immutable id. */
export type AssetReference = AssetName | { readonly cloud: string; readonly assetId: string }

/** The record of an asset. Describes the newest version of the stored original. */
export interface Asset extends AssetName {
  /** Immutable id, 32 hex digits. Stays the same when the asset is overwritten. */
  readonly assetId: string
  /** Version in Unix seconds. Always greater than the versions before it. */
  readonly version: number
  /** Id of the newest version, 32 hex digits. */
  readonly versionId: string
  /** Id of the newest version's blob, 32 hex digits. */
  readonly blobId: string
  readonly bytes: number
  /** MD5 of the stored bytes, 32 hex digits. */
  readonly etag: string
  /** Extension of the stored format, in lower case. `null` for raw assets. */
  readonly format: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly tags: readonly string[]
  /** Custom context: text by key. */
  readonly context: Readonly<Record<string, string>>
  /** Less common members, such as coordinates, structured metadata and access control. */
  readonly extra: AssetExtra
  readonly assetFolder: string
  readonly displayName: string
  /** File name that the client sent, without its extension. `null` if it was discarded. */
  readonly originalFilename: string | null
  /** When the asset was created, Unix milliseconds. */
  readonly createdAt: number
  /** When the asset last changed, Unix milliseconds. */
  readonly updatedAt: number
}

/** The less common members of an asset. */
export interface AssetExtra {
  /** Custom crop region as `x,y,w,h`, in pixels of the original. */
  readonly customCoordinates?: string
  readonly faceCoordinates?: string
  /** Values of structured metadata fields, by external id. */
  readonly metadata?: Metadata
  /** Named regions of the picture. */
  readonly regions?: Regions
  /** Access rules. A request must pass one of them. Absent: everybody may read the asset. */
  readonly accessControl?: readonly AccessRule[]
  /** `authenticated`: only requests with a token may read the asset. Older alternative to `accessControl`. */
  readonly accessMode?: 'authenticated'
  /** Response headers that delivery adds, by name. */
  readonly headers?: Readonly<Record<string, string>>
  /** State of the asset's moderation. Absent if none was requested. */
  readonly moderation?: Moderation
  /** Quality that replaces `q_auto` for this asset, as the value of a `q_` parameter. */
  readonly qualityOverride?: string
  /** Facts that the server read from the file. Requests cannot set them. */
  readonly file?: FileFacts
}

/** Points of each named region, in pixels of the original. Two points are opposite corners of a rectangle. */
export type Regions = Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>

/** One rule of an asset's access control. Times are ISO 8601 in UTC; `end` is exclusive. */
export type AccessRule =
  | { readonly accessType: 'token' }
  | { readonly accessType: 'anonymous'; readonly start?: string; readonly end?: string }

/** State of an asset's moderation. */
export interface Moderation {
  readonly kind: 'manual'
  readonly status: 'pending' | 'approved' | 'rejected'
  /** When the status was set, ISO 8601 in UTC. */
  readonly updatedAt?: string
}

/** Facts that the server read from an asset's file, in addition to format and size. */
export interface FileFacts {
  /** Extension of the file that the client sent, in lower case. Absent if it equals the stored format. */
  readonly originalExtension?: string
  /** Number of frames, if more than one. For a document: number of pages, if the file states it. */
  readonly pages?: number
  /** Properties of a video or audio file. */
  readonly media?: MediaProperties
  /** EXIF, IPTC and XMP tags of the uploaded file, if the upload requested them with `media_metadata`. */
  readonly imageTags?: Tags
  /** EXIF tags of the uploaded file, if the upload requested them with `exif`. */
  readonly exifTags?: Tags
  /** True if the upload requested the metadata of the video's container. */
  readonly showsContainer?: true
}

/** The members of a stored version that reading its bytes needs. */
export type StoredVersion = Pick<
  Asset,
  'cloud' | 'blobId' | 'bytes' | 'publicId' | 'resourceType' | 'format'
>

/** Filters, order and page of an asset list. */
export interface AssetQuery {
  readonly cloud: string
  readonly resourceType: ResourceType
  readonly deliveryType?: DeliveryType
  /** Lists only public ids with this prefix, ordered by public id. */
  readonly prefix?: string
  readonly publicIds?: readonly string[]
  /** Lists only assets with this tag. */
  readonly tag?: string
  /** Maximum number of assets on the page. At most 500. */
  readonly maxResults: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  /** Sort direction. @default `asc` with `prefix`, else `desc` (newest first) */
  readonly direction?: 'asc' | 'desc'
}

/** One page of assets. */
export interface AssetPage {
  readonly assets: readonly Asset[]
  /** Cursor of the next page, opaque hex. Absent on the last page. */
  readonly nextCursor?: string
}

/** Result of a rename: the renamed asset, or why nothing changed. `taken`: another asset has the new name. */
export type RenameOutcome =
  | { readonly outcome: 'renamed'; readonly asset: Asset }
  | { readonly outcome: 'missing' | 'taken' }
