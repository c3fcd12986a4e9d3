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

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(
  ...given: readonly [{ env: Record<string, string> }, ...string[]] | string[]
): Promise<Ran> {
  const [first, ...rest] = given
  const own = typeof first === 'object' ? first.env : {}
  const args = (typeof first === 'object' ? rest : given) as string[]
  const env = { ...process.env, COUNTERSIGN_DATA: undefined, NO_COLOR: '1', ...own }
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

describe('countersign doctor', () => {
  it('exits with 1 for red findings, and prints JSON', async () => {
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

describe('--help', () => {
  it.each([
    [['serve', '--help'], 'countersign serve '],
    [['dev', '-h'], 'countersign dev '],
    [['keys', '--help'], 'countersign keys '],
    [['keys', 'create', '--help'], 'countersign keys '],
    [['presets', 'set', '-h'], 'countersign presets '],
    [['notifications', '--help'], 'countersign notifications '],
    [['config', '--help'], 'countersign config '],
    [['collect', '--help'], 'countersign collect '],
    [['init', '--help'], 'countersign init '],
    [['doctor', '--help'], 'countersign doctor '],
    [['--help'], 'countersign <command>'],
  ])('of %j prints the usage and does nothing else', async (args, beginning) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.startsWith(beginning)).toBe(true)
  })
})

describe('countersign config', () => {
  const effective = (env: Record<string, string>, ...args: string[]) =>
    run({ env }, 'config', '--effective', ...args)

  it('prints every limit in force with its maximum, and no secret', async () => {
    const { code, stdout } = await effective({
      COUNTERSIGN_CLOUD: 'acme',
      COUNTERSIGN_KEYS: '123:upload:the-secret-of-a-key-000000000000:avatars',
      COUNTERSIGN_WEBHOOK_SECRET: 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz',
      COUNTERSIGN_MAX_TAGS: '7',
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^COUNTERSIGN_MAX_TAGS +7\* +1000 +4000 +tags of an asset$/m)
    expect(stdout).toMatch(/^keys +acme\/123:upload:avatars$/m)
    expect(stdout).toMatch(/^webhookSecret +\[secret\]$/m)
    expect(stdout).not.toMatch(/the-secret|whsec/)
  })

  it('prints JSON without the credentials in addresses', async () => {
    const url = 'http://user:password@app.internal/hook?token=t0ken'
    const { stdout } = await effective(
      {
        COUNTERSIGN_COMPLETION_URL: url,
        COUNTERSIGN_WEBHOOK_SECRET: 'whsec_dGhlIG5vdGlmaWNhdGlvbiBzZWNyZXQgb2YgdGhlIHRlc3Rz',
      },
      '--json',
    )
    expect(JSON.parse(stdout)).toMatchObject({
      settings: { completionUrl: 'http://[secret]@app.internal/hook' },
      limits: { maxRequestBytes: 104_857_600, maxSessions: 1000 },
    })
  })

  it('reports all problems at once, as serve does', async () => {
    const { code, stderr } = await effective({ PORT: 'x', COUNTERSIGN_MAX_TAGS: '4001' })
    expect(code).toBe(1)
    expect(stderr).toContain('PORT is "x"')
    expect(stderr).toContain(
      'COUNTERSIGN_MAX_TAGS is "4001"; it must be a whole number from 1 to 4000',
    )
  })
})

describe('countersign init', () => {
  it('keeps an existing route with --yes and reports it; replaces the route with --force', async () => {
    const path = 'app/api/sign-cloudinary-params/route.js'
    const folder = await writeFolder(
      { 'package.json': '{"dependencies":{"next":"16"}}', [path]: 'mine' },
      cleanups,
    )
    const kept = await run('init', '--dir', folder, '--yes')
    expect(kept).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`Kept ${path}`),
    })
    expect(await readFile(join(folder, path), 'utf8')).toBe('mine')
    const forced = await run('init', '--dir', folder, '--force')
    expect(forced).toMatchObject({ code: 0, stdout: expect.stringContaining('Replaced') })
    const secret = /SECRET=(.+)/.exec(await readFile(join(folder, '.env.local'), 'utf8'))?.[1]
    expect(kept.stdout + forced.stdout).not.toContain(secret)
  })

  it('prints commands that can be run as printed, with its own port', async () => {
    const folder = await writeFolder({ 'index.html': '' }, cleanups)
    const { stdout } = await run({ env: { PORT: '8790' } }, 'init', '--dir', folder)
    const address = /COUNTERSIGN_URL=(.*)/.exec(await readFile(join(folder, '.env.local'), 'utf8'))
    expect(address?.[1]).toBe('http://127.0.0.1:8790')
    expect(stdout).toContain('beside your app: PORT=8790 npx countersign dev\n')
    expect(stdout).toContain('npx countersign doctor')
    expect(stdout).not.toMatch(/(?<!npx )countersign (?:dev|doctor)\b/)
  })

  it('exits with 2 if the folder has no app', async () => {
    const folder = await writeFolder({}, cleanups)
    expect(await run('init', '--dir', folder)).toMatchObject({ code: 2 })
  })
})
