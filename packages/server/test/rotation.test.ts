/** Tests the rotation and revocation of keys during uploads. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Key } from '../src/catalog/key.js'
import { FULL_KEY, formOf, type RunningServer, signed, startTestServer } from './running-server.js'

const OLD: Key = {
  ...FULL_KEY,
  id: '333333333333333',
  secret: 'the-old-secret-of-the-rotation-test',
}
const NEW: Key = {
  ...FULL_KEY,
  id: '444444444444444',
  secret: 'the-new-secret-of-the-rotation-test',
}

let running: RunningServer
beforeAll(async () => {
  running = await startTestServer({ keys: [FULL_KEY] })
  await running.server.services.catalog.createKey({ ...OLD, now: 1 })
  await running.server.services.keys.refresh()
})
afterAll(() => running.close())

const upload = (key: Key) =>
  running.post('raw/upload', formOf(signed(key), { bytes: Buffer.from('x'), name: 'x.txt' }))

it('accepts every upload while keys are rotated, and refuses the old key after it is revoked', async () => {
  const { catalog, keys } = running.server.services
  const statuses: number[] = []
  let signer = OLD
  let isRunning = true
  const load = Promise.all(
    Array.from({ length: 6 }, async () => {
      while (isRunning) statuses.push((await upload(signer)).status)
    }),
  )
  const uploads = (count: number) => expect.poll(() => statuses.length).toBeGreaterThan(count)
  await uploads(20)
  await catalog.createKey({ ...NEW, now: 2 })
  await catalog.writeKeyState({ keyId: OLD.id, state: 'verify-only', now: 2 })
  await keys.refresh()
  await uploads(statuses.length + 20)
  signer = NEW
  await uploads(statuses.length + 20)
  // No request is signed with the old key anymore, and earlier requests are verified.
  await catalog.writeKeyState({ keyId: OLD.id, state: 'revoked', now: 3 })
  await keys.refresh()
  await uploads(statuses.length + 20)
  isRunning = false
  await load
  expect(new Set(statuses)).toEqual(new Set([200]))
  const refused = await upload(OLD)
  expect(refused).toMatchObject({
    status: 401,
    json: { error: { message: `Unknown API key ${OLD.id}` } },
  })
})
