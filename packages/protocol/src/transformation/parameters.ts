/** Table of transformation parameters: key, parser and serializer of each. @module */

import { parseColor } from './colors.js'
import type { Component, Crop, Format, Gravity, Length, Quality } from './node.js'

/** Definition of one transformation parameter. */
export interface ParameterSpec<Member extends keyof Component> {
  /** Key in the text: the `w` of `w_400`. */
  readonly key: string
  /** Member of {@link Component} that holds the value. */
  readonly member: Member
  /** Name of the parameter in the protocol's error texts. */
  readonly label: string
  /** Parses a value. Returns `undefined` for an invalid value. */
  readonly read: (text: string) => Component[Member] | undefined
  /** Serializes a value in its canonical form. */
  readonly write: (value: NonNullable<Component[Member]>) => string
}

const MAX_PX = 1_000_000

const CROPS: readonly Crop[] = ['fill', 'fit', 'limit', 'pad', 'scale']
const FORMATS: readonly Format[] = ['auto', 'avif', 'gif', 'jpg', 'png', 'webp']
const GRAVITIES: readonly Gravity[] = [
  'auto',
  'center',
  'east',
  'north',
  'north_east',
  'north_west',
  'south',
  'south_east',
  'south_west',
  'west',
]
const LEVELS: readonly Quality[] = ['auto:best', 'auto:eco', 'auto:good', 'auto:low']

/** Supported parameters, in the order in which they are serialized. */
export const PARAMETERS: readonly ParameterSpec<keyof Component>[] = [
  parameter({
    key: 'b',
    member: 'background',
    label: 'background',
    read: parseColor,
    write: String,
  }),
  parameter({ key: 'c', member: 'crop', label: 'crop', read: oneOf(CROPS), write: String }),
  parameter({ key: 'f', member: 'format', label: 'extension', read: readFormat, write: String }),
  parameter({
    key: 'g',
    member: 'gravity',
    label: 'gravity',
    read: oneOf(GRAVITIES),
    write: String,
  }),
  parameter({ key: 'h', member: 'height', label: 'height', read: readLength, write: writeLength }),
  parameter({
    key: 'q',
    member: 'quality',
    label: 'quality',
    read: readQuality,
    write: writeQuality,
  }),
  parameter({ key: 'w', member: 'width', label: 'width', read: readLength, write: writeLength }),
]

// All keys of the protocol. An unsupported key must be an error, and must not be read as the name
// of a folder.
const KEYS: ReadonlySet<string> = new Set(
  `a ac af ar b bl bo br c co cs d dl dn dpr du e eo f fl fn fps g h if ki l o p pg q r so sp t u vc vs w x y z`.split(
    ' ',
  ),
)

/**
 * Returns true if a decoded path segment is a transformation component and not a folder: every comma-separated token starts with a
 * known key and `_`, or with `$`.
 *
 * A folder with such a name (`w_100`) is read as a transformation unless a version stands before the folder, as in Cloudinary.
 */
export function isTransformationSegment(text: string): boolean {
  return text.split(',').every((token) => {
    const key = /^([a-z]{1,3})_./.exec(token)?.[1]
    return key === undefined ? /^\$[A-Za-z][A-Za-z0-9]*_./.test(token) : KEYS.has(key)
  })
}

// The table mixes members, so each row's types are checked where the row is written.
function parameter<Member extends keyof Component>(
  spec: ParameterSpec<Member>,
): ParameterSpec<keyof Component> {
  return spec as unknown as ParameterSpec<keyof Component>
}

function oneOf<Value extends string>(
  values: readonly Value[],
): (text: string) => Value | undefined {
  return (text) => values.find((value) => value === text)
}

function readFormat(text: string): Format | undefined {
  return oneOf(FORMATS)(/^jpeg?$/.test(text) ? 'jpg' : text)
}

/**
 * Reads a length. A decimal point makes the length a multiple: `w_1` is one pixel, `w_1.0` the
 * whole width.
 */
function readLength(text: string): Length | undefined {
  if (/^\d{1,7}$/.test(text)) {
    const value = Number(text)
    return value >= 1 && value <= MAX_PX ? { unit: 'px', value } : undefined
  }
  const value = /^\d{0,3}\.\d{1,4}$/.test(text) ? Number(text) : 0
  return value > 0 ? { unit: 'multiple', value } : undefined
}

function writeLength({ unit, value }: Length): string {
  return unit === 'multiple' && Number.isInteger(value) ? `${value}.0` : String(value)
}

function readQuality(text: string): Quality | undefined {
  if (text === 'auto') return 'auto:good'
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= 100 ? value : LEVELS.find((level) => level === text)
}

function writeQuality(quality: Quality): string {
  return quality === 'auto:good' ? 'auto' : String(quality)
}
