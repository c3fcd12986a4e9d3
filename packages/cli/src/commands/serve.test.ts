import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const COMMAND = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))

let folder: string
type Child = ChildProcessByStdio<null, Readable, Readable>

const children: Child[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

interface Run {
  readonly child: Child
  readonly output: () => string
  readonly exited: Promise<number | null>
}

function run(args: readonly string[], environment: Record<string, string> = {}): Run {
  const env: NodeJS.ProcessEnv = {
    // The disk of the tests may be nearly full.
    COUNTERSIGN_MIN_FREE_BYTES: '0',
    COUNTERSIGN_MIN_FREE_PERCENT: '0',
    ...environment,
    NODE_ENV: 'test',
    PATH: process.env.PATH,
  }
  const child: Child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  const exited = once(child, 'close').then(() => child.exitCode)
  return { child, output: () => text, exited }
}

const KEY = {
  COUNTERSIGN_CLOUD: 'acme',
  COUNTERSIGN_KEYS: '1:upload:a-secret-of-the-tests-0123456789',
}

async function listening({ output }: Run): Promise<string> {
  await expect.poll(output).toMatch(/listening at (http[^"]+)/)
  return /listening at (http[^"]+)/.exec(output())?.[1] ?? ''
}

describe('countersign serve', () => {
  it('does not start without a key, and prints how to create one', async () => {
    const started = run(['serve', '--port', '0'])
    expect(await started.exited).toBe(1)
    expect(started.output()).toContain('there is no key. Make one with: countersign keys create')
  })

  it('reports all wrong variables at once', async () => {
    const started = run(['serve'], { PORT: 'x', COUNTERSIGN_STORAGE: 's3://b' })
    expect(await started.exited).toBe(1)
    expect(started.output()).toMatch(/2 problems:\n {2}- PORT .*\n {2}- COUNTERSIGN_STORAGE/)
  })

  it('reports the port that is taken and the variable that changes it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const started = run(['serve', '--port', String(port)], KEY)
    expect(await started.exited).toBe(1)
    expect(started.output()).toContain(
      `port ${port} of 127.0.0.1 is taken. Set PORT to another one.`,
    )
    other.close()
  })

  it('does not start with a secret that is not filled in, too short, or used twice', async () => {
    const secret = 'a-secret-of-the-tests-0123456789'
    const started = run(['serve', '--port', '0'], {
      COUNTERSIGN_CLOUD: 'acme',
      COUNTERSIGN_KEYS: `1:upload:undefined,2:manage:abc,3:upload:${secret}`,
      COUNTERSIGN_WEBHOOK_SECRET: secret,
    })
    expect(await started.exited).toBe(1)
    expect(started.output()).toContain('3 problems:')
    expect(started.output()).not.toContain(secret)
  })

  it('warns about misspelled variables and about a secret that is easy to guess', async () => {
    const started = run(['serve', '--port', '0'], {
      CLOUDINARY_URL: 'cloudinary://1:hunter2hunter2@acme',
      COUNTERSIGN_REFUSE_SHA: 'true',
      COUNTERSIGN_PORT_8787_TCP: 'tcp://10.0.0.1:8787',
    })
    await expect.poll(started.output).toContain('fewer than 20 characters')
    expect(started.output()).toContain('The nearest known one is COUNTERSIGN_REFUSE_SHA1')
    expect(started.output()).not.toMatch(/hunter2|8787_TCP/)
  })

  it('stops at once on Ctrl-C, and never prints a secret', async () => {
    const started = run(['serve', '--port', '0'], KEY)
    const address = await listening(started)
    expect((await fetch(`${address}/health`)).status).toBe(200)
    started.child.kill('SIGINT')
    expect(await started.exited).toBe(0)
    expect(started.output()).not.toContain('a-secret-of-the-tests')
  })

  it('after SIGTERM, is not ready, still answers, and exits with 0', async () => {
    const started = run(['serve', '--port', '0'], KEY)
    const address = await listening(started)
    started.child.kill('SIGTERM')
    await expect.poll(async () => (await fetch(`${address}/ready`)).status).toBe(503)
    expect((await fetch(`${address}/health`)).status).toBe(200)
    expect(await started.exited).toBe(0)
  })
})

describe('a server that stops', () => {
  it('exits with 1 on a second signal', async () => {
    const started = run(['serve', '--port', '0'], KEY)
    const address = await listening(started)
    started.child.kill('SIGTERM')
    await expect.poll(async () => (await fetch(`${address}/ready`)).status).toBe(503)
    started.child.kill('SIGTERM')
    expect(await started.exited).toBe(1)
  })

  it('logs an uncaught error, finishes running requests, and exits with 1', async () => {
    const breaking =
      "process.on('SIGUSR2', () => void Promise.reject(new Error('nobody caught it')))"
    const started = run(['serve', '--port', '0'], {
      ...KEY,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(breaking)}`,
    })
    const address = await listening(started)
    const { socket, answered } = slowRequest(address)
    await once(socket, 'connect')
    socket.write(
      'POST /v1_1/acme/raw/upload HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{',
    )
    await expect.poll(async () => (await fetch(`${address}/health`)).status).toBe(200)
    started.child.kill('SIGUSR2')
    await expect.poll(started.output).toContain('nobody caught it')
    await expect(fetch(`${address}/health`)).rejects.toThrow()
    socket.write('}')
    // The request was refused because it had no signature, but it was answered.
    expect(await answered).toContain('HTTP/1.1 400')
    expect(await started.exited).toBe(1)
  })
})

/** Opens a connection whose requests are written by hand. */
function slowRequest(address: string): { socket: Socket; answered: Promise<string> } {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (chunk) => (text += chunk))
  return { socket, answered: once(socket, 'close').then(() => text) }
}

describe('countersign keys', () => {
  it('creates a key, prints its secret once and never lists it', async () => {
    const made = run(['keys', 'create', '--cloud', 'acme', '--scopes', 'upload'])
    expect(await made.exited).toBe(0)
    const secret = /CLOUDINARY_API_SECRET=(\S+)/.exec(made.output())?.[1] ?? ''
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const listed = run(['keys', 'list'])
    expect(await listed.exited).toBe(0)
    expect(listed.output()).toMatch(/acme {2,}\d{15} {2,}upload/)
    expect(listed.output()).not.toContain(secret)
  })

  it('refuses the name of a route as a cloud, and an unknown scope', async () => {
    for (const args of [['--cloud', 'v1_1'], ['--cloud', 'acme', '--scopes', 'root'], []]) {
      const made = run(['keys', 'create', ...args])
      expect(await made.exited).toBe(1)
      expect(made.output()).toMatch(/--cloud|--scopes/)
    }
  })
})

describe('countersign dev', () => {
  it('creates its keys once, readable by their owner only, and prints them as .env.local lines', async () => {
    await run(['dev', '--prepare']).exited
    const file = join(folder, '.countersign/dev.json')
    const first = await readFile(file, 'utf8')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const printed = run(['dev', '--env'])
    await printed.exited
    expect(await readFile(file, 'utf8')).toBe(first)
    const { cloudName, uploadKey } = JSON.parse(first)
    expect(cloudName).toMatch(/^dev-[0-9a-f]{8}$/)
    expect(printed.output()).toContain(`NEXT_PUBLIC_CLOUDINARY_API_KEY=${uploadKey.id}`)
  })

  it('recognizes the files of a server in its data folder as its own', async () => {
    const data = join(folder, '.countersign')
    const started = run(['dev', '--port', '0'])
    await expect.poll(started.output).toMatch(/countersign dev: cloud dev-/)
    expect(await readdir(data)).toContain('locks')
    started.child.kill('SIGKILL')
    await started.exited
    for (const name of ['dev.json', '.gitignore']) await rm(join(data, name))
    await run(['dev', '--prepare']).exited
    expect(await readFile(join(data, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('never reads CLOUDINARY_* of the shell', async () => {
    const started = run(['dev', '--port', '0'], {
      CLOUDINARY_URL: 'cloudinary://1:somebodys-secret@account',
    })
    await expect.poll(started.output).toMatch(/countersign dev: cloud dev-/)
    expect(started.output()).not.toContain('account')
    started.child.kill('SIGINT')
    expect(await started.exited).toBe(0)
  })
})

it('reports an unknown command', async () => {
  const started = run(['serv'])
  expect(await started.exited).toBe(2)
  expect(started.output()).toContain('there is no command "serv"')
})

describe('countersign collect', () => {
  it('counts without deleting, and keeps files if the catalog has no row for any of them', async () => {
    await run(['keys', 'create', '--cloud', 'acme']).exited
    const shard = join(folder, 'data/blobs/acme/ab')
    await mkdir(shard, { recursive: true })
    const file = join(shard, 'ab'.repeat(16))
    await writeFile(file, 'x')
    const weekAgo = Date.now() / 1000 - 7 * 86_400
    await utimes(file, weekAgo, weekAgo)
    for (const args of [['collect', '--dry-run'], ['collect']]) {
      const pass = run(args)
      expect(await pass.exited).toBe(0)
      expect(pass.output()).toContain('Kept 1 unreferenced files')
    }
    expect(await readFile(file, 'utf8')).toBe('x')
  })
})

describe('a signal during the start', () => {
  it.each(['serve', 'work'])('stops %s with exit code 0', async (command) => {
    if (command === 'work') await run(['keys', 'create', '--cloud', 'acme']).exited
    const program = run([command], { ...KEY, PORT: '0' })
    const lock = command === 'work' ? 'workers' : 'server'
    const opened = () => existsSync(join(folder, 'data/locks', `${lock}.lock`))
    await expect.poll(opened, { interval: 1 }).toBe(true)
    program.child.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })
})

describe('a second server on one data folder', () => {
  it.each([
    ['serve', KEY, 'data'],
    ['dev', {}, '.countersign'],
  ] as const)(
    'does not start as %s, and names the folder and the process that holds it',
    async (command, environment, data) => {
      const first = run([command, '--port', '0'], environment)
      await expect.poll(first.output).toMatch(/listening at|countersign dev: cloud/)
      const second = run([command, '--port', '0'], environment)
      expect(await second.exited).toBe(1)
      expect(second.output()).toContain(`${join(await realpath(folder), data)} is in use`)
      expect(second.output()).toContain(
        `countersign ${command}, process ${first.child.pid} on ${hostname()}`,
      )
      expect(second.output()).not.toContain('    at ')
    },
  )

  it('does not start with the same catalog and another storage folder', async () => {
    const first = run(['serve', '--port', '0'], KEY)
    await listening(first)
    const second = run(['serve', '--port', '0'], {
      ...KEY,
      COUNTERSIGN_STORAGE: 'file:./elsewhere',
    })
    expect(await second.exited).toBe(1)
    expect(second.output()).toContain(
      `${join(await realpath(folder), 'data/catalog.db')} is in use`,
    )
  })

  it('starts after the first was killed', async () => {
    const first = run(['serve', '--port', '0'], KEY)
    await listening(first)
    first.child.kill('SIGKILL')
    await first.exited
    await listening(run(['serve', '--port', '0'], KEY))
  })

  it('does not stop commands and workers that share the folder', async () => {
    await listening(run(['serve', '--port', '0'], KEY))
    for (const args of [
      ['keys', 'create', '--cloud', 'acme'],
      ['keys', 'list'],
      ['presets', 'set', 'default', '--cloud', 'acme', '--max-bytes', '5000'],
      ['notifications', 'list'],
      ['collect', '--dry-run'],
    ]) {
      const command = run(args)
      expect([args, await command.exited, command.output()]).toEqual([args, 0, expect.anything()])
    }
    const workers = [run(['work'], KEY), run(['work'], KEY)]
    for (const worker of workers) {
      await expect.poll(worker.output).toContain('worker started')
      worker.child.kill('SIGTERM')
      expect(await worker.exited).toBe(0)
    }
  })
})
