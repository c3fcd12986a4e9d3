/** Parses the text of a transformation. @module */

import { MediaError } from '../errors.js'
import type { Component, Transformation } from './node.js'
import { PARAMETERS, type ParameterSpec } from './parameters.js'

const MAX_COMPONENTS = 100

/**
 * Parses a transformation.
 *
 * @param text Components joined with `/`, parameters joined with `,`, percent-decoded. `''` is the
 * transformation that changes nothing.
 * @throws MediaError TRANSFORMATION_INVALID, with the protocol's text, for an unknown parameter, an
 * invalid value, or a parameter given twice.
 * @example
 * parseTransformation('c_fill,w_400') // { components: [{ crop: 'fill', width: { unit: 'px', value:
 * 400 } }] }
 */
export function parseTransformation(text: string): Transformation {
  if (text === '') return { components: [] }
  const components = text.split('/', MAX_COMPONENTS + 1)
  if (components.length > MAX_COMPONENTS) {
    throw invalid(`Too many transformation components - at most ${MAX_COMPONENTS}`, '')
  }
  return { components: components.map(parseComponent) }
}

/** Creates the error for text that is not a transformation component. */
export function invalidComponent(text: string): MediaError {
  return invalid(`Invalid transformation component - ${printable(text)}`, text)
}

function parseComponent(text: string): Component {
  const component: Partial<Record<keyof Component, unknown>> = {}
  for (const token of text.split(',')) {
    const spec = specOf(token)
    if (!spec || component[spec.member] !== undefined) {
      throw invalidComponent(token)
    }
    const value = token.slice(spec.key.length + 1)
    const read = spec.read(value)
    if (read === undefined) {
      throw invalid(`Invalid ${spec.label} in transformation: ${printable(value)}`, token)
    }
    component[spec.member] = read
  }
  return component as Component
}

function specOf(token: string): ParameterSpec<keyof Component> | undefined {
  return PARAMETERS.find(({ key }) => token.startsWith(`${key}_`))
}

function invalid(message: string, token: string): MediaError {
  return new MediaError('TRANSFORMATION_INVALID', { message, details: { token: printable(token) } })
}

// The text goes into a response header, which allows neither line breaks nor most of Unicode.
function printable(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')
}
