/**
 * Converts transformations from and to the objects of the Admin API: one object per component, with
 * long names. @module
 */

import type { Component, Transformation } from './node.js'
import { PARAMETERS } from './parameters.js'
import { invalidComponent, parseTransformation } from './parse.js'

/** One component with long names, such as `{ crop: 'scale', width: 100 }`. */
export type ComponentObject = Readonly<Record<string, string | number>>

/** Long names that differ from the members of {@link Component}. */
const NAMES: { readonly [Member in keyof Component]?: string } = { format: 'fetch_format' }

/** Converts a transformation to objects. Numeric values become numbers. */
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
 * Parses a transformation from objects.
 * @param value One object, or an array of objects.
 * @throws MediaError TRANSFORMATION_INVALID, with the protocol's text, for an unknown name, an
 * invalid value or a value that is not an object.
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

// A length with a decimal point is a multiple, so `1.0` must not become 1.
function numeric(text: string): string | number {
  return String(Number(text)) === text ? Number(text) : text
}
