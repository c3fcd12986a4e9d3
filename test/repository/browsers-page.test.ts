import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { LACKS } from '../browsers/engine.js'

it('lists each unsupported flow of an engine with its reason in the guide on browsers', () => {
  const page = readFileSync(new URL('../../docs/guide/browsers.md', import.meta.url), 'utf8')
  const listed = page.split('\n').filter((line) => line.startsWith('* '))
  const lacks = Object.entries(LACKS).flatMap(([engine, flows]) =>
    Object.entries(flows).map(([flow, reason]) => `* ${engine}, "${flow}": ${reason}.`),
  )
  expect(listed).toEqual(lacks)
  for (const [flow, row] of Object.entries(LACKS.WebKitGTK)) {
    expect(row).not.toBe('')
    expect(page).toContain(`| ${flow} | ✓ | ✓ | – |`)
  }
})
