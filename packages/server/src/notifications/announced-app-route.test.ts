import { apiSignRequest } from '@countersign/protocol/signature'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  basic,
  CLOUD,
  FULL_KEY,
  type RunningServer,
  startTestServer,
  UPLOAD_KEY,
} from '../../test/running-server.js'
import type { AnnouncedApp } from './announced-app.js'

let running: RunningServer
let announced: AnnouncedApp[]
const apps = () => ({
  current: () => announced.at(-1) ?? null,
  announce: (app: AnnouncedApp) => void announced.push(app),
})

beforeEach(async () => {
  announced = []
  running = await startTestServer({ mode: 'dev' }, { apps: apps() })
})
afterEach(() => running.close())

function announcement(
  changes: Record<string, string> = {},
  { secret = UPLOAD_KEY.secret }: { secret?: string } = {},
): URLSearchParams {
  const params = {
    app_url: 'http://localhost:3001/api/sign?x=1',
    app_completes: 'true',
    app_limits: '[{"max_bytes":500000000}]',
    timestamp: String(Math.floor(Date.now() / 1000)),
    ...changes,
  }
  const signature = apiSignRequest(params, secret, { algorithm: 'sha256' })
  return new URLSearchParams({ ...params, api_key: UPLOAD_KEY.id, signature })
}

const announce = (body: URLSearchParams, { cloud = CLOUD, address = running.address } = {}) =>
  fetch(`${address}/v1_1/${cloud}/countersign_app`, { method: 'POST', body })

it('keeps the address of an app, without its query', async () => {
  expect((await announce(announcement())).status).toBe(204)
  expect(announced).toEqual([
    { completionUrl: 'http://localhost:3001/api/sign', limits: [{ maxBytes: 500_000_000 }] },
  ])
})

it('shows the completion address to a full key only', async () => {
  const read = (key: typeof FULL_KEY) =>
    fetch(`${running.address}/v1_1/${CLOUD}/countersign_app`, { headers: basic(key) })
  expect(await (await read(FULL_KEY)).json()).toEqual({ completion_url: null, announced: false })
  await announce(announcement())
  expect(await (await read(FULL_KEY)).json()).toEqual({
    completion_url: 'http://localhost:3001/api/sign',
    announced: true,
  })
  expect((await read(UPLOAD_KEY)).status).toBe(401)
})

it.each([
  ['http://192.168.1.20:3001/api/sign', 'http://localhost:3001/api/sign'],
  ['https://evil.example/api/sign', 'https://localhost/api/sign'],
  ['http://me:word@127.0.0.1:80/', 'http://127.0.0.1/'],
  ['http://[::1]:4000/x', 'http://[::1]:4000/x'],
])('stores the address %s with a host on this machine', async (app_url, completionUrl) => {
  expect((await announce(announcement({ app_url }))).status).toBe(204)
  expect(announced).toMatchObject([{ completionUrl }])
})

it('stores null as the address of an app without onUploaded', async () => {
  await announce(announcement({ app_completes: 'false' }))
  expect(announced).toMatchObject([{ completionUrl: null }])
})

it.each([
  ['a wrong secret', () => announcement({}, { secret: FULL_KEY.secret }), 401],
  ['an old timestamp', () => announcement({ timestamp: '1700000000' }), 401],
  ['no timestamp', () => announcement({ timestamp: '' }), 401],
  ['another scheme', () => announcement({ app_url: 'file:///etc/passwd' }), 400],
  ['no address', () => announcement({ app_url: 'x' }), 400],
  ['limits that are not a list', () => announcement({ app_limits: '{}' }), 400],
  ['invalid limits', () => announcement({ app_limits: '[{"max_bytes":"many"}]' }), 400],
  ['an empty body', () => new URLSearchParams(), 401],
])('refuses an announcement with %s', async (_, make, status) => {
  expect((await announce(make())).status).toBe(status)
  expect(announced).toEqual([])
})

it('refuses the key of another cloud', async () => {
  expect((await announce(announcement(), { cloud: 'elsewhere' })).status).toBe(401)
  expect(announced).toEqual([])
})

it('does not exist in serve, even with a store for apps', async () => {
  const serving = await startTestServer({ mode: 'serve' }, { apps: apps() })
  try {
    const { status } = await announce(announcement(), { address: serving.address })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(announced).toEqual([])
  } finally {
    await serving.close()
  }
})
