/** Serializes transformations. @module */

import type { Component, Transformation } from './node.js'
import { PARAMETERS } from './parameters.js'

/**
 * Serializes a transformation in canonical form: parameters sorted by key, values in their shortest
 * form.
 * @returns For example `c_fill,h_300,w_400/f_auto,q_auto`. Equal transformations give equal text.
 */
export function serializeTransformation(transformation: Transformation): string {
  return transformation.components.map(serializeComponent).join('/')
}

function serializeComponent(component: Component): string {
  return PARAMETERS.flatMap(({ key, member, write }) => {
    const value = component[member]
    return value === undefined ? [] : [`${key}_${write(value)}`]
  }).join(',')
}
