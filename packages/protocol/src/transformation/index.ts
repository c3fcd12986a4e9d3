/** Parses and serializes transformations. @module */

export { parseColor } from './colors.js'
export type {
  Component,
  Crop,
  Format,
  Gravity,
  Length,
  Quality,
  Transformation,
} from './node.js'
export {
  type ComponentObject,
  parseTransformationObjects,
  toTransformationObjects,
} from './objects.js'
export { isTransformationSegment } from './parameters.js'
export { parseTransformation } from './parse.js'
export { serializeTransformation } from './serialize.js'
