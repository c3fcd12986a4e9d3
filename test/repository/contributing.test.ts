import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../scripts/repository.mjs'

const behaviours = readBehaviours()

describe('CONTRIBUTING.md', () => {
  it('names at least ten behaviors', () => {
    expect(behaviours.length).toBeGreaterThanOrEqual(10)
  })

  it.each(behaviours)('is right about $behaviour', ({ file, exported }) => {
    expect(existsSync(join(ROOT, file)), `${file} exists`).toBe(true)
    const declaration = new RegExp(`^export (async )?function\\*? ${exported}\\b`, 'm')
    expect(readFileSync(join(ROOT, file), 'utf8')).toMatch(declaration)
  })
})

function readBehaviours(): readonly { behaviour: string; file: string; exported: string }[] {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')
  return [...text.matchAll(/^\| (where .+) \| `(.+)` \| `(.+)` \|$/gm)].map((row) => ({
    behaviour: row[1] ?? '',
    file: row[2] ?? '',
    exported: row[3] ?? '',
  }))
}
