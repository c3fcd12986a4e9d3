/** Defaults that a page sets for all its widgets. @module */

/**
 * Placeholder in the script-tag build. A server that serves the script replaces every occurrence with its public address, `https://host`
 * without a slash at the end. Without a replacement, the script has no address of its own.
 */
export const PUBLIC_URL_MARKER = '__COUNTERSIGN_PUBLIC_URL__'

/** Defaults that apply where a widget's options set nothing. */
export interface PageDefaults {
  cloudName: string | undefined
  /** Server address in the served script. */
  scriptUrl: string | undefined
}

/** The page's defaults, shared by all widgets. */
export const pageDefaults: PageDefaults = { cloudName: undefined, scriptUrl: undefined }
