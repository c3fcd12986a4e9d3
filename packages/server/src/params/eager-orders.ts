/** Parses `eager`: transformations joined with `|`, each with an optional format after its last slash. @module */

import {
  type ComponentObject,
  isTransformationSegment,
  parseTransformation,
  parseTransformationObjects,
  serializeTransformation,
  toTransformationObjects,
} from '@countersign/protocol/transformation'
import { invalidParam, parseJsonParam } from './param-values.js'

/** One derivative that is created at upload time. */
export interface EagerOrder {
  /** Transformation as it was sent, without the format: components joined with `/`. */
  readonly transformation: string
  /** Transformation in its canonical form. */
  readonly canonical: string
  /** Extension in lower case; `jpeg` and `jpe` become `jpg`. @default the format of the asset */
  readonly format?: string
}

/** A derivative as the Admin API shows it: components as objects, or text if it has a format, which no component can hold. */
export type ShownOrder = readonly ComponentObject[] | string

/** Maximum derivatives that one upload may order. */
const MAX_ORDERS = 32

/**
 * Parses `eager`, for example `c_pad,h_300,w_400|c_crop,w_0.5/png`.
 * @throws MediaError TRANSFORMATION_INVALID with the protocol's text, PARAM_INVALID for more than 32 derivatives.
 */
export function parseEager(text: string): readonly EagerOrder[] {
  const orders = text.split('|').filter((order) => order.trim() !== '')
  if (orders.length > MAX_ORDERS) {
    throw invalidParam('eager', `must be at most ${MAX_ORDERS}, received ${orders.length}`)
  }
  return orders.map((order) => parseOrder(order.trim()))
}

/** Converts the text of `eager` to the form that the Admin API shows. */
export function showEager(text: string): readonly ShownOrder[] {
  return parseEager(text).map(({ transformation, format }) =>
    format === undefined
      ? toTransformationObjects(parseTransformation(transformation))
      : [transformation, format].filter(Boolean).join('/'),
  )
}

/**
 * Converts members of a list to the text of `eager`. A member is text for {@link parseEager}, or JSON of the form that
 * {@link showEager} returns.
 * @throws MediaError TRANSFORMATION_INVALID for an unknown name or an invalid value, PARAM_INVALID for invalid JSON.
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
