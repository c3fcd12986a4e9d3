/** What `eager` orders: transformations joined with `|`, each with a format behind its last slash, or without. @module */

import {
  type ComponentObject,
  isTransformationSegment,
  parseTransformation,
  parseTransformationObjects,
  serializeTransformation,
  toTransformationObjects,
} from '@countersign/protocol/transformation'
import { invalidParam, parseJsonParam } from './param-values.js'

/** One transformation that is made at upload time. */
export interface EagerOrder {
  /** As it was asked for, without the format: components joined with `/`. */
  readonly transformation: string
  /** The same in its canonical form. */
  readonly canonical: string
  /** Extension in lower case, `jpg` for all of JPEG's; absent: that of the asset. */
  readonly format?: string
}

/** An order as the Admin API shows it: its components as objects, or text where it names a format, which no component can hold. */
export type ShownOrder = readonly ComponentObject[] | string

/** Orders of one upload. */
const MAX_ORDERS = 32

/**
 * Read `eager`, as `c_pad,h_300,w_400|c_crop,w_0.5/png`.
 * @throws MediaError TRANSFORMATION_INVALID with the protocol's text; PARAM_INVALID for more than 32.
 */
export function parseEager(text: string): readonly EagerOrder[] {
  const orders = text.split('|').filter((order) => order.trim() !== '')
  if (orders.length > MAX_ORDERS) {
    throw invalidParam('eager', `must be at most ${MAX_ORDERS}, received ${orders.length}`)
  }
  return orders.map((order) => parseOrder(order.trim()))
}

/** Orders as the Admin API shows them, from text that {@link parseEager} reads. */
export function showEager(text: string): readonly ShownOrder[] {
  return parseEager(text).map(({ transformation, format }) =>
    format === undefined
      ? toTransformationObjects(parseTransformation(transformation))
      : [transformation, format].filter(Boolean).join('/'),
  )
}

/**
 * Text that {@link parseEager} reads, from texts and from JSON of what {@link showEager} makes.
 * @throws MediaError TRANSFORMATION_INVALID for an unknown name or a bad value; PARAM_INVALID for what is no JSON.
 */
export function eagerText(members: readonly string[]): string {
  return members
    .flatMap((member) => (/^[[{]/.test(member) ? readShown(member) : [member]))
    .join('|')
}

function readShown(json: string): readonly string[] {
  return [parseJsonParam('eager', json)]
    .flat()
    .map((order: unknown) =>
      typeof order === 'string'
        ? order
        : serializeTransformation(parseTransformationObjects(order)),
    )
}

function parseOrder(text: string): EagerOrder {
  const segments = text.replace(/\/$/, '').split('/')
  const last = segments.at(-1) ?? ''
  const hasFormat = /^[A-Za-z0-9]{1,12}$/.test(last) && !isTransformationSegment(last)
  const transformation = segments.slice(0, hasFormat ? -1 : segments.length).join('/')
  return {
    transformation,
    canonical: serializeTransformation(parseTransformation(transformation)),
    ...(hasFormat ? { format: /^jpe?g?$/i.test(last) ? 'jpg' : last.toLowerCase() } : {}),
  }
}
