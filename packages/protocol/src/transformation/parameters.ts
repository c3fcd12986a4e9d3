/** Every parameter of a transformation: its key, and for those we run how its value is read and written. @module */

import { parseColor } from './colors.js'
import type { Component, Crop, Format, Gravity, Length, Quality } from './node.js'

/** How one parameter is read and written. */
export interface ParameterSpec<Member extends keyof Component> {
  /** Key in the text, the `w` of `w_400`. */
  readonly key: string
  /** Member of {@link Component} that holds it. */
  readonly member: Member
  /** The protocol's word for it in error texts. */
  readonly label: string
  /** Read a value; `undefined` when it is none. */
  readonly read: (text: string) => Component[Member] | undefined
  /** Write a value in its one canonical form. */
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

/** The parameters that we run, in the order in which they are written. */
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

// All keys of the protocol, so that one that we do not run is an error and never taken for a folder's name.
const KEYS: ReadonlySet<string> = new Set(
  `a ac af ar b bl bo br c co cs d dl dn dpr du e eo f fl fn fps g h if ki l o p pg q r so sp t u vc vs w x y z`.split(
    ' ',
  ),
)

/**
 * Whether a decoded path segment is a component rather than a folder: every comma-separated token starts with a known key and
 * `_`, or with `$`. A folder named like one (`w_100`) is misread unless a version stands before it, as in the protocol.
 */
export function isTransformationSegment(text: string): boolean {
  return text.split(',').every((token) => {
    const key = /^([a-z]{1,3})_./.exec(token)?.[1]
    return key === undefined ? /^\$[A-Za-z][A-Za-z0-9]*_./.test(token) : KEYS.has(key)
  })
}

// The table is of mixed members; each row's own types are checked here, where it is written.
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

/** A decimal point makes it a multiple: `w_1` is one pixel, `w_1.0` the whole width. */
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
