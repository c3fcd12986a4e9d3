/** Minifies the output of esbuild with terser. @module */

import { minify } from 'terser'

/**
 * Minifies a script or a module. Returns its source map too if one was passed.
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
