import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { digestEnds } from './digest-ends.js'

it('returns the SHA-256 of the first and the last 64 KiB', async () => {
  const bytes = new Uint8Array(300_000).map((_, index) => index % 251)
  const ends = Buffer.concat([bytes.slice(0, 65_536), bytes.slice(-65_536)])
  const expected = createHash('sha256').update(ends).digest('hex')
  expect(await digestEnds(new Blob([bytes]))).toBe(expected)
})

it('returns another digest if the start or the end differs', async () => {
  const [one, other] = await Promise.all([
    digestEnds(new Blob(['ab'])),
    digestEnds(new Blob(['aB'])),
  ])
  expect(one).not.toBe(other)
})
