/** Tells whether a page is a development page. @module */

import type { UploadWidgetOptions } from '../../options/options.js'

/** Returns true on pages of localhost and `.test` hosts, and with the option `debug`. */
export function isDevelopment({ debug = false }: UploadWidgetOptions): boolean {
  const hostname = globalThis.location?.hostname ?? ''
  return debug || /^(localhost|127\..*|\[::1\]|.*\.(localhost|test))$/.test(hostname)
}
