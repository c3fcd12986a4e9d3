import { v2 as cloudinary } from 'cloudinary'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { demoHandler, signBody, signRequest } from '../../test/demo-handler.js'
import { parsePairs, serializePairs } from './pairs.js'
import type { Params } from './presets.js'
import { schema } from './schema.js'

const PHOTO = v.strictObject({ alt: v.pipe(v.string(), v.trim(), v.maxLength(20)) })

async function answerTo(params: Params, asked: Record<string, unknown>, accept?: 'params') {
  const presets = { default: { limits: {}, params: () => params } }
  const body = signBody({ folder: undefined, ...asked }, accept ? { accept } : {})
  const response = await demoHandler({ presets }).POST(signRequest(body))
  const answer = await response.json()
  return { status: response.status, params: answer.params, issue: answer.error?.issues?.[0] }
}

describe('schema', () => {
  it('passes context to the schema as an object and signs the output', async () => {
    const merged = await answerTo({ context: schema(PHOTO) }, { context: 'alt= A cat ' }, 'params')
    expect(merged.params.context).toBe('alt=A cat')
    const same = await answerTo({ context: schema(PHOTO) }, { context: 'alt=A cat' })
    expect(same.status).toBe(200)
    const changed = await answerTo({ context: schema(PHOTO) }, { context: 'alt= A cat ' })
    expect(changed.issue).toMatchObject({
      param: 'context',
      code: 'required',
      expected: 'alt=A cat',
    })
  })

  it.each([
    [
      'a member that is too long',
      { context: `alt=${'a'.repeat(21)}` },
      /^context is not valid: alt: /,
    ],
    ['a member that it does not know', { context: 'alt=a|role=admin' }, /role/],
    ['a member twice', { context: 'alt=a|alt=b' }, /each key once/],
    ['no pairs', { context: 'alt' }, /key=value/],
    ['nothing, where a member is required', {}, /alt/],
  ])('refuses %s, in words', async (_, asked, message) => {
    const { status, issue } = await answerTo({ context: schema(PHOTO) }, asked)
    expect(status).toBe(422)
    expect(issue.message).toMatch(message)
  })

  it('accepts zod, for lists and strings', async () => {
    const params = {
      tags: schema(z.array(z.string().startsWith('pet-')).max(2).optional()),
      displayName: schema(z.string().min(3)),
    }
    const good = { tags: 'pet-cat,pet-dog', display_name: 'Tom' }
    expect((await answerTo(params, good)).status).toBe(200)
    expect((await answerTo(params, { display_name: 'Tom' })).status).toBe(200)
    expect((await answerTo(params, { tags: 'pet-cat,car', display_name: 'Tom' })).status).toBe(422)
    expect((await answerTo(params, {})).issue).toMatchObject({
      param: 'display_name',
      code: 'invalid',
    })
  })

  it('throws a TypeError without a Standard Schema, and gives 500 for an asynchronous schema or an unusable output', async () => {
    expect(() => schema({} as never)).toThrow(TypeError)
    const waits = schema(
      v.pipeAsync(
        v.string(),
        v.checkAsync(async () => true),
      ),
    )
    expect((await answerTo({ displayName: waits }, { display_name: 'a' })).status).toBe(500)
    const maps = schema(
      v.pipe(
        v.string(),
        v.transform((name) => ({ name })),
      ),
    )
    expect((await answerTo({ displayName: maps }, { display_name: 'a' })).status).toBe(500)
  })

  it('is a type error for a parameter that can only be forced', () => {
    expectTypeOf(schema(v.string())).toExtend<Params['displayName']>()
    // With a schema, the client could choose a value.
    expectTypeOf(schema(v.string())).not.toExtend<Params['moderation']>()
  })
})

describe('pairs', () => {
  it('are serialized like in the official SDK, and parsed again', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '=', '|', '&', 'é', ' '), minLength: 1 })
    fc.assert(
      fc.property(fc.dictionary(part, part, { minKeys: 1, noNullPrototype: true }), (pairs) => {
        const sdk = (cloudinary.utils as unknown as { encode_context: (pairs: object) => string })
          .encode_context
        const text = serializePairs(pairs) ?? ''
        if (Object.keys(pairs).every((name) => !/[=|]/.test(name))) expect(text).toBe(sdk(pairs))
        expect({ ...parsePairs(text) }).toEqual(pairs)
      }),
    )
  })

  it('accept prototype names as keys', () => {
    expect(Object.entries(parsePairs('__proto__=x|constructor=y') ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  it('refuse lists, objects, and a value that ends with a backslash', () => {
    expect(
      [['a'], { a: {} }, { a: 'x\\' }, { a: 'b\nc' }, 'a=b', null].map(serializePairs),
    ).toEqual(Array(6).fill(undefined))
  })
})
