/** Names of the upload parameters that a policy may contain, in camelCase and by risk class. @module */

/**
 * Names of parameters whose value a browser may choose within a rule.
 * @see docs/reference/parameters.md
 */
export const CLIENT_NAMES = [
  'timestamp',
  'source',
  'uploadPreset',
  'folder',
  'assetFolder',
  'publicId',
  'displayName',
  'filenameOverride',
  'useFilename',
  'uniqueFilename',
  'tags',
  'context',
  'metadata',
  'customCoordinates',
  'faceCoordinates',
  'regions',
  'allowedFormats',
] as const

/** Names of parameters that only the app may set, with `force(...)`. */
export const SERVER_NAMES = [
  'type',
  'accessMode',
  'accessControl',
  'overwrite',
  'invalidate',
  'backup',
  'format',
  'transformation',
  'eager',
  'eagerAsync',
  'moderation',
  'returnDeleteToken',
  'async',
  'qualityOverride',
  'publicIdPrefix',
  'useAssetFolderAsPublicIdPrefix',
  'useFilenameAsDisplayName',
  'discardOriginalFilename',
  'uniqueDisplayName',
  'clearInvalid',
  'notificationUrl',
  'eagerNotificationUrl',
  'headers',
  'proxy',
  'callback',
  'imageMetadata',
  'mediaMetadata',
  'exif',
  'colors',
  'faces',
  'phash',
  'qualityAnalysis',
  'accessibilityAnalysis',
  'cinemagraphAnalysis',
  'responsiveBreakpoints',
] as const

/** Name of a parameter whose value a browser may choose within a rule. */
export type ClientName = (typeof CLIENT_NAMES)[number]
/** Name of a parameter that only the app may set, with `force(...)`. */
export type ServerName = (typeof SERVER_NAMES)[number]

/** Converts a parameter name to its name on the wire: `notificationUrl` becomes `notification_url`. */
export function toWireName(name: string): string {
  return WIRE_NAMES.get(name) ?? snakeCase(name)
}

const WIRE_NAMES: ReadonlyMap<string, string> = new Map(
  [...CLIENT_NAMES, ...SERVER_NAMES].map((name) => [name, snakeCase(name)]),
)

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Converts a parameter name on the wire to its name in code: `notification_url` becomes `notificationUrl`. */
export function fromWireName(wireName: string): string {
  return wireName.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
