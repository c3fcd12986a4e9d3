/** Reads the version of the image library sharp, without loading it. @module */

import { createRequire } from 'node:module'

const { dependencies } = createRequire(import.meta.url)('@countersign/server/package.json') as {
  readonly dependencies: Readonly<Record<'sharp', string>>
}

/** Returns the pinned version of sharp. Another version may encode other bytes, so cache keys contain the version. */
export function sharpVersion(): string {
  return dependencies.sharp
}
