import { MediaError } from '@countersign/protocol/errors'
import { PARAMS } from '@countersign/protocol/params'
import { stringToSign } from '@countersign/protocol/signature'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyPolicy } from './apply-policy.js'
import { fromWireName } from './param-names.js'
import type { Preset } from './presets.js'
import { readSigningRequest } from './read-signing-request.js'
import { list, text } from './rules.js'

const NOW_SECONDS = 1_700_000_000
const CLIENT = [...PARAMS.values()].filter(
  ({ name, risk }) => risk === 'client' && name !== 'nonce',
)
const preset: Preset<object> = {
  limits: { maxBytes: 5 },
  params: () =>
    Object.fromEntries(
      CLIENT.map(({ name, type }) => [fromWireName(name), type === 'list' ? list() : text()]),
    ),
}

async function accepted(
  params: Record<string, unknown>,
  accept?: 'params',
): Promise<ReadonlyMap<string, string> | undefined> {
  const paramsToSign = { timestamp: NOW_SECONDS, ...params }
  const nonce = '0'.repeat(32)
  const request = new Request('http://localhost/', {
    method: 'POST',
    body: JSON.stringify({ paramsToSign, ...(accept ? { accept, nonce } : {}) }),
  })
  try {
    const presets = new Map([['default', preset]])
    const asked = await readSigningRequest(request)
    return applyPolicy(asked, { presets, user: {}, target: 'countersign', nowSeconds: NOW_SECONDS })
      .bag
  } catch (error) {
    if (error instanceof MediaError) return undefined
    throw error
  }
}

const PIECES = [
  'a',
  '=',
  '&',
  '%',
  '2',
  '6',
  ',',
  '|',
  ' ',
  '_',
  '{',
  '"',
  'tags',
  '&folder=',
  'e\u0301',
]
const hostileText = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 6 })
  .map((parts) => parts.join(''))
const hostileName = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('display_name', 'context', 'folder', 'tags') },
  { weight: 2, arbitrary: fc.constantFrom(...CLIENT.map(({ name }) => name)) },
  { weight: 1, arbitrary: hostileText },
)
const hostileValue = fc.oneof(
  hostileText,
  fc.array(hostileText, { maxLength: 3 }),
  fc.integer({ min: -9, max: 9 }),
  fc.boolean(),
)

it.each([undefined, 'params'] as const)(
  'never creates one signature for parameters that differ on the wire (accept: %s)',
  async (accept) => {
    const bagByString = new Map<string, string>()
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(hostileName, hostileValue, { maxKeys: 5, noNullPrototype: true }),
        async (asked) => {
          const bag = await accepted(asked, accept)
          if (!bag) return
          const wire = JSON.stringify([...bag].sort())
          const signed = stringToSign(Object.fromEntries(bag))
          expect(bagByString.get(signed) ?? wire).toBe(wire)
          bagByString.set(signed, wire)
        },
      ),
      { numRuns: 4000 },
    )
    expect(bagByString.size).toBeGreaterThan(500)
  },
)
