/** Passes the view's modules to its parts. @module */

import { shared } from './part-modules.js'

type Part = { readonly default: (names: typeof shared) => unknown }

const linked = new WeakMap<Part, unknown>()

/**
 * Returns a part's exports. Creates them once, at the first call. The build wraps every `import()` of the view in a call of this function.
 */
export async function linkPart(loading: Promise<Part>): Promise<unknown> {
  const part = await loading
  if (!linked.has(part)) linked.set(part, part.default(shared))
  return linked.get(part)
}
