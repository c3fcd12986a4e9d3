import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiSignRequest } from '@countersign/protocol/signature'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderProblems, parseTrace, type TracedCall } from './write-order.js'

const COMMAND = fileURLToPath(new URL('../packages/cli/bin/countersign.js', import.meta.url))
const KEY = { cloud: 'traced', id: '123456789012345', secret: 'trace-secret-0123456789-abcdefgh' }
const TRACED = 'fdatasync,fsync,rename,renameat,renameat2,write,writev,sendto,sendmsg'
const hasTracer = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0

describe.skipIf(!hasTracer).each([
  ['small', 20_000],
  ['large', 2_000_000],
] as const)('one traced upload of a %s file (needs permission to use strace)', (size, bytes) => {
  let folder: string
  let server: ChildProcess
  let calls: readonly TracedCall[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-trace-'))
    const trace = join(folder, 'trace')
    const options = ['-f', '-y', '-s', '32', '--seccomp-bpf', '-e', `trace=${TRACED}`]
    server = spawn(
      'strace',
      [...options, '-o', trace, process.execPath, COMMAND, 'serve', '--port', '0'],
      { env: environment(folder), stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const address = await addressOf(server)
    // The first upload warms up the server; the second is checked.
    await upload(address, bytes)
    await upload(address, bytes)
    process.kill(await serverPid(server), 'SIGINT')
    await once(server, 'exit')
    const all = parseTrace(await readFile(trace, 'utf8'))
    const firstAnswer = all.find(({ text }) => text.includes('HTTP/1.1 200'))
    calls = all.filter(({ beganAt }) => beganAt > (firstAnswer?.returnedAt ?? 0))
  })
  afterAll(async () => {
    server.kill('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  })

  it('stores bytes, name and row durably, in this order, before the answer', () => {
    expect(calls.length).toBeGreaterThan(5)
    expect(orderProblems(calls, size)).toEqual([])
  })

  it.each([
    ['the sync of the bytes', /^fdatasync$/, /\/(blobs|staging)\//],
    ...(size === 'large' ? ([['the rename', /^rename/, /\/staging\//]] as const) : []),
    ['the sync of the folder', /^fsync$/, /\/blobs\/traced\/[0-9a-f]{2}>/],
    ['the sync of the row', /^f(data)?sync$/, /db-wal/],
  ] as const)('is reported without %s', (_step, name, text) => {
    const without = calls.filter((call) => !(name.test(call.name) && text.test(call.text)))
    expect(without.length).toBeLessThan(calls.length)
    expect(orderProblems(without, size)).toHaveLength(1)
  })

  it('is reported if the bytes are synced after the answer', () => {
    const sync = calls.filter(
      (call) => call.name === 'fdatasync' && /blobs|staging/.test(call.text),
    )
    const late = calls.map((call) =>
      sync.includes(call) ? { ...call, beganAt: call.beganAt + 1e6, returnedAt: 1e6 } : call,
    )
    expect(orderProblems(late, size)).toHaveLength(1)
  })
})

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    NODE_ENV: 'test',
    PATH: process.env.PATH,
    COUNTERSIGN_CLOUD: KEY.cloud,
    COUNTERSIGN_KEYS: `${KEY.id}:upload+manage:${KEY.secret}`,
    COUNTERSIGN_STORAGE: `file:${folder}`,
    COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    // Read to the end, because a server whose log has no reader would fail.
    child.stdout?.on('data', (chunk) => {
      text += chunk
      const found = /Server listening at (http:[^"\\ ]+)/.exec(text)
      if (found?.[1]) resolve(found[1])
    })
    child.once('exit', () => reject(new Error(`the server did not start: ${text}`)))
  })
}

/** Returns the process id of the server, which is the tracer's child. */
async function serverPid(tracer: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${tracer.pid}/task/${tracer.pid}/children`, 'utf8')
  return Number(children.trim().split(' ')[0])
}

async function upload(address: string, bytes: number): Promise<void> {
  const params = { timestamp: Math.floor(Date.now() / 1000) }
  const form = new FormData()
  form.append('timestamp', String(params.timestamp))
  form.append('api_key', KEY.id)
  form.append('signature', apiSignRequest(params, KEY.secret))
  form.append('file', new Blob([randomBytes(bytes)]), 'x.bin')
  const response = await fetch(`${address}/v1_1/${KEY.cloud}/raw/upload`, {
    method: 'POST',
    body: form,
  })
  expect(response.status, await response.text()).toBe(200)
}
