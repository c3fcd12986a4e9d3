/** Parses `regions`, the named shapes on an image. @module */

import type { Regions } from '../catalog/asset.js'
import { invalidParam, parseJsonParam } from './param-values.js'

const MAX_REGIONS = 100
const MAX_NAME_CHARACTERS = 255
/** Number of points in a region. Two points are opposite corners of a rectangle. */
const POINTS = { least: 2, most: 400 } as const

/**
 * Parses `regions`, a JSON object with a list of points for each name.
 * @throws MediaError PARAM_INVALID if the text is not such an object, or if a region has an invalid name or points.
 */
export function parseRegions(text: string | undefined): Regions | undefined {
  if (text === undefined) return undefined
  const value = parseJsonParam('regions', text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParam('regions', 'must be a JSON object of names and points')
  }
  const entries = Object.entries(value)
  if (entries.length > MAX_REGIONS) throw invalidParam('regions', `must be at most ${MAX_REGIONS}`)
  for (const [name, points] of entries) {
    if (name === '' || name.length > MAX_NAME_CHARACTERS || !isShape(points)) {
      throw invalidParam(
        'regions',
        `must have ${POINTS.least} to ${POINTS.most} points [x,y] in whole pixels under each name`,
      )
    }
  }
  return value as Regions
}

function isShape(points: unknown): boolean {
  return (
    Array.isArray(points) &&
    points.length >= POINTS.least &&
    points.length <= POINTS.most &&
    points.every(isPoint)
  )
}

function isPoint(point: unknown): boolean {
  return (
    Array.isArray(point) &&
    point.length === 2 &&
    point.every((at) => Number.isSafeInteger(at) && at >= 0)
  )
}
