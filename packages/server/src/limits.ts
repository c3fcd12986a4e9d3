/** What one request, one address and one cloud may cost: every limit with its default, its ceiling and its variable, in one table. @module */

import { availableParallelism } from 'node:os'
import { RESULT_BYTES } from '@countersign/protocol/limits'
import { MAX_CONTEXT_BYTES, MAX_METADATA_BYTES, MAX_TAGS } from './catalog/asset-edits.js'
import {
  type DerivationLimits,
  MAX_ANIMATION_PIXELS,
  MAX_AVIF_PIXELS,
  MAX_COMPONENTS,
  MAX_OUTPUT_PIXELS,
  MAX_OUTPUT_SIDE_PX,
  MAX_SOURCE_PIXELS,
  MAX_SOURCE_SIDE_PX,
  type SourceLimits,
} from './picture-limits.js'

/** The limits in force, as part of the server's configuration. */
export interface ServerLimits {
  /** Largest file of a request that is no part, in bytes. */
  readonly maxRequestBytes: number
  /** Smallest part of a chunked upload but the last, in bytes. */
  readonly minChunkBytes: number
  /** Largest part of a chunked upload, in bytes. */
  readonly maxChunkBytes: number
  /** Life of a chunked upload after its last part, and of its answer, in seconds. */
  readonly sessionSeconds: number
  /** Unfinished chunked uploads that one address opened. */
  readonly maxSessionsPerAddress: number
  /** Seconds that a chunked upload lives while it holds fewer bytes than `minChunkBytes`. */
  readonly smallSessionSeconds: number
  /** Unfinished chunked uploads of a cloud. */
  readonly maxSessions: number
  /** Maximum unfinished chunked uploads of one API key, or of one unsigned preset. */
  readonly maxSessionsPerKey: number
  /** Maximum unfinished chunked uploads that one signature opened. */
  readonly maxSessionsPerSignature: number
  /** Uploads at once, in this process. */
  readonly maxUploads: number
  /** Uploads at once from one address. */
  readonly maxUploadsPerAddress: number
  /** Files at once of one address that came before their signature. */
  readonly maxUnverifiedPerAddress: number
  /** Maximum bytes on disk of unverified files of one address. */
  readonly maxUnverifiedBytesPerAddress: number
  /** Maximum bytes on disk of unverified files, over all addresses. */
  readonly maxUnverifiedBytes: number
  /** Maximum bytes of text in memory for unverified requests of one address, without the first 16 KiB of each request. */
  readonly maxUnverifiedTextBytesPerAddress: number
  /** Maximum bytes of text in memory for unverified requests of all addresses, without the first 16 KiB of each request. */
  readonly maxUnverifiedTextBytes: number
  /** Fields of a request; members of a list count apart. */
  readonly maxFormFields: number
  /** Parts of a multipart form; members of a list count apart. */
  readonly maxFormParts: number
  /** Bytes of a field's name. */
  readonly maxFieldNameBytes: number
  /** Bytes of a field's value. */
  readonly maxFieldBytes: number
  /** Bytes of all values together; a file that is text counts apart. */
  readonly maxFormBytes: number
  /** Bytes of a request's address, and of its headers' names and values. */
  readonly maxHeaderBytes: number
  /** Seconds until a request's headers are in. */
  readonly headersTimeoutSeconds: number
  /** Seconds without a byte of the body. */
  readonly maxIdleSeconds: number
  /** Average bytes a second, once `graceSeconds` have passed. */
  readonly minBytesPerSecond: number
  /** Seconds before the average counts. */
  readonly graceSeconds: number
  /** Seconds of one request's body. */
  readonly maxUploadSeconds: number
  /** Pixels of a picture's frame. */
  readonly maxSourcePixels: number
  /** Pixels of a picture's longest side. */
  readonly maxSourceSidePx: number
  /** Pixels of all frames of an animation. */
  readonly maxAnimationPixels: number
  /** Pixels that one component of a transformation may make. */
  readonly maxOutputPixels: number
  /** Pixels of an AVIF that is made. */
  readonly maxAvifPixels: number
  /** Pixels of the longest side that one component may make. */
  readonly maxOutputSidePx: number
  /** Components of one transformation. */
  readonly maxComponents: number
  /** Bytes of a delivery URL's path and query, as received. */
  readonly maxDeliveryUrlBytes: number
  /** Decoders: processes that open pictures, one at a time each. */
  readonly maxDecoders: number
  /** Pictures that may wait for a decoder; uploads always do. */
  readonly maxDecodeQueue: number
  /** Wall clock of one picture, in seconds. */
  readonly maxDecodeSeconds: number
  /** Memory of one decoder, in bytes. */
  readonly maxDecoderBytes: number
  /** Tags of an asset. */
  readonly maxTags: number
  /** Characters of a tag. */
  readonly maxTagCharacters: number
  /** Bytes of `context`. */
  readonly maxContextBytes: number
  /** Bytes of the structured metadata of one request, and of one asset as JSON. */
  readonly maxMetadataBytes: number
  /** Redirects that are followed to a file behind an address. */
  readonly maxRemoteRedirects: number
  /** Seconds until the connection to a host that a client named stands. */
  readonly remoteConnectSeconds: number
  /** Seconds of the whole fetch of a file behind an address. */
  readonly remoteTotalSeconds: number
  /** Seconds that a receiver of a notification has to answer. */
  readonly notificationTimeoutSeconds: number
  /** Bytes of what the app may answer to the notification of an upload, as JSON. */
  readonly maxCompletionBytes: number
  /** Attempts to tell a receiver of one notification. */
  readonly maxNotificationAttempts: number
  /** Derivatives that one address may have made in a minute; what is there already is not counted. */
  readonly maxColdRendersPerMinute: number
  /** Derivatives of one version of an asset. */
  readonly maxDerivedPerAsset: number
  /** Wrong signatures of 8 characters in delivery URLs, from one address in a minute. */
  readonly maxSignatureFailuresPerMinute: number
  /** Maximum calls of `completions` and `upload_sessions` with a known nonce per minute and client network. */
  readonly maxNonceLookupsPerMinute: number
  /** Maximum calls of `completions` and `upload_sessions` with an unknown nonce per minute and client network. */
  readonly maxUnknownNoncesPerMinute: number
  /** Free bytes of the storage folder's file system below which no upload is taken. */
  readonly minFreeBytes: number
  /** The same in percent of the file system; the larger of both counts. */
  readonly minFreePercent: number
}

/** Name of a limit. */
export type LimitName = keyof ServerLimits

/** One row of the table. */
export interface LimitSpec {
  /** What the operator sets; `null`: nobody changes it. */
  readonly variable: `COUNTERSIGN_${string}` | null
  readonly fallback: number
  /** How the default is written where it depends on the machine. */
  readonly fallbackText?: string
  /** The least that an operator may set. */
  readonly min: number
  /** The most that an operator may set. */
  readonly max: number
  /** For a person: what it counts, and in what. */
  readonly what: string
}

const MIB = 1024 * 1024
const GIB = 1024 * MIB

/** Every limit (requirements, section 3); the operator's document is made from it. */
export const LIMIT_SPECS: { readonly [Name in LimitName]: LimitSpec } = {
  maxRequestBytes: settable('COUNTERSIGN_MAX_REQUEST_BYTES', 100 * MIB, {
    max: 5 * GIB,
    what: 'bytes of the file of one request that is no part',
  }),
  minChunkBytes: fixed(5_000_000, 'bytes of a part of a chunked upload, at least, but of the last'),
  maxChunkBytes: fixed(100 * MIB, 'bytes of a part of a chunked upload'),
  sessionSeconds: settable('COUNTERSIGN_SESSION_SECONDS', 86_400, {
    min: 60,
    max: 7 * 86_400,
    what: 'seconds that a chunked upload lives after its last part',
  }),
  smallSessionSeconds: fixed(
    300,
    'seconds that a chunked upload lives while it holds less than the smallest part',
  ),
  maxSessionsPerAddress: settable('COUNTERSIGN_MAX_SESSIONS_PER_ADDRESS', 100, {
    max: 1000,
    what: 'unfinished chunked uploads that one address opened',
  }),
  maxSessions: settable('COUNTERSIGN_MAX_SESSIONS', 1000, {
    max: 100_000,
    what: 'unfinished chunked uploads of a cloud',
  }),
  maxSessionsPerKey: settable('COUNTERSIGN_MAX_SESSIONS_PER_KEY', 500, {
    max: 100_000,
    what: 'unfinished chunked uploads of one API key, or of one unsigned preset',
  }),
  maxSessionsPerSignature: settable('COUNTERSIGN_MAX_SESSIONS_PER_SIGNATURE', 100, {
    max: 1000,
    what: 'unfinished chunked uploads that one signature opened',
  }),
  maxUploads: settable('COUNTERSIGN_MAX_UPLOADS', 256, {
    max: 4096,
    what: 'uploads at once whose bytes flow',
  }),
  maxUploadsPerAddress: settable('COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS', 64, {
    max: 4096,
    what: 'uploads at once from one address whose bytes flow',
  }),
  maxUnverifiedPerAddress: fixed(
    32,
    'files at once of one address that came before their signature',
  ),
  maxUnverifiedBytesPerAddress: fixed(2 * GIB, 'bytes of such files of one address'),
  maxUnverifiedBytes: fixed(8 * GIB, 'bytes of such files of all addresses'),
  maxUnverifiedTextBytesPerAddress: fixed(
    16 * MIB,
    'bytes of text that unverified requests of one address keep in memory, the first 16 KiB of each apart',
  ),
  maxUnverifiedTextBytes: fixed(64 * MIB, 'bytes of such text of all addresses'),
  maxFormFields: settable('COUNTERSIGN_MAX_FORM_FIELDS', 64, {
    min: 16,
    max: 256,
    what: 'fields of a request; 1,000 members of a list count as one',
  }),
  maxFormParts: settable('COUNTERSIGN_MAX_FORM_PARTS', 72, {
    min: 16,
    max: 288,
    what: 'parts of a form; 1,000 members of lists apart',
  }),
  maxFieldNameBytes: settable('COUNTERSIGN_MAX_FIELD_NAME_BYTES', 100, {
    min: 32,
    max: 400,
    what: 'bytes of a field’s name',
  }),
  maxFieldBytes: settable('COUNTERSIGN_MAX_FIELD_BYTES', 64 * 1024, {
    min: 1024,
    max: 256 * 1024,
    what: 'bytes of a field’s value',
  }),
  maxFormBytes: settable('COUNTERSIGN_MAX_FORM_BYTES', 256 * 1024, {
    min: 1024,
    max: MIB,
    what: 'bytes of all values together, the file apart',
  }),
  maxHeaderBytes: settable('COUNTERSIGN_MAX_HEADER_BYTES', 16 * 1024, {
    min: 4096,
    max: 64 * 1024,
    what: 'bytes of a request’s address, and of its headers’ names and values',
  }),
  headersTimeoutSeconds: settable('COUNTERSIGN_HEADERS_TIMEOUT_SECONDS', 15, {
    max: 60,
    what: 'seconds until a request’s headers are in',
  }),
  maxIdleSeconds: settable('COUNTERSIGN_MAX_IDLE_SECONDS', 30, {
    max: 300,
    what: 'seconds without a byte of the body',
  }),
  minBytesPerSecond: fixed(16 * 1024, 'bytes a second, on average, that an upload must keep up'),
  graceSeconds: fixed(30, 'seconds before that average counts'),
  maxUploadSeconds: settable('COUNTERSIGN_MAX_UPLOAD_SECONDS', 3600, {
    min: 60,
    max: 86_400,
    what: 'seconds of one request’s body',
  }),
  maxSourcePixels: settable('COUNTERSIGN_MAX_SOURCE_PIXELS', MAX_SOURCE_PIXELS, {
    max: 268_000_000,
    what: 'pixels of a picture, of one frame',
  }),
  maxSourceSidePx: settable('COUNTERSIGN_MAX_SOURCE_SIDE', MAX_SOURCE_SIDE_PX, {
    max: 32_767,
    what: 'pixels of a picture’s longest side',
  }),
  maxAnimationPixels: settable('COUNTERSIGN_MAX_ANIMATION_PIXELS', MAX_ANIMATION_PIXELS, {
    max: 500_000_000,
    what: 'pixels of all frames of an animation',
  }),
  maxOutputPixels: settable('COUNTERSIGN_MAX_OUTPUT_PIXELS', MAX_OUTPUT_PIXELS, {
    max: 100_000_000,
    what: 'pixels that one component of a transformation may make',
  }),
  maxAvifPixels: settable('COUNTERSIGN_MAX_AVIF_PIXELS', MAX_AVIF_PIXELS, {
    max: 25_000_000,
    what: 'pixels of an AVIF that is made',
  }),
  maxOutputSidePx: settable('COUNTERSIGN_MAX_OUTPUT_SIDE', MAX_OUTPUT_SIDE_PX, {
    max: 16_383,
    what: 'pixels of the longest side that one component may make',
  }),
  maxComponents: settable('COUNTERSIGN_MAX_COMPONENTS', MAX_COMPONENTS, {
    max: 20,
    what: 'components of one transformation',
  }),
  maxDeliveryUrlBytes: settable('COUNTERSIGN_MAX_DELIVERY_URL_BYTES', 4096, {
    min: 256,
    max: 8192,
    what: 'bytes of a delivery URL’s path and query',
  }),
  maxDecoders: {
    ...settable('COUNTERSIGN_MAX_DECODERS', availableParallelism(), {
      max: Number.MAX_SAFE_INTEGER,
      what: 'pictures that are decoded at once, each in a process of its own',
    }),
    fallbackText: 'the number of cores',
  },
  maxDecodeQueue: settable('COUNTERSIGN_MAX_DECODE_QUEUE', 64, {
    max: 1024,
    what: 'derivatives that wait for a decoder; uploads always wait',
  }),
  maxDecodeSeconds: settable('COUNTERSIGN_MAX_DECODE_SECONDS', 10, {
    max: 60,
    what: 'seconds that decoding one picture, or making one derivative, may take',
  }),
  maxDecoderBytes: settable('COUNTERSIGN_MAX_DECODER_BYTES', 768 * MIB, {
    min: 128 * MIB,
    max: 4 * GIB,
    what: 'bytes of memory of one decoder',
  }),
  maxTags: settable('COUNTERSIGN_MAX_TAGS', MAX_TAGS, { max: 4000, what: 'tags of an asset' }),
  maxTagCharacters: settable('COUNTERSIGN_MAX_TAG_CHARACTERS', 255, {
    max: 1020,
    what: 'characters of a tag',
  }),
  maxContextBytes: settable('COUNTERSIGN_MAX_CONTEXT_BYTES', MAX_CONTEXT_BYTES, {
    max: 32_768,
    what: 'bytes of context',
  }),
  maxMetadataBytes: settable('COUNTERSIGN_MAX_METADATA_BYTES', MAX_METADATA_BYTES, {
    max: 32_768,
    what: 'bytes of structured metadata, as sent and as stored',
  }),
  maxRemoteRedirects: settable('COUNTERSIGN_REMOTE_MAX_REDIRECTS', 3, {
    min: 0,
    max: 5,
    what: 'redirects that are followed to a file behind an address',
  }),
  remoteConnectSeconds: settable('COUNTERSIGN_REMOTE_CONNECT_SECONDS', 5, {
    max: 10,
    what: 'seconds until a connection to a named host stands',
  }),
  remoteTotalSeconds: settable('COUNTERSIGN_REMOTE_TOTAL_SECONDS', 60, {
    max: 600,
    what: 'seconds of fetching one file behind an address',
  }),
  notificationTimeoutSeconds: settable('COUNTERSIGN_NOTIFICATION_TIMEOUT_SECONDS', 15, {
    max: 30,
    what: 'seconds that a receiver of a notification has to answer',
  }),
  maxCompletionBytes: settable('COUNTERSIGN_MAX_COMPLETION_BYTES', RESULT_BYTES.fallback, {
    max: RESULT_BYTES.max,
    what: 'bytes of what the app may answer to an upload’s notification',
  }),
  maxNotificationAttempts: settable('COUNTERSIGN_MAX_NOTIFICATION_ATTEMPTS', 10, {
    max: 20,
    what: 'attempts at one notification, the first ten within 75 hours',
  }),
  maxColdRendersPerMinute: settable('COUNTERSIGN_MAX_COLD_RENDERS', 600, {
    max: 1_000_000,
    what: 'derivatives that one address may have made in a minute',
  }),
  maxDerivedPerAsset: settable('COUNTERSIGN_MAX_DERIVED', 2000, {
    max: 1_000_000,
    what: 'derivatives of one version of an asset, made or ordered within a day',
  }),
  maxSignatureFailuresPerMinute: fixed(
    100,
    'wrong short signatures in delivery URLs, of one address in a minute; more are 429, and right ones always pass',
  ),
  maxNonceLookupsPerMinute: settable('COUNTERSIGN_MAX_NONCE_LOOKUPS', 1200, {
    max: 1_000_000,
    what: 'calls of completions, and of upload sessions, of one address in a minute',
  }),
  maxUnknownNoncesPerMinute: fixed(
    100,
    'such calls with a nonce that no upload has, of one address in a minute',
  ),
  minFreeBytes: settable('COUNTERSIGN_MIN_FREE_BYTES', 2 * GIB, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    what: 'free bytes of the storage folder’s disk, at least; fewer refuse uploads',
  }),
  minFreePercent: settable('COUNTERSIGN_MIN_FREE_PERCENT', 5, {
    min: 0,
    max: 50,
    what: 'free percent of that disk, at least; the larger of both counts',
  }),
}

/** Names of all limits, in the order of the table. */
export const LIMIT_NAMES: readonly LimitName[] = Object.keys(LIMIT_SPECS) as LimitName[]

/** The limits that hold where nobody has said otherwise. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = readLimits(({ fallback }) => fallback)

/** Limits, each read from its row. */
export function readLimits(read: (spec: LimitSpec) => number): ServerLimits {
  return Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, read(LIMIT_SPECS[name])]),
  ) as unknown as ServerLimits
}

function settable(
  variable: `COUNTERSIGN_${string}`,
  fallback: number,
  { min = 1, max, what }: { min?: number; max: number; what: string },
): LimitSpec {
  return { variable, fallback, min, max, what }
}

function fixed(fallback: number, what: string): LimitSpec {
  return { variable: null, fallback, min: fallback, max: fallback, what }
}

/** What a picture may measure, whoever sends it. */
export type ImageLimits = Pick<
  ServerLimits,
  'maxSourcePixels' | 'maxSourceSidePx' | 'maxAnimationPixels'
>

/** The same in the decoder's terms. */
export function sourceLimitsOf(limits: ImageLimits): Omit<SourceLimits, 'pages'> {
  return {
    maxPixels: limits.maxSourcePixels,
    maxSidePx: limits.maxSourceSidePx,
    maxAnimationPixels: limits.maxAnimationPixels,
  }
}

/** What deriving may cost. */
type DerivingLimits = ImageLimits &
  Pick<ServerLimits, 'maxOutputPixels' | 'maxAvifPixels' | 'maxOutputSidePx' | 'maxComponents'>

/** The same in the planner's terms. */
export function derivationLimitsOf(limits: DerivingLimits): DerivationLimits {
  const { maxOutputPixels, maxAvifPixels, maxOutputSidePx, maxComponents } = limits
  return {
    ...sourceLimitsOf(limits),
    maxOutputPixels,
    maxAvifPixels,
    maxOutputSidePx,
    maxComponents,
  }
}
