/** Takes off what `esbuild` leaves. @module */

import { minify } from 'terser'

/**
 * A script or module made smaller, with its source map where it had one.
 *
 * @param {string} text
 * @param {{ map?: string, isModule?: boolean }} [options]
 */
export async function minified(text, { map, isModule = false } = {}) {
  const { code = '', map: newMap = '' } = await minify(text, {
    ecma: 2020,
    module: isModule,
    compress: { passes: 3 },
    ...(map ? { sourceMap: { content: map } } : {}),
  })
  return { code, map: String(newMap) }
}
