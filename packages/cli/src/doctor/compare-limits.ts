/** Compares the limits of an endpoint with those of a server's preset. @module */

import { isAccepted, type Limits } from '@countersign/protocol/limits'

/** Differences between endpoint and preset, one line each, for people. */
export interface ComparedLimits {
  /** Limits by which the preset refuses uploads that the endpoint allows. */
  readonly tighter: readonly string[]
  /** Limits by which the preset allows much more than the endpoint. */
  readonly laxer: readonly string[]
}

/** A preset that allows more than this multiple of the endpoint's size counts as much laxer. */
const MUCH = 2

/** Compares all limits. A limit that the endpoint does not set causes no difference. */
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

/**
 * Returns the items of a list that another list does not cover. Without another list, all items are
 * covered.
 */
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

/**
 * Returns true if a type's family is allowed. An additional format of an allowed family is not
 * worth a report.
 */
function isFamilyAllowed(allowed: readonly string[], type: string): boolean {
  const [family] = type.split('/')
  return allowed.some((item) => item.startsWith(`${family}/`))
}
