/** Writing a transformation's text. @module */

import type { Component, Transformation } from './node.js'
import { PARAMETERS } from './parameters.js'

/**
 * Write a transformation in its one canonical form: parameters in the order of their keys, values as short as they go.
 * @returns For example `c_fill,h_300,w_400/f_auto,q_auto`; equal transformations give equal text.
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
