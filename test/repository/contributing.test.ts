import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../scripts/repository.mjs'

const behaviors = readBehaviors()

describe('CONTRIBUTING.md', () => {
  it('names at least ten behaviors', () => {
    expect(behaviors.length).toBeGreaterThanOrEqual(10)
  })

  it.each(behaviors)('is right about $behavior', ({ file, exported }) => {
    expect(existsSync(join(ROOT, file)), `${file} exists`).toBe(true)
    const declaration = new RegExp(`^export (async )?(function\\*?|const) ${exported}\\b`, 'm')
    expect(readFileSync(join(ROOT, file), 'utf8')).toMatch(declaration)
  })
})

function readBehaviors(): readonly { behavior: string; file: string; exported: string }[] {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
  return [...text.matchAll(/^\| (.+) \| `(.+)` \| `(.+)` \|$/gm)].map((row) => ({
    behavior: row[1] ?? '',
    file: row[2] ?? '',
    exported: row[3] ?? '',
  }))
}
