/** What `eager` orders: transformations joined with `|`, each with a format behind its last slash, or without. @module */

import {
  isTransformationSegment,
  parseTransformation,
  serializeTransformation,
} from '@countersign/protocol/transformation'
import { invalidParam } from './param-values.js'

/** One transformation that is made at upload time. */
export interface EagerOrder {
  /** As it was asked for, without the format: components joined with `/`. */
  readonly transformation: string
  /** The same in its canonical form. */
  readonly canonical: string
  /** Extension in lower case, `jpg` for all of JPEG's; absent: that of the asset. */
  readonly format?: string
}

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
