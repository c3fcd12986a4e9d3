import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Cleanup, playApp, writeFolder } from './play-app.js'

const BIN = join(import.meta.dirname, '../bin/countersign.js')
const cleanups: Cleanup[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, COUNTERSIGN_DATA: undefined, NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

describe('countersign doctor', () => {
  it('exits with 1 where something is red, and prints JSON for programs', async () => {
    const { url, folder } = await playApp({}, cleanups)
    const { code, stdout } = await run('doctor', url.href, '--dir', folder, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, counts: { red: expect.any(Number) } })
  })

  it.each([[['ftp://localhost']], [['--dir', '/no/such/folder']], [['--nothing']], [['a', 'b']]])(
    'exits with 2 for %j',
    async (args) => {
      const { code, stdout, stderr } = await run('doctor', ...args)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain('countersign doctor:')
    },
  )
})

describe('countersign init', () => {
  it('overwrites nothing with --yes and says so, and does with --force', async () => {
    const path = 'app/api/sign-cloudinary-params/route.js'
    const folder = await writeFolder(
      { 'package.json': '{"dependencies":{"next":"16"}}', [path]: 'mine' },
      cleanups,
    )
    const kept = await run('init', '--dir', folder, '--yes')
    expect(kept).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`Left ${path} as it is`),
    })
    expect(await readFile(join(folder, path), 'utf8')).toBe('mine')
    const forced = await run('init', '--dir', folder, '--force')
    expect(forced).toMatchObject({ code: 0, stdout: expect.stringContaining('Replaced') })
    const secret = /SECRET=(.+)/.exec(await readFile(join(folder, '.env.local'), 'utf8'))?.[1]
    expect(kept.stdout + forced.stdout).not.toContain(secret)
  })

  it('exits with 2 where there is no app of Next', async () => {
    const folder = await writeFolder({}, cleanups)
    expect(await run('init', '--dir', folder)).toMatchObject({ code: 2 })
  })
})
