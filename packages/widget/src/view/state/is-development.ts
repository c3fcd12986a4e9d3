/** Whether the person at the screen is the developer. @module */

import type { UploadWidgetOptions } from '../../options/options.js'

/** Pages of this machine, or of anybody who sets `debug`. */
export function isDevelopment({ debug = false }: UploadWidgetOptions): boolean {
  const hostname = globalThis.location?.hostname ?? ''
  return debug || /^(localhost|127\..*|\[::1\]|.*\.(localhost|test))$/.test(hostname)
}
