import { parseLimits, toWireLimits } from '@countersign/protocol/limits'
import { expect, it } from 'vitest'
import { DEV_LIMITS, limitsOfRoute } from './dev-preset.js'
import { compareLimits } from './doctor/compare-limits.js'

it('is the default preset of dev without an announced app', () => {
  expect(limitsOfRoute([])).toEqual(DEV_LIMITS)
})

it.each([
  ['a large size', [{ maxBytes: 500_000_000 }]],
  ['a small size', [{ maxBytes: 5 }]],
  ['raw files', [{ accept: ['text/csv'], resourceTypes: ['raw' as const] }]],
  ['remote addresses', [{ sources: ['url' as const] }]],
  ['overwriting', [{ overwrite: true }]],
  [
    'two presets',
    [
      { accept: ['image/png'], maxBytes: 5, maxPixels: 9 },
      { accept: ['image/*'], maxBytes: 7 },
    ],
  ],
  ['a preset that leaves all open', [{ maxPixels: 9 }, {}]],
])('accepts every upload that a route allows with %s', (_, route) => {
  const made = limitsOfRoute(route)
  for (const limits of route) expect(compareLimits(limits, made).tighter).toEqual([])
  expect(parseLimits(toWireLimits(made)).ok).toBe(true)
})

it('allows no more than a route with one preset, and no other types', () => {
  const route = { accept: ['image/png'], maxBytes: 5, maxPixels: 9, overwrite: false }
  expect(limitsOfRoute([route])).toMatchObject(route)
})

it('allows raw files if the route accepts a type that is not image, audio or video', () => {
  expect(limitsOfRoute([{ accept: ['text/csv'] }]).resourceTypes).toContain('raw')
  expect(limitsOfRoute([{ accept: ['image/png'] }]).resourceTypes).not.toContain('raw')
})
