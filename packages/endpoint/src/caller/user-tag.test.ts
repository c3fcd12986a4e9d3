import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { demoHandler, keptLog, signBody, signRequest } from '../../test/demo-handler.js'
import { anonymous, createSignHandler, type SignHandler, type SignHandlerConfig } from '../index.js'

const ALICE_TAG = createHash('sha256').update('demo\nalice').digest('hex').slice(0, 16)
const ANONYMOUS_TAG = createHash('sha256').update('demo').digest('hex').slice(0, 16)

describe('user_tag', () => {
  it('is in discovery, in the response of merge mode and in the signed parameters', async () => {
    const handler = demoHandler()
    const merged = await merge(handler)
    expect((await discover(handler)).user_tag).toBe(ALICE_TAG)
    expect(merged.user_tag).toBe(ALICE_TAG)
    expect(merged.params.user_tag).toBe(ALICE_TAG)
  })

  it('is not sent to a compatible client', async () => {
    const answer = await (await demoHandler().POST(signRequest(signBody()))).json()
    expect(JSON.stringify(answer)).not.toContain('user_tag')
  })

  it('is not a signed parameter for the hosted service', async () => {
    const handler = demoHandler({ target: 'cloudinary' })
    const merged = await merge(handler)
    expect((await discover(handler)).user_tag).toBe(ALICE_TAG)
    expect(merged.user_tag).toBe(ALICE_TAG)
    expect(merged.params).not.toHaveProperty('user_tag')
  })

  it('differs between users and between clouds', async () => {
    const bob = { cookie: 'session=bob' }
    expect(await tagOf(demoHandler(), bob)).not.toBe(ALICE_TAG)
    expect(await tagOf(demoHandler({ cloudName: 'other' }))).not.toBe(ALICE_TAG)
  })

  it.each(['accept: params', 'compatible'])('cannot be chosen by the page (%s)', async (mode) => {
    const body = signBody(
      { user_tag: ALICE_TAG },
      mode === 'compatible' ? {} : { accept: 'params' },
    )
    const response = await demoHandler().POST(signRequest(body))
    expect(response.status).toBe(422)
    expect((await response.json()).error.issues[0]).toMatchObject({
      param: 'user_tag',
      code: 'not_signable',
    })
  })
})

describe('the key of a user', () => {
  it('is the string id, else the string sub', async () => {
    expect(await tagOf(handlerOf(() => ({ id: 'alice', sub: 'other' })))).toBe(ALICE_TAG)
    expect(await tagOf(handlerOf(() => ({ sub: 'alice' })))).toBe(ALICE_TAG)
    expect(await tagOf(handlerOf(() => ({ id: 42, sub: 'alice' })))).toBe(ALICE_TAG)
  })

  it('is the result of userKey, even if the user has an id', async () => {
    const userKey = ({ email }: { id: string; email: string }) => email
    const user = { id: 'alice', email: 'a@example.com' }
    const tag = createHash('sha256').update('demo\na@example.com').digest('hex').slice(0, 16)
    expect(await tagOf(handlerOf(() => user, { userKey }))).toBe(tag)
  })

  it('may contain any character without giving the tag of another cloud and key', async () => {
    const tags = await Promise.all(
      ['b\nc', 'b', 'c', '\n', ' b', 'B', 'é', 'e\u0301'].map((id) =>
        tagOf(handlerOf(() => ({ id }))),
      ),
    )
    expect(new Set(tags).size).toBe(8)
  })

  it('gives one constant tag for anonymous callers and for a userKey of null', async () => {
    const visitors = handlerOf(anonymous({ reason: 'test', limit: { perMinute: 5 } }) as never)
    const guests = handlerOf(() => ({ name: 'guest' }), { userKey: () => null })
    expect(await tagOf(visitors)).toBe(ANONYMOUS_TAG)
    expect(await tagOf(guests)).toBe(ANONYMOUS_TAG)
  })

  it.each<[string, object | boolean]>([
    ['a numeric id', { id: 42 }],
    ['an empty id', { id: '' }],
    ['another name', { userId: 'alice' }],
    ['no object', true],
  ])('is asked for by name in the log when the user has %s', async (_, user) => {
    const log = keptLog()
    const handler = handlerOf(() => user, { logger: log })
    for (const response of [await handler.GET(get()), await handler.POST(post())]) {
      expect(response.status).toBe(500)
      expect((await response.json()).error.code).toBe('config_invalid')
    }
    expect(log.lines.join()).toContain('Set the option userKey of createSignHandler')
  })

  it('is not needed to sign for a compatible client', async () => {
    const response = await handlerOf(() => ({ userId: 'alice' })).POST(
      signRequest(signBody({ folder: undefined })),
    )
    expect(response.status).toBe(200)
  })

  it.each([undefined, '', 42, {}])('cannot be %j', async (key) => {
    const log = keptLog()
    const handler = handlerOf(() => ({ id: 'alice' }), { userKey: () => key as never, logger: log })
    expect((await handler.POST(post())).status).toBe(500)
    expect(log.lines.join()).toContain('userKey must return a text')
  })

  it('is refused at creation if userKey is not a function', () => {
    expect(() => handlerOf(() => ({ id: 'alice' }), { userKey: 'id' as never })).toThrow(
      'userKey must be a function',
    )
  })
})

function handlerOf<User>(
  authorize: SignHandlerConfig<User>['authorize'],
  options: Partial<SignHandlerConfig<User>> = {},
): SignHandler {
  return createSignHandler<User>({
    authorize,
    presets: { default: { limits: {}, params: () => ({}) } },
    cloudName: 'demo',
    url: 'https://media.example',
    keys: () => [{ id: '1', secret: 'demo-secret-of-at-least-20-chars', scopes: ['upload'] }],
    logger: keptLog(),
    now: () => 1_700_000_000_000,
    ...options,
  })
}

function get(headers: Readonly<Record<string, string>> = {}): Request {
  return signRequest(undefined, { method: 'GET', headers })
}

function post(): Request {
  return signRequest(JSON.stringify({ paramsToSign: {}, accept: 'params' }))
}

async function discover(
  handler: SignHandler,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ user_tag: string }> {
  return (await handler.GET(get(headers))).json()
}

async function tagOf(
  handler: SignHandler,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  return (await discover(handler, headers)).user_tag
}

async function merge(
  handler: SignHandler,
): Promise<{ user_tag: string; params: Record<string, string> }> {
  return (await handler.POST(post())).json()
}
