/** Which image library makes derivatives, told without loading it. @module */

import { createRequire } from 'node:module'

const { dependencies } = createRequire(import.meta.url)('../../../package.json') as {
  readonly dependencies: Readonly<Record<'sharp', string>>
}

/** The library's version. It is pinned, because its bytes are part of what a derivative is. */
export function sharpVersion(): string {
  return dependencies.sharp
}
