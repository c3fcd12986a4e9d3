/** All limits of the server, with their defaults, ceilings and variables, in one table. @module */

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

/** The current limits, as part of the server's configuration. */
export interface ServerLimits {
  /** Maximum bytes of a file that is uploaded in one request. */
  readonly maxRequestBytes: number
  /** Minimum bytes of a part of a chunked upload. The last part may be smaller. */
  readonly minChunkBytes: number
  /** Maximum bytes of a part of a chunked upload. */
  readonly maxChunkBytes: number
  /** Seconds until a chunked upload expires after its last part. The stored result of a finished upload expires at the same age. */
  readonly sessionSeconds: number
  /** Maximum unfinished chunked uploads that one client address opened. */
  readonly maxSessionsPerAddress: number
  /** Seconds after which a chunked upload expires while it holds fewer bytes than `minChunkBytes`. */
  readonly smallSessionSeconds: number
  /** Maximum unfinished chunked uploads of one cloud. */
  readonly maxSessions: number
  /** Maximum unfinished chunked uploads of one API key, or of one unsigned preset. */
  readonly maxSessionsPerKey: number
  /** Maximum unfinished chunked uploads that one signature opened. */
  readonly maxSessionsPerSignature: number
  /** Maximum simultaneous uploads in this process. */
  readonly maxUploads: number
  /** Maximum simultaneous uploads from one client address. */
  readonly maxUploadsPerAddress: number
  /** Maximum simultaneous files of one client address that arrive before their signature. */
  readonly maxUnverifiedPerAddress: number
  /** Maximum bytes on disk of unverified files of one client address. */
  readonly maxUnverifiedBytesPerAddress: number
  /** Maximum bytes on disk of unverified files, over all addresses. */
  readonly maxUnverifiedBytes: number
  /** Maximum bytes of text in memory for unverified requests of one address, without the first 16 KiB of each request. */
  readonly maxUnverifiedTextBytesPerAddress: number
  /** Maximum bytes of text in memory for unverified requests of all addresses, without the first 16 KiB of each request. */
  readonly maxUnverifiedTextBytes: number
  /** Maximum fields of a request. Members of a list are counted separately. */
  readonly maxFormFields: number
  /** Maximum parts of a multipart form. Members of a list are counted separately. */
  readonly maxFormParts: number
  /** Maximum bytes of a field's name. */
  readonly maxFieldNameBytes: number
  /** Maximum bytes of a field's value. */
  readonly maxFieldBytes: number
  /** Maximum bytes of all field values together. A file that is sent as text is counted separately. */
  readonly maxFormBytes: number
  /** Maximum bytes of a request's address and of its headers' names and values. */
  readonly maxHeaderBytes: number
  /** Maximum seconds until a request's headers are complete. */
  readonly headersTimeoutSeconds: number
  /** Maximum seconds without a byte of the body. */
  readonly maxIdleSeconds: number
  /** Minimum average bytes per second of an upload, after the first `graceSeconds`. */
  readonly minBytesPerSecond: number
  /** Seconds before the minimum average applies. */
  readonly graceSeconds: number
  /** Maximum seconds for one request's body. */
  readonly maxUploadSeconds: number
  /** Maximum pixels of one frame of a source picture. */
  readonly maxSourcePixels: number
  /** Maximum length of a source picture's longest side, in pixels. */
  readonly maxSourceSidePx: number
  /** Maximum pixels of all frames of an animation together. */
  readonly maxAnimationPixels: number
  /** Maximum pixels that one component of a transformation may produce. */
  readonly maxOutputPixels: number
  /** Maximum pixels of a generated AVIF. */
  readonly maxAvifPixels: number
  /** Maximum length of the longest side that one component may produce, in pixels. */
  readonly maxOutputSidePx: number
  /** Maximum components of one transformation. */
  readonly maxComponents: number
  /** Maximum bytes of a delivery URL's path and query, as received. */
  readonly maxDeliveryUrlBytes: number
  /** Maximum decoder processes. Each decodes one picture at a time. */
  readonly maxDecoders: number
  /** Maximum pictures that wait for a decoder. Uploads always wait and are not counted. */
  readonly maxDecodeQueue: number
  /** Maximum seconds to decode one picture or to generate one derivative. */
  readonly maxDecodeSeconds: number
  /** Maximum memory of one decoder, in bytes. */
  readonly maxDecoderBytes: number
  /** Maximum tags of an asset. */
  readonly maxTags: number
  /** Maximum characters of a tag. */
  readonly maxTagCharacters: number
  /** Maximum bytes of an asset's context. */
  readonly maxContextBytes: number
  /** Maximum bytes of structured metadata in one request, and on one asset as JSON. */
  readonly maxMetadataBytes: number
  /** Maximum redirects when a file is fetched from a URL. */
  readonly maxRemoteRedirects: number
  /** Maximum seconds to connect to a host that a client names. */
  readonly remoteConnectSeconds: number
  /** Maximum seconds to fetch a file from a URL. */
  readonly remoteTotalSeconds: number
  /** Maximum seconds until a notification target answers. */
  readonly notificationTimeoutSeconds: number
  /** Maximum bytes of the app's answer to an upload notification, as JSON. */
  readonly maxCompletionBytes: number
  /** Maximum attempts per notification. */
  readonly maxNotificationAttempts: number
  /** Maximum derivatives per minute that one client address may have generated. Existing derivatives are not counted. */
  readonly maxColdRendersPerMinute: number
  /** Maximum derivatives of one version of an asset. */
  readonly maxDerivedPerAsset: number
  /** Maximum wrong 8-character signatures in delivery URLs per minute and client address. */
  readonly maxSignatureFailuresPerMinute: number
  /** Maximum calls of `completions` and `upload_sessions` with a known nonce per minute and client network. */
  readonly maxNonceLookupsPerMinute: number
  /** Maximum calls of `completions` and `upload_sessions` with an unknown nonce per minute and client network. */
  readonly maxUnknownNoncesPerMinute: number
  /** Minimum free bytes on the storage folder's file system. With less, uploads are refused. */
  readonly minFreeBytes: number
  /** Minimum free percent of that file system. The larger of both minimums applies. */
  readonly minFreePercent: number
}

/** Name of a limit. */
export type LimitName = keyof ServerLimits

/** A limit with its default, range and description. */
export interface LimitSpec {
  /** Variable that sets the limit. `null` for a fixed limit. */
  readonly variable: `COUNTERSIGN_${string}` | null
  /** Default value. */
  readonly fallback: number
  /** Text of the default, if the default depends on the machine. */
  readonly fallbackText?: string
  /** Smallest allowed value. */
  readonly min: number
  /** Largest allowed value. */
  readonly max: number
  /** Short description of what the limit counts, with its unit. */
  readonly what: string
}

const MIB = 1024 * 1024
const GIB = 1024 * MIB

/** All limits (requirements, section 3). The limits page of the documentation is generated from this table. */
export const LIMIT_SPECS: { readonly [Name in LimitName]: LimitSpec } = {
  maxRequestBytes: settable('COUNTERSIGN_MAX_REQUEST_BYTES', 100 * MIB, {
    max: 5 * GIB,
    what: 'bytes of a file that is uploaded in one request',
  }),
  minChunkBytes: fixed(
    5_000_000,
    'bytes of a part of a chunked upload, at least; the last part may be smaller',
  ),
  maxChunkBytes: fixed(100 * MIB, 'bytes of a part of a chunked upload'),
  sessionSeconds: settable('COUNTERSIGN_SESSION_SECONDS', 86_400, {
    min: 60,
    max: 7 * 86_400,
    what: 'seconds until a chunked upload expires after its last part',
  }),
  smallSessionSeconds: fixed(
    300,
    'seconds until a chunked upload expires that holds less than the smallest part',
  ),
  maxSessionsPerAddress: settable('COUNTERSIGN_MAX_SESSIONS_PER_ADDRESS', 100, {
    max: 1000,
    what: 'unfinished chunked uploads that one client address opened',
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
    what: 'simultaneous uploads that are sending data',
  }),
  maxUploadsPerAddress: settable('COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS', 64, {
    max: 4096,
    what: 'simultaneous uploads from one client address that are sending data',
  }),
  maxUnverifiedPerAddress: fixed(
    32,
    'simultaneous files from one client address that arrive before their signature',
  ),
  maxUnverifiedBytesPerAddress: fixed(
    2 * GIB,
    'bytes of files from one client address that arrive before their signature',
  ),
  maxUnverifiedBytes: fixed(
    8 * GIB,
    'bytes of files from all addresses that arrive before their signature',
  ),
  maxUnverifiedTextBytesPerAddress: fixed(
    16 * MIB,
    'bytes of text in memory for unverified requests of one client address, without the first 16 KiB of each request',
  ),
  maxUnverifiedTextBytes: fixed(
    64 * MIB,
    'bytes of text in memory for unverified requests of all addresses, without the first 16 KiB of each request',
  ),
  maxFormFields: settable('COUNTERSIGN_MAX_FORM_FIELDS', 64, {
    min: 16,
    max: 256,
    what: 'fields of a request; a list of up to 1,000 members counts as one field',
  }),
  maxFormParts: settable('COUNTERSIGN_MAX_FORM_PARTS', 72, {
    min: 16,
    max: 288,
    what: 'parts of a form, in addition to 1,000 members of lists',
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
    what: 'bytes of all values together, without the file',
  }),
  maxHeaderBytes: settable('COUNTERSIGN_MAX_HEADER_BYTES', 16 * 1024, {
    min: 4096,
    max: 64 * 1024,
    what: 'bytes of a request’s address, and of its headers’ names and values',
  }),
  headersTimeoutSeconds: settable('COUNTERSIGN_HEADERS_TIMEOUT_SECONDS', 15, {
    max: 60,
    what: 'seconds until a request’s headers are complete',
  }),
  maxIdleSeconds: settable('COUNTERSIGN_MAX_IDLE_SECONDS', 30, {
    max: 300,
    what: 'seconds without a byte of the body',
  }),
  minBytesPerSecond: fixed(16 * 1024, 'bytes per second, at least, as the average of an upload'),
  graceSeconds: fixed(30, 'seconds of an upload before the minimum average applies'),
  maxUploadSeconds: settable('COUNTERSIGN_MAX_UPLOAD_SECONDS', 3600, {
    min: 60,
    max: 86_400,
    what: 'seconds for one request’s body',
  }),
  maxSourcePixels: settable('COUNTERSIGN_MAX_SOURCE_PIXELS', MAX_SOURCE_PIXELS, {
    max: 268_000_000,
    what: 'pixels of one frame of a source picture',
  }),
  maxSourceSidePx: settable('COUNTERSIGN_MAX_SOURCE_SIDE', MAX_SOURCE_SIDE_PX, {
    max: 32_767,
    what: 'pixels of the longest side of a source picture',
  }),
  maxAnimationPixels: settable('COUNTERSIGN_MAX_ANIMATION_PIXELS', MAX_ANIMATION_PIXELS, {
    max: 500_000_000,
    what: 'pixels of all frames of an animation',
  }),
  maxOutputPixels: settable('COUNTERSIGN_MAX_OUTPUT_PIXELS', MAX_OUTPUT_PIXELS, {
    max: 100_000_000,
    what: 'pixels that one component of a transformation may produce',
  }),
  maxAvifPixels: settable('COUNTERSIGN_MAX_AVIF_PIXELS', MAX_AVIF_PIXELS, {
    max: 25_000_000,
    what: 'pixels of a generated AVIF',
  }),
  maxOutputSidePx: settable('COUNTERSIGN_MAX_OUTPUT_SIDE', MAX_OUTPUT_SIDE_PX, {
    max: 16_383,
    what: 'pixels of the longest side that one component may produce',
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
      what: 'pictures that are decoded at the same time, each in its own process',
    }),
    fallbackText: 'the number of cores',
  },
  maxDecodeQueue: settable('COUNTERSIGN_MAX_DECODE_QUEUE', 64, {
    max: 1024,
    what: 'derivatives that wait for a decoder; uploads always wait',
  }),
  maxDecodeSeconds: settable('COUNTERSIGN_MAX_DECODE_SECONDS', 10, {
    max: 60,
    what: 'seconds to decode one picture or to generate one derivative',
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
    what: 'redirects that are followed when a file is fetched from a URL',
  }),
  remoteConnectSeconds: settable('COUNTERSIGN_REMOTE_CONNECT_SECONDS', 5, {
    max: 10,
    what: 'seconds to connect to a host that a client names',
  }),
  remoteTotalSeconds: settable('COUNTERSIGN_REMOTE_TOTAL_SECONDS', 60, {
    max: 600,
    what: 'seconds to fetch one file from a URL',
  }),
  notificationTimeoutSeconds: settable('COUNTERSIGN_NOTIFICATION_TIMEOUT_SECONDS', 15, {
    max: 30,
    what: 'seconds until a notification target must answer',
  }),
  maxCompletionBytes: settable('COUNTERSIGN_MAX_COMPLETION_BYTES', RESULT_BYTES.fallback, {
    max: RESULT_BYTES.max,
    what: 'bytes of the app’s answer to an upload notification',
  }),
  maxNotificationAttempts: settable('COUNTERSIGN_MAX_NOTIFICATION_ATTEMPTS', 10, {
    max: 20,
    what: 'attempts per notification, the first ten within 75 hours',
  }),
  maxColdRendersPerMinute: settable('COUNTERSIGN_MAX_COLD_RENDERS', 600, {
    max: 1_000_000,
    what: 'derivatives per minute that one client address may have generated',
  }),
  maxDerivedPerAsset: settable('COUNTERSIGN_MAX_DERIVED', 2000, {
    max: 1_000_000,
    what: 'derivatives of one version of an asset, generated or requested within the last day',
  }),
  maxSignatureFailuresPerMinute: fixed(
    100,
    'wrong 8-character signatures in delivery URLs, per minute and client address; more are answered 429, correct ones always pass',
  ),
  maxNonceLookupsPerMinute: settable('COUNTERSIGN_MAX_NONCE_LOOKUPS', 1200, {
    max: 1_000_000,
    what: 'calls of completions and of upload sessions, per minute and client address',
  }),
  maxUnknownNoncesPerMinute: fixed(
    100,
    'calls of completions and of upload sessions with an unknown nonce, per minute and client address',
  ),
  minFreeBytes: settable('COUNTERSIGN_MIN_FREE_BYTES', 2 * GIB, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    what: 'free bytes of the storage folder’s disk, at least; with less, uploads are refused',
  }),
  minFreePercent: settable('COUNTERSIGN_MIN_FREE_PERCENT', 5, {
    min: 0,
    max: 50,
    what: 'free percent of the storage folder’s disk, at least; the larger minimum applies',
  }),
}

/** Names of all limits, in the order of {@link LIMIT_SPECS}. */
export const LIMIT_NAMES: readonly LimitName[] = Object.keys(LIMIT_SPECS) as LimitName[]

/** Default limits. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = readLimits(({ fallback }) => fallback)

/** Returns all limits, each read with the given function. */
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

/** Limits of a source picture's size. */
export type ImageLimits = Pick<
  ServerLimits,
  'maxSourcePixels' | 'maxSourceSidePx' | 'maxAnimationPixels'
>

/** Returns the size limits under the names that the decoder uses. */
export function sourceLimitsOf(limits: ImageLimits): Omit<SourceLimits, 'pages'> {
  return {
    maxPixels: limits.maxSourcePixels,
    maxSidePx: limits.maxSourceSidePx,
    maxAnimationPixels: limits.maxAnimationPixels,
  }
}

/** Limits of generating a derivative. */
type DerivingLimits = ImageLimits &
  Pick<ServerLimits, 'maxOutputPixels' | 'maxAvifPixels' | 'maxOutputSidePx' | 'maxComponents'>

/** Returns the derivation limits under the names that the planner uses. */
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
