import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createSqliteCatalog } from '@countersign/server/catalog'
import { afterEach, beforeEach, expect, it } from 'vitest'

const COMMAND = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))
const NOW = 1_790_000_000_000

let folder: string
let dead: string
let waiting: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-notifications-'))
  dead = randomBytes(16).toString('hex')
  waiting = randomBytes(16).toString('hex')
  const catalog = await createSqliteCatalog({ path: join(folder, 'data/catalog.db') })
  const event = (eventId: string) => ({
    eventId,
    topic: 'notification' as const,
    target: 'https://user:word@hooks.test/secret/path?token=secret',
    payload: { type: 'upload' },
  })
  await catalog.commitUpload({
    asset: {
      cloud: 'acme',
      resourceType: 'raw',
      deliveryType: 'upload',
      publicId: 'a.txt',
      format: null,
      widthPx: null,
      heightPx: null,
      tags: [],
      context: {},
      extra: {},
      assetFolder: '',
      displayName: 'a.txt',
      originalFilename: 'a',
    },
    blob: { blobId: randomBytes(16).toString('hex'), bytes: 1, md5: '0'.repeat(32) },
    ids: { assetId: '1'.repeat(32), versionId: '2'.repeat(32) },
    overwrite: true,
    events: [event(dead), event(waiting)],
    now: NOW,
  })
  const failure = 'answered 500'
  const claimed = await catalog.claimEvents({
    topics: ['notification'],
    now: NOW,
    leaseUntil: NOW + 1000,
    claimedBy: 'test',
    claimId: '3'.repeat(32),
    maxResults: 2,
  })
  for (const { claim } of claimed) {
    if (claim.eventId !== dead) await catalog.releaseClaims({ claims: [claim], now: NOW })
    else await catalog.postponeEvent({ claim, now: NOW, dueAt: null, failure })
  }
  await catalog.close()
})
afterEach(() => rm(folder, { recursive: true }))

async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const env: NodeJS.ProcessEnv = { NODE_ENV: 'test', PATH: process.env.PATH }
  const options = { cwd: folder, env }
  return promisify(execFile)(process.execPath, [COMMAND, 'notifications', ...args], options).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }),
  )
}

it('lists notifications with reasons and without secrets in addresses, and replays dead ones', async () => {
  const { output } = await run('list')
  expect(output).toMatch(
    new RegExp(`${dead} +acme +upload +https://hooks.test +dead +1 +- +answered 500`),
  )
  expect(output).toMatch(
    new RegExp(`${waiting} +acme +upload +https://hooks.test +pending +0 +2026-\\S+ +-`),
  )
  expect(output).not.toMatch(/secret|word/)
  expect(await run('replay', dead, waiting)).toMatchObject({
    code: 1,
    output: expect.stringContaining(
      `${waiting}: no sent or dead notification with this id; the others are enqueued`,
    ),
  })
  expect(await run('replay', '--all')).toMatchObject({
    code: 0,
    output: expect.stringMatching(/^0 enqueued/),
  })
})
