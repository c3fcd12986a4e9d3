import { afterEach, beforeEach, expect, it } from 'vitest'
import { type FakeServer, startFakeServer } from '../../../testing/fake-server.js'
import { createUploadQueue } from '../../core/index.js'
import type { WidgetHost } from '../state/contract.js'
import { rulesOfPreset } from './settable-options.js'

let server: FakeServer

beforeEach(async () => {
  server = await startFakeServer()
})

afterEach(() => server.close())

it('reads the rules of a preset once for many calls', async () => {
  const params = { folder: { const: 'a' } }
  server.discovery = { body: { version: 1, presets: { default: { params } } } }
  const queue = createUploadQueue({ signatureEndpoint: `${server.origin}/sign` })
  await queue.discover()
  const host = { queue } as WidgetHost
  const rules = rulesOfPreset(host, undefined)
  expect(rules).toEqual(new Map([['folder', { kind: 'fixed', value: 'a' }]]))
  expect(rulesOfPreset(host, 'default')).toBe(rules)
})
