import { describe, expect, it } from 'vitest'
import { commitProblems } from './check-commits.mjs'

describe('a commit message', () => {
  it('is an imperative subject and a body with the reason', () => {
    expect(commitProblems('Store small blobs in SQLite\n\nOne sync serves many of them.')).toEqual(
      [],
    )
    expect(commitProblems('Embed the fonts\n\nPages without a network need them.')).toEqual([])
  })

  it.each([
    ['without a body', 'Store small blobs', 'it needs a blank line'],
    ['without a blank line', 'Store small blobs\nfor speed', 'it needs a blank line'],
    ['with a long subject', `Store ${'x'.repeat(70)}\n\nFor speed.`, 'at most 72 are allowed'],
    ['in the past tense', 'Stored small blobs\n\nFor speed.', 'must be an imperative'],
    ['with a gerund', 'Storing small blobs\n\nFor speed.', 'must be an imperative'],
    ['in small letters', 'store small blobs\n\nFor speed.', 'a capital letter'],
    ['with a full stop', 'Store small blobs.\n\nFor speed.', 'a full stop'],
    [
      'with a path of a machine',
      'Store small blobs\n\nSee /home/me/notes.',
      'a path of one machine',
    ],
  ])('is refused %s', (_, message, problem) => {
    expect(commitProblems(message)).toEqual([expect.stringContaining(problem)])
  })
})
