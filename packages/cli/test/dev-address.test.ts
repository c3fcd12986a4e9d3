import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const BIN = join(import.meta.dirname, '../bin/countersign.js')

let folder: string
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-dev-address-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGINT')
    if (child.exitCode === null) await once(child, 'close')
  }
  await rm(folder, { recursive: true, force: true })
})

/** Starts `countersign dev` on a free port, and returns its output. */
async function startDev(
  files: Record<string, (port: string) => string>,
): Promise<{ port: string; printed: () => string; cloud: string }> {
  // The port must be known before the files are written, so the first start only finds a free port.
  const first = spawnDev('0')
  const port = (await first.address()).port
  first.child.kill('SIGINT')
  await once(first.child, 'close')
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text(port))
  }
  const { address, printed } = spawnDev(port)
  const { cloud } = await address()
  return { port, printed, cloud }
}

function spawnDev(port: string) {
  const env: NodeJS.ProcessEnv = { NODE_ENV: 'test', PATH: process.env.PATH, PORT: port }
  const child = spawn(process.execPath, [BIN, 'dev'], { cwd: folder, env })
  children.push(child)
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  const started = /cloud (\S+) on http:\/\/127\.0\.0\.1:(\d+), data in .*\n/
  return {
    child,
    printed: () => text,
    address: async () => {
      await expect.poll(() => text).toMatch(started)
      const [, cloud = '', found = ''] = started.exec(text) ?? []
      return { cloud, port: found }
    },
  }
}

describe('`countersign dev` beside an app whose .env files name another address', () => {
  it('prints the file, the address, and the line to write instead', async () => {
    const { port, printed } = await startDev({
      '.env.local': () => 'NEXT_PUBLIC_COUNTERSIGN_URL=http://127.0.0.1:1\n',
    })
    await expect
      .poll(printed)
      .toContain(
        '.env.local names another address: NEXT_PUBLIC_COUNTERSIGN_URL is http://127.0.0.1:1',
      )
    await expect
      .poll(printed)
      .toContain(`\n  NEXT_PUBLIC_COUNTERSIGN_URL=http://127.0.0.1:${port}\n`)
    expect(await readFile(join(folder, '.env.local'), 'utf8')).toContain(':1\n')
  })

  it('finds the address in every file and under every prefix, and prints no password of it', async () => {
    const { port, printed } = await startDev({
      '.env': () => 'COUNTERSIGN_URL="http://me:hunter2@media.example/x/"\n',
      '.env.development': () => 'VITE_COUNTERSIGN_URL=8787\n',
    })
    await expect.poll(printed).toContain('COUNTERSIGN_URL is http://media.example/x\n')
    await expect.poll(printed).toContain('VITE_COUNTERSIGN_URL is not an address')
    await expect.poll(printed).toContain(`  VITE_COUNTERSIGN_URL=http://127.0.0.1:${port}`)
    expect(printed()).not.toContain('hunter2')
  })
})

it('`countersign dev` prints no warning if the effective line names it, by any loopback name', async () => {
  const { printed, cloud } = await startDev({
    '.env.local': (port) => `NEXT_PUBLIC_COUNTERSIGN_URL=http://localhost:${port}/\n`,
    '.env': () => 'NEXT_PUBLIC_COUNTERSIGN_URL=https://media.example\n',
    '.env.development': () => 'MY_URL=http://127.0.0.1:1\n',
  })
  // The signal ends the process, so its output is complete.
  const child = children.at(-1)
  child?.kill('SIGINT')
  if (child) await once(child, 'close')
  expect(printed().trim().split('\n')).toHaveLength(1)
  expect(printed()).toContain(cloud)
})
