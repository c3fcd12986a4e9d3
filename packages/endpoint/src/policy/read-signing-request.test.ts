import { describe, expect, it } from 'vitest'
import { demoHandler, NOW_SECONDS, signBody, signRequest } from '../../test/demo-handler.js'
import { MAX_BODY_BYTES, readSigningRequest } from './read-signing-request.js'

async function codeOf(body: string): Promise<string | undefined> {
  const request = new Request('http://localhost/', { method: 'POST', body })
  return readSigningRequest(request).then(
    () => undefined,
    (error) => error.code,
  )
}

describe('readSigningRequest', () => {
  it.each([
    [MAX_BODY_BYTES - 1, undefined],
    [MAX_BODY_BYTES, undefined],
    [MAX_BODY_BYTES + 1, 'BODY_TOO_LARGE'],
  ])('reads a body of %d bytes with the error code %s', async (bytes, code) => {
    expect(await codeOf('{"paramsToSign":{}}'.padEnd(bytes))).toBe(code)
  })

  it.each([
    [63, undefined],
    [64, undefined],
    [65, 'BODY_INVALID'],
  ])('reads %d parameters with the error code %s', async (count, code) => {
    const paramsToSign = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`p${index}`, 'x']),
    )
    expect(await codeOf(JSON.stringify({ paramsToSign }))).toBe(code)
  })

  it.each([
    [8191, 0],
    [8192, 0],
    [8193, 1],
  ])('reads a value of %d bytes with %d issues', async (bytes, count) => {
    const body = JSON.stringify({
      paramsToSign: { context: 'é'.repeat(4000) + 'a'.repeat(bytes - 8000) },
    })
    const request = new Request('http://localhost/', { method: 'POST', body })
    expect((await readSigningRequest(request)).issues).toHaveLength(count)
  })

  it('leaves out empty values, joins lists, and converts numbers and booleans to text', async () => {
    const paramsToSign = {
      timestamp: NOW_SECONDS,
      tags: ['a', 2, true],
      folder: '',
      public_id: null,
      context: [],
    }
    const request = new Request('http://localhost/', {
      method: 'POST',
      body: JSON.stringify({ paramsToSign }),
    })
    expect(Object.fromEntries((await readSigningRequest(request)).params)).toEqual({
      timestamp: String(NOW_SECONDS),
      tags: 'a,2,true',
    })
  })

  it('throws CONFIG_INVALID if the app has already read the body', async () => {
    const lines: string[] = []
    const handler = demoHandler({
      authorize: async (request) => {
        await request.text()
        return { id: 'alice', plan: 'free' }
      },
      logger: { warn: () => undefined, error: (message) => lines.push(message) },
    })
    expect((await handler.POST(signRequest(signBody()))).status).toBe(500)
    expect(lines.join()).toContain('request.clone()')
  })
})
