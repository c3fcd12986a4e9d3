/** Loads the parts of the script-tag build from the script's folder. @module */

import { pageDefaults } from '../options/page-defaults.js'

// `currentScript` is set only while the script runs. It is `null` in a module, where the server's address is used instead.
const current = document.currentScript
const address = current instanceof HTMLScriptElement ? current.src : ''

/** Loads a part by its file name. A relative `import()` would start from the page's address if the script has another origin. */
export function importPart<Part>(file: string): Promise<Part> {
  return import(new URL(file, address || `${pageDefaults.scriptUrl}/widget/`).href)
}
