/** A transformation as the Admin API shows it: an object a component, names written out. @module */

import type { Component, Transformation } from './node.js'
import { PARAMETERS } from './parameters.js'
import { invalidComponent, parseTransformation } from './parse.js'

/** One component, such as `{ crop: 'scale', width: 100 }`. */
export type ComponentObject = Readonly<Record<string, string | number>>

/** Written-out names where they differ from those of {@link Component}. */
const NAMES: { readonly [Member in keyof Component]?: string } = { format: 'fetch_format' }

/** Write a transformation as objects, numbers as numbers. */
export function toTransformationObjects({ components }: Transformation): ComponentObject[] {
  return components.map((component) =>
    Object.fromEntries(
      PARAMETERS.flatMap(({ member, write }) => {
        const value = component[member]
        return value === undefined ? [] : [[nameOf(member), numeric(write(value))]]
      }),
    ),
  )
}

/**
 * Read a transformation from objects.
 * @param value One object, or an array of them.
 * @throws MediaError TRANSFORMATION_INVALID, with the protocol's text, for an unknown name, a bad value, or what is no object.
 */
export function parseTransformationObjects(value: unknown): Transformation {
  const components = [value].flat().map(pairsOf)
  return parseTransformation(components.map((pairs) => pairs.map(toToken).join(',')).join('/'))
}

function pairsOf(component: unknown): [string, unknown][] {
  if (typeof component !== 'object' || component === null) throw invalidComponent(String(component))
  return Object.entries(component)
}

function toToken([name, value]: [string, unknown]): string {
  const spec = PARAMETERS.find(({ member }) => nameOf(member) === name)
  if (!spec || !['string', 'number'].includes(typeof value)) throw invalidComponent(name)
  return `${spec.key}_${value}`
}

function nameOf(member: keyof Component): string {
  return NAMES[member] ?? member
}

// A decimal point makes a multiple of a length, so `1.0` must not become 1.
function numeric(text: string): string | number {
  return String(Number(text)) === text ? Number(text) : text
}
