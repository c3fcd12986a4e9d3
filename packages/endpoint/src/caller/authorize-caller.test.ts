import { describe, expect, it } from 'vitest'
import { type DemoUser, demoHandler, signBody, signRequest } from '../../test/demo-handler.js'
import { authorizeCaller } from './authorize-caller.js'

const NOBODY = [null, undefined, false, '', 0, -0, 0n, Number.NaN]

describe('a falsy result of authorize', () => {
  it.each(NOBODY)('%s gives 401, for GET and POST', async (nobody) => {
    const handler = demoHandler({ authorize: async () => nobody as unknown as DemoUser })
    const { POST, GET } = handler
    expect((await POST(signRequest(signBody()))).status).toBe(401)
    expect((await GET(signRequest(undefined, { method: 'GET' }))).status).toBe(401)
  })
})

it.each(['alice', 7, true, { id: 'alice' }, ['alice']])('%j is a user', async (user) => {
  const request = new Request('http://app.example/')
  expect(await authorizeCaller(request, () => user)).toBe(user)
})
