/** What the page set for all its widgets. @module */

/**
 * Stands in the script-tag build where our server writes its public address (`https://host`, no slash at the end) when it serves
 * the script: replace every occurrence. Left as it is, the script has no address of its own.
 */
export const PUBLIC_URL_MARKER = '__COUNTERSIGN_PUBLIC_URL__'

/** Defaults under every widget's own options. */
export interface PageDefaults {
  cloudName: string | undefined
  /** The address in the served script. */
  scriptUrl: string | undefined
}

/** The page's defaults; one object a page. */
export const pageDefaults: PageDefaults = { cloudName: undefined, scriptUrl: undefined }
