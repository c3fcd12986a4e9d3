import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createWorker, readConfig, type Worker } from '@countersign/server'
import { type Catalog, createSqliteCatalog } from '@countersign/server/catalog'
import { afterEach, beforeEach, expect, it } from 'vitest'

const COMMAND = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))
/** Time after which another worker may take over a job, and a little more. */
const AFTER_LEASE_MS = 31_000

let folder: string
let catalog: Catalog
let receiver: Server
/** Requests to the receiver that it has not answered. */
let waiting: ServerResponse[]
const children: ChildProcess[] = []
const workers: Worker[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-work-'))
  waiting = []
  receiver = createServer((request, response) => {
    request.resume()
    waiting.push(response)
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  catalog = await createSqliteCatalog({ path: join(folder, 'data/catalog.db') })
})
afterEach(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await Promise.all(children.splice(0).map(kill))
  await Promise.all(workers.splice(0).map((worker) => worker.close()))
  await catalog.close()
  await rm(folder, { recursive: true })
})

const target = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
const environment = () => ({
  COUNTERSIGN_CLOUD: 'acme',
  COUNTERSIGN_KEYS: '1:upload:a-secret-of-the-tests-0123456789',
  COUNTERSIGN_WEBHOOK_SECRET: 'a-webhook-secret-of-the-tests-0123',
  COUNTERSIGN_NOTIFICATION_URLS: target(),
  COUNTERSIGN_STORAGE: `file:${join(folder, 'data')}`,
  COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'data/catalog.db')}`,
})

function work(...args: string[]): { child: ChildProcess; output: () => string } {
  const env: NodeJS.ProcessEnv = { ...environment(), NODE_ENV: 'test', PATH: process.env.PATH }
  const child = spawn(process.execPath, [COMMAND, 'work', ...args], { cwd: folder, env })
  children.push(child)
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  return { child, output: () => text }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function enqueue(): Promise<string> {
  const eventId = randomBytes(16).toString('hex')
  const payload = { type: 'error', keyId: '1', body: { error: { message: 'x' } } }
  const event = { eventId, topic: 'notification' as const, target: target(), payload }
  await catalog.acceptWork({ cloud: 'acme', event, now: Date.now() })
  return eventId
}

const listed = (state: 'pending' | 'done') => catalog.listEvents({ state, maxResults: 10 })
const requests = (count: number) =>
  expect.poll(() => waiting.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count)

it('runs the jobs of the catalog, also those that another process enqueues later', async () => {
  const first = await enqueue()
  const { child } = work()
  await requests(1)
  waiting[0]?.end()
  await expect.poll(() => listed('done')).toMatchObject([{ eventId: first, attempts: 1 }])
  await enqueue()
  await requests(2)
  waiting[1]?.end()
  await expect.poll(() => listed('done')).toHaveLength(2)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
})

it('takes over the job of a worker that was killed, after its lease', async () => {
  const eventId = await enqueue()
  const { child } = work()
  await requests(1)
  await kill(child)
  expect(await listed('pending')).toMatchObject([{ eventId, attempts: 1 }])

  const start = async (now: () => number) => {
    const config = { ...readConfig(environment()), logLevel: 'error' as const }
    const worker = await createWorker({ config, now })
    workers.push(worker)
    return worker
  }
  const early = await start(() => Date.now())
  // The worker has looked for jobs once it has run one of its own.
  const own = await enqueue()
  await requests(2)
  waiting[1]?.end()
  await expect.poll(() => listed('done')).toMatchObject([{ eventId: own }])
  expect(await listed('pending')).toMatchObject([{ eventId, attempts: 1 }])
  await early.close()
  workers.splice(0)

  await start(() => Date.now() + AFTER_LEASE_MS)
  await requests(3)
  waiting[2]?.end()
  await expect.poll(() => listed('done')).toHaveLength(2)
  expect(await listed('done')).toContainEqual(expect.objectContaining({ eventId, attempts: 2 }))
})

it('waits for a running job when it is stopped', async () => {
  const eventId = await enqueue()
  const { child } = work()
  await requests(1)
  child.kill('SIGTERM')
  const exited = once(child, 'exit')
  waiting[0]?.end()
  expect((await exited)[0]).toBe(0)
  expect(await listed('done')).toMatchObject([{ eventId, attempts: 1 }])
})

it('does not start without a catalog, or with an option', async () => {
  const wrong = work('--port', '1')
  expect((await once(wrong.child, 'exit'))[0]).toBe(1)
  expect(wrong.output()).toContain("Unknown option '--port'")
  await catalog.close()
  await rm(join(folder, 'data'), { recursive: true })
  const started = work()
  expect((await once(started.child, 'exit'))[0]).toBe(1)
  expect(started.output()).toContain(
    'there is no catalog at data/catalog.db. Start countersign serve first',
  )
  catalog = await createSqliteCatalog({ path: join(folder, 'data/catalog.db') })
})
