import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from './lock-folder.js'

let folder: string
const children: ChildProcess[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-lock-'))
})
afterEach(async () => {
  await Promise.all(children.splice(0).map(kill))
  await rm(folder, { recursive: true })
})

const lock = () => lockFolder(join(folder, 'server.lock'), { folder, command: 'serve' })

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Takes the lock in a process of its own. Resolves when the process says whether it holds the lock. */
async function lockElsewhere(): Promise<{ child: ChildProcess; said: string }> {
  const module = new URL('../../../dist/storage/disk/lock-folder.js', import.meta.url).href
  const program = `
    import { lockFolder } from ${JSON.stringify(module)}
    const folder = process.argv[1]
    await lockFolder(folder + '/server.lock', { folder, command: 'dev' }).then(
      () => process.send('held'),
      (error) => process.send(error.message),
    )
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, folder], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.push(child)
  const [said] = await once(child, 'message')
  return { child, said: String(said) }
}

describe('the lock of a data folder', () => {
  it('is refused to a second holder, with the folder and the process', async () => {
    const held = await lock()
    await expect(lock()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(
        `${folder} is in use by another media server: countersign serve, process ${process.pid} on `,
      ),
    })
    const { said } = await lockElsewhere()
    expect(said).toContain(`countersign serve, process ${process.pid} on `)
    held.release()
  })

  it('can be taken after it is released', async () => {
    const first = await lock()
    first.release()
    const second = await lock()
    await expect(lock()).rejects.toThrow('is in use')
    second.release()
  })

  it('is released when its process is killed', async () => {
    const { child, said } = await lockElsewhere()
    expect(said).toBe('held')
    await expect(lock()).rejects.toThrow(`countersign dev, process ${child.pid} on `)
    await kill(child)
    const held = await lock()
    held.release()
  })

  it('is taken by exactly one of several processes that start at once, and names that process', async () => {
    const started = await Promise.all([1, 2, 3, 4].map(() => lockElsewhere()))
    const holders = started.filter(({ said }) => said === 'held')
    expect(holders).toHaveLength(1)
    for (const { said } of started.filter((one) => !holders.includes(one))) {
      expect(said).toContain(`process ${holders[0]?.child.pid} on `)
    }
  })

  it('is readable by its owner only', async () => {
    const held = await lock()
    expect((await stat(join(folder, 'server.lock'))).mode & 0o777).toBe(0o600)
    held.release()
  })
})
