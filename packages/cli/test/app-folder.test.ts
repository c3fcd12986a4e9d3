import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const BIN = join(import.meta.dirname, '../bin/countersign.js')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-app-folder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(args: string, variables: Record<string, string> = {}): Promise<Ran> {
  const env: NodeJS.ProcessEnv = { NODE_ENV: 'test', PATH: process.env.PATH, ...variables }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [BIN, ...args.split(' ')],
      { cwd: folder, env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

async function devData(
  name = '.countersign',
): Promise<{ cloudName: string; uploadKey: { id: string } }> {
  return JSON.parse(await readFile(join(folder, name, 'dev.json'), 'utf8'))
}

const READING = [
  'presets list',
  'presets show default',
  'keys list',
  'keys rotate 1',
  'keys revoke 1',
  'notifications list',
  'notifications replay --all',
  'collect',
  'collect --dry-run',
]

describe('in a folder that has no catalog', () => {
  it.each(READING)('`%s` fails, names the path, and makes no file', async (args) => {
    const { code, stdout, stderr } = await run(args, { COUNTERSIGN_CLOUD: 'acme' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('there is no catalog at data/catalog.db')
    expect(await readdir(folder)).toEqual([])
  })

  it('names the file of COUNTERSIGN_DATABASE', async () => {
    const { stderr } = await run('keys list', { COUNTERSIGN_DATABASE: 'sqlite:there/is.db' })
    expect(stderr).toContain('there is no catalog at there/is.db')
    expect(await readdir(folder)).toEqual([])
  })
})

describe('in the folder of an app that uses `countersign dev`', () => {
  beforeEach(async () => {
    expect((await run('dev --prepare')).code).toBe(0)
  })

  it('creates no files when a command reads before the server has run', async () => {
    const before = await readdir(join(folder, '.countersign'))
    for (const args of ['presets list', 'notifications list', 'collect']) {
      expect((await run(args)).stderr, args).toContain(
        'there is no catalog at .countersign/catalog.db yet: countersign dev makes it',
      )
    }
    expect(await readdir(join(folder, '.countersign'))).toEqual(before)
    expect(await readdir(folder)).toEqual(['.countersign'])
  })

  it('creates a preset for its cloud as in the README, and shows it', async () => {
    const { cloudName } = await devData()
    const made = await run('presets set my-preset --max-bytes 5000000')
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).toBe(`Preset my-preset of ${cloudName}: {"max_bytes":5000000}\n`)
    expect((await run('presets list')).stdout).toMatch(
      /^my-preset +signed +\{"max_bytes":5000000\}$/m,
    )
    expect(await readdir(folder)).toEqual(['.countersign'])
  })

  it('shows an example if `presets set` has no name', async () => {
    expect((await run('presets set')).stderr).toContain('presets set default --max-bytes 5000000')
  })

  it('lists the keys of dev beside those of the catalog, without secrets', async () => {
    const { cloudName, uploadKey } = await devData()
    const { stdout } = await run('keys create')
    const made = /API_KEY=(\d{15})/.exec(stdout)?.[1]
    const listed = (await run('keys list')).stdout
    expect(listed).toMatch(
      new RegExp(`^${cloudName} +${uploadKey.id} +upload +default .*dev.json$`, 'm'),
    )
    expect(listed).toMatch(new RegExp(`^${cloudName} +${made} +upload .*catalog$`, 'm'))
    expect(listed).not.toContain(/API_SECRET=(\S+)/.exec(stdout)?.[1])
    expect((await run(`keys revoke ${uploadKey.id}`)).stderr).toContain('kept in dev.json')
  })

  it('prefers the catalog in COUNTERSIGN_DATABASE', async () => {
    await run('keys create --cloud acme', { COUNTERSIGN_DATABASE: 'sqlite:other.db' })
    expect(await readdir(folder)).toContain('other.db')
    expect(
      (await run('keys list', { COUNTERSIGN_DATABASE: 'sqlite:other.db' })).stdout,
    ).not.toContain('dev.json')
  })
})

it('uses the folder in COUNTERSIGN_DATA', async () => {
  const variables = { COUNTERSIGN_DATA: 'kept' }
  await run('dev --prepare', variables)
  const { cloudName } = await devData('kept')
  expect((await run('presets set a --max-bytes 1', variables)).stdout).toContain(`of ${cloudName}:`)
  expect(await readdir(folder)).toEqual(['kept'])
})

it('refuses a dev.json that `countersign dev` did not write', async () => {
  await mkdir(join(folder, '.countersign'))
  await writeFile(join(folder, '.countersign/dev.json'), '{}')
  expect(await run('presets list')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not a file of countersign dev'),
  })
})

it('ignores a folder named .countersign that `countersign dev` did not create', async () => {
  await mkdir(join(folder, '.countersign'))
  expect((await run('presets list')).stderr).toContain('data/catalog.db')
})
