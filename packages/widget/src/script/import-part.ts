/** Where the parts of the script-tag build are: beside the script. @module */

import { pageDefaults } from '../options/page-defaults.js'

// Known only while the script itself runs; where it runs as a module, its server's address stands in.
const current = document.currentScript
const address = current instanceof HTMLScriptElement ? current.src : ''

/** A part, by the name of its file: an `import()` of a relative address would start from the page's where the script is another origin's. */
export function importPart<Part>(file: string): Promise<Part> {
  return import(new URL(file, address || `${pageDefaults.scriptUrl}/widget/`).href)
}
