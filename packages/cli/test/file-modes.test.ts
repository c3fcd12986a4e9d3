import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const COMMAND = fileURLToPath(new URL('../bin/countersign.js', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-modes-'))
  await chmod(folder, 0o755)
})
afterEach(() => rm(folder, { recursive: true }))

// The usual umask of a shell: new files are readable by everybody.
async function run(command: string, variables: Record<string, string> = {}) {
  const line = `umask 022; exec "$0" "$1" ${command}`
  const options = {
    cwd: folder,
    env: { NODE_ENV: 'test' as const, PATH: process.env.PATH, ...variables },
  }
  return promisify(execFile)('/bin/sh', ['-c', line, process.execPath, COMMAND], options)
}

const modeOf = async (path: string) => ((await stat(join(folder, path))).mode & 0o777).toString(8)

describe('a command that opens the catalog', () => {
  it('creates the catalog for its owner only, even in a folder that is open to others', async () => {
    await mkdir(join(folder, 'data'))
    await run('keys create --cloud acme')
    for (const name of await readdir(join(folder, 'data'))) {
      expect([name, await modeOf(`data/${name}`)]).toEqual([name, '600'])
    }
    expect(await modeOf('data')).toBe('755')
  })

  it.each(['keys list', 'presets list --cloud acme', 'notifications list', 'collect --dry-run'])(
    'closes a catalog that others can read, and says so: %s',
    async (command) => {
      await run('keys create --cloud acme')
      await chmod(join(folder, 'data/catalog.db'), 0o644)
      await writeFile(join(folder, 'data/catalog.db.bak'), 'a copy')
      const { stderr } = await run(command)
      expect(await modeOf('data/catalog.db')).toBe('600')
      expect(await modeOf('data/catalog.db.bak')).toBe('600')
      expect(stderr).toMatch(/other users could read.*catalog\.db.*644/)
    },
  )
})

describe('countersign dev', () => {
  it('closes its keys to other users and keeps them out of git', async () => {
    await run('dev --prepare')
    expect(await modeOf('.countersign')).toBe('700')
    expect(await modeOf('.countersign/dev.json')).toBe('600')
    expect(await readFile(join(folder, '.countersign/.gitignore'), 'utf8')).toBe('*\n')
  })

  it('closes a dev.json that others can read, and keeps the keys in it', async () => {
    const { stdout: before } = await run('dev --env')
    await chmod(join(folder, '.countersign/dev.json'), 0o644)
    await rm(join(folder, '.countersign/.gitignore'))
    expect((await run('dev --env')).stdout).toBe(before)
    expect(await modeOf('.countersign/dev.json')).toBe('600')
    expect(await readFile(join(folder, '.countersign/.gitignore'), 'utf8')).toBe('*\n')
  })

  it.each(['keys list', 'keys create', 'presets set default'])(
    'has its open dev.json closed by %s, too',
    async (command) => {
      await run('dev --prepare')
      await chmod(join(folder, '.countersign/dev.json'), 0o644)
      await run(command)
      expect(await modeOf('.countersign/dev.json')).toBe('600')
    },
  )

  it('ignores only its own files if the folder holds other files', async () => {
    await writeFile(join(folder, 'package.json'), '{}')
    await run('dev --prepare', { COUNTERSIGN_DATA: '.' })
    const lines = (await readFile(join(folder, '.gitignore'), 'utf8')).split('\n')
    expect(lines).toContain('/dev.json*')
    expect(lines).toContain('/catalog.db*')
    expect(lines).not.toContain('*')
    expect(await modeOf('.')).toBe('755')
  })

  it('adds to a .gitignore that does not cover dev.json, once', async () => {
    await writeFile(join(folder, '.gitignore'), 'node_modules')
    await run('dev --prepare', { COUNTERSIGN_DATA: '.' })
    await run('dev --prepare', { COUNTERSIGN_DATA: '.' })
    const text = await readFile(join(folder, '.gitignore'), 'utf8')
    expect(text.split('\n').slice(0, 3)).toEqual([
      'node_modules',
      '# Data and secrets of countersign dev',
      '/dev.json*',
    ])
    expect(text.match(/dev\.json/g)).toHaveLength(1)
  })
})

describe('countersign init', () => {
  beforeEach(async () => {
    await writeFile(join(folder, 'package.json'), '{"dependencies":{"next":"16.4.5"}}')
    await mkdir(join(folder, 'app'))
    await writeFile(join(folder, 'app/page.js'), '')
  })

  it('writes .env.local for its owner, and the route as any source file', async () => {
    await run('init --yes')
    expect(await modeOf('.env.local')).toBe('600')
    expect(await modeOf('.countersign/dev.json')).toBe('600')
    expect(await modeOf('app/api/sign-cloudinary-params/route.js')).toBe('644')
    expect(await modeOf('app/api/sign-cloudinary-params')).toBe('755')
  })

  it('closes an existing .env.local, prints a message, and keeps its lines', async () => {
    await writeFile(join(folder, '.env.local'), 'MINE=1')
    const { stdout } = await run('init --yes')
    expect(await modeOf('.env.local')).toBe('600')
    expect(await readFile(join(folder, '.env.local'), 'utf8')).toMatch(/^MINE=1\n/)
    expect(stdout).toContain('Other users could read .env.local (mode 644)')
    expect((await run('init --yes')).stdout).not.toContain('Other users')
  })
})
