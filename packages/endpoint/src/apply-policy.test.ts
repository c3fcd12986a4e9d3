import { stringToSign } from '@countersign/protocol/signature'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyPolicy } from './apply-policy.js'
import type { Preset } from './presets.js'
import { readSigningRequest } from './read-signing-request.js'
import { list, text } from './rules.js'

const NOW_SECONDS = 1_700_000_000
const preset: Preset<object> = {
  limits: {},
  params: () => ({ displayName: text(), context: text(), folder: text(), tags: list() }),
}

async function accepted(
  params: Record<string, unknown>,
): Promise<ReadonlyMap<string, string> | undefined> {
  const paramsToSign = { timestamp: NOW_SECONDS, ...params }
  const request = new Request('http://localhost/', {
    method: 'POST',
    body: JSON.stringify({ paramsToSign }),
  })
  try {
    const presets = new Map([['default', preset]])
    const asked = await readSigningRequest(request)
    return applyPolicy(asked, { presets, user: {}, target: 'countersign', nowSeconds: NOW_SECONDS })
      .bag
  } catch {
    return undefined
  }
}

it('signs no two bags alike that differ as wire text', async () => {
  const value = fc
    .array(fc.constantFrom('a', '=', '&', '%', '2', '6', ',', 'tags', 'folder', '&folder='), {
      maxLength: 6,
    })
    .map((parts) => parts.join(''))
  const params = fc.dictionary(
    fc.constantFrom('display_name', 'context', 'folder', 'tags'),
    fc.oneof(value, fc.array(value, { maxLength: 3 })),
  )
  const bagByString = new Map<string, string>()
  await fc.assert(
    fc.asyncProperty(params, async (asked) => {
      const bag = await accepted(asked)
      if (!bag) return
      const wire = JSON.stringify([...bag].sort())
      const signed = stringToSign(Object.fromEntries(bag))
      expect(bagByString.get(signed) ?? wire).toBe(wire)
      bagByString.set(signed, wire)
    }),
    { numRuns: 5000 },
  )
  expect(bagByString.size).toBeGreaterThan(1000)
})
