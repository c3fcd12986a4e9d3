/** Gives a part of the view what it shares with it. @module */

import { shared } from './part-modules.js'

type Part = { readonly default: (names: typeof shared) => unknown }

const linked = new WeakMap<Part, unknown>()

/** A part's exports, the same ones every time. The build writes the calls, around every `import()` of the view. */
export async function linkPart(loading: Promise<Part>): Promise<unknown> {
  const part = await loading
  if (!linked.has(part)) linked.set(part, part.default(shared))
  return linked.get(part)
}
