/** An endpoint's limits beside those of a server's preset. @module */

import { isAccepted, type Limits } from '@countersign/protocol/limits'

/** Differences, one line each, for people. */
export interface ComparedLimits {
  /** What the endpoint allows and the preset refuses. */
  readonly tighter: readonly string[]
  /** What the preset allows far beyond the endpoint. */
  readonly laxer: readonly string[]
}

/** A preset that allows this many times the endpoint's size is called much laxer. */
const MUCH = 2

/** Compare limit by limit. What the endpoint leaves open is the preset's to decide: no difference. */
export function compareLimits(endpoint: Limits, preset: Limits): ComparedLimits {
  return {
    tighter: [
      ...smaller('max_bytes', endpoint.maxBytes, preset.maxBytes),
      ...smaller('max_pixels', endpoint.maxPixels, preset.maxPixels),
      ...listed('accept', beyond(endpoint.accept, preset.accept, isTypeAllowed), 'is refused'),
      ...listed(
        'resource_types',
        beyond(endpoint.resourceTypes, preset.resourceTypes),
        'is refused',
      ),
      ...listed('sources', beyond(endpoint.sources, preset.sources), 'is refused'),
      ...(endpoint.overwrite === true && preset.overwrite === false
        ? ['overwrite: the endpoint allows it, the preset does not']
        : []),
    ],
    laxer: [
      ...larger('max_bytes', endpoint.maxBytes, preset.maxBytes),
      ...larger('max_pixels', endpoint.maxPixels, preset.maxPixels),
      ...open('accept', endpoint.accept, preset.accept),
      ...listed('accept', beyond(preset.accept, endpoint.accept, isFamilyAllowed), 'is taken too'),
      ...listed(
        'resource_types',
        beyond(preset.resourceTypes, endpoint.resourceTypes),
        'is taken too',
      ),
      ...listed('sources', beyond(preset.sources, endpoint.sources), 'is taken too'),
      ...(endpoint.overwrite === false && preset.overwrite === true
        ? ['overwrite: the preset allows it, the endpoint does not']
        : []),
    ],
  }
}

function smaller(name: string, endpoint?: number, preset?: number): string[] {
  if (endpoint === undefined || preset === undefined || preset >= endpoint) return []
  return [`${name}: the endpoint allows ${endpoint}, the preset ${preset}`]
}

function larger(name: string, endpoint?: number, preset?: number): string[] {
  if (endpoint === undefined || (preset !== undefined && preset <= endpoint * MUCH)) return []
  return [`${name}: the endpoint allows ${endpoint}, the preset ${preset ?? 'any number'}`]
}

function open(name: string, endpoint?: readonly string[], preset?: readonly string[]): string[] {
  return endpoint && !preset ? [`${name}: the preset takes every type`] : []
}

function listed(name: string, items: readonly string[], what: string): string[] {
  return items.length === 0 ? [] : [`${name}: ${items.join(', ')} ${what}`]
}

/** Items of one list that the other, where there is one, does not cover. */
function beyond(
  items: readonly string[] | undefined,
  allowed: readonly string[] | undefined,
  covers = (list: readonly string[], item: string): boolean => list.includes(item),
): readonly string[] {
  if (!items || !allowed) return []
  return items.filter((item) => !covers(allowed, item))
}

function isTypeAllowed(allowed: readonly string[], type: string): boolean {
  return isAccepted(allowed, type)
}

/** One more picture format is no matter; a family of types that the endpoint never takes is. */
function isFamilyAllowed(allowed: readonly string[], type: string): boolean {
  const [family] = type.split('/')
  return allowed.some((item) => item.startsWith(`${family}/`))
}
