/**
 * Creates the preset `default` of `countersign dev`, with the limits of the app's signing route.
 * @module
 */

import {
  BROWSER_IMAGES,
  isAccepted,
  type Limits,
  serializeLimits,
  toWireLimits,
} from '@countersign/protocol/limits'
import type { Catalog, Preset } from '@countersign/server'
import { compareLimits } from './doctor/compare-limits.js'

/**
 * Limits of the upload key of `countersign dev` until an app announces its own: images and video,
 * 100 MB.
 */
export const DEV_LIMITS: Limits = {
  accept: [...BROWSER_IMAGES, 'video/*', 'audio/*'],
  maxBytes: 100_000_000,
  resourceTypes: ['image', 'video'],
  sources: ['file', 'data'],
  overwrite: false,
}

/**
 * Returns the narrowest limits that accept every upload that a route's presets allow. Limits that a preset does not set are taken
 * from {@link DEV_LIMITS}.
 */
export function limitsOfRoute(presets: readonly Limits[]): Limits {
  if (presets.length === 0) return DEV_LIMITS
  const whole = presets.map((limits) => ({ ...DEV_LIMITS, ...limits }))
  const pixels = whole.map(({ maxPixels }) => maxPixels)
  const accept = union(whole.map((limits) => limits.accept))
  return {
    accept,
    maxBytes: Math.max(...whole.map(({ maxBytes = 0 }) => maxBytes)),
    ...(pixels.includes(undefined) ? {} : { maxPixels: Math.max(...pixels.map(Number)) }),
    resourceTypes: union([
      ...whole.map((limits) => limits.resourceTypes),
      // A route that names `text/csv` and no resource type means raw files.
      accept.every((type) => /^(image|video|audio)\//.test(type)) ? [] : ['raw'],
    ]),
    sources: union(whole.map((limits) => limits.sources)),
    overwrite: whole.some(({ overwrite }) => overwrite === true),
  }
}

/**
 * Updates the preset `default` to the limits of the app's route. Does not touch a preset that the developer has changed.
 *
 * @param options.before Limits of the route for which the preset was last written.
 * @returns A warning if a changed preset is tighter than the route; otherwise `null`.
 */
export async function keepDevPreset(
  catalog: Catalog,
  options: {
    readonly cloud: string
    readonly before: readonly Limits[]
    readonly route: readonly Limits[]
    readonly now: number
  },
): Promise<string | null> {
  const { cloud, before, route, now } = options
  const wanted = limitsOfRoute(route)
  const stored = await catalog.readPreset({ cloud, name: 'default' })
  if (stored && !isOwn(stored, before))
    return tighterWarning(stored.limits ?? {}, { route, wanted })
  if (!stored || !isSame(stored.limits, wanted)) {
    const preset = stored ?? { cloud, name: 'default', ...NEW_PRESET }
    await catalog.writePreset({ ...preset, limits: wanted, replace: true, now })
  }
  return null
}

const NEW_PRESET = { isUnsigned: false, disallowPublicId: true, settings: {} }

function isOwn({ limits }: Preset, before: readonly Limits[]): boolean {
  return isSame(limits, DEV_LIMITS) || isSame(limits, limitsOfRoute(before))
}

function isSame(one: Limits | null | undefined, other: Limits): boolean {
  return one !== null && one !== undefined && serializeLimits(one) === serializeLimits(other)
}

function tighterWarning(
  stored: Limits,
  { route, wanted }: { readonly route: readonly Limits[]; readonly wanted: Limits },
): string | null {
  const lines = new Set(route.flatMap((limits) => compareLimits(limits, stored).tighter))
  if (lines.size === 0) return null
  const wire: Readonly<Record<string, unknown>> = { ...toWireLimits(wanted) }
  const names = new Set([...lines].map((line) => line.slice(0, line.indexOf(':'))))
  const options = [...names].map((name) => `--${name.replaceAll('_', '-')} '${wire[name]}'`)
  return `The preset default is tighter than the app’s signing route: the server refuses uploads that the route allows.
${[...lines].map((line) => `  ${line}`).join('\n')}
Widen it: countersign presets set default ${options.join(' ')}
`
}

/** Merges lists and drops items that another item covers, such as `image/png` beside `image/*`. */
function union<Item extends string>(lists: readonly (readonly Item[] | undefined)[]): Item[] {
  const items = [...new Set(lists.flatMap((list) => list ?? []))]
  return items.filter((item) => !items.some((other) => other !== item && isAccepted([other], item)))
}
