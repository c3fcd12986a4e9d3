import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkVector, type Vector } from '../test/vector-suite.js'

const published = JSON.parse(
  readFileSync(new URL('../vectors/signature-vectors.json', import.meta.url), 'utf8'),
) as { count: number; vectors: Vector[] }

describe('published signature vectors', () => {
  it('are complete', () => {
    expect(published.vectors).toHaveLength(published.count)
    expect(published.count).toBe(160)
  })

  it.each(published.vectors.map((vector) => [checkVector(vector), vector] as const))(
    '$0.title',
    (outcome) => {
      expect(outcome.actual).toEqual(outcome.expected)
    },
  )
})
