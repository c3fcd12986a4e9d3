/** Gives a part of the view what it shares with it. @module */

import { modules } from './part-modules.js'

type Part = { readonly default: (shared: typeof modules) => unknown }

/** A part's exports. The build writes the calls, around every `import()` of the view. */
export async function linkPart(loading: Promise<Part>): Promise<unknown> {
  return (await loading).default(modules)
}
