import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSqliteCatalog } from '../catalog/sqlite/sqlite.js'
import { closeToOthers, openPrivately } from './private-file.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-private-'))
})
afterEach(() => rm(folder, { recursive: true }))

const modeOf = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8)

async function writeOpen(name: string, mode: number): Promise<void> {
  await writeFile(join(folder, name), name)
  await chmod(join(folder, name), mode)
}

describe('a file with secrets', () => {
  it.each([
    [0o644, '644'],
    [0o640, '640'],
    [0o666, '666'],
    [0o604, '604'],
    [0o660, '660'],
  ])('is closed to other users from mode %o on, and says so', async (mode, told) => {
    const warnings: object[] = []
    await writeOpen('dev.json', mode)
    const path = join(folder, 'dev.json')
    expect(await closeToOthers(path, { warn: (details) => void warnings.push(details) })).toBe(told)
    expect(await modeOf('dev.json')).toBe('600')
    expect(warnings).toEqual([{ path, mode: told }])
    expect(await readFile(path, 'utf8')).toBe('dev.json')
  })

  it.each([0o600, 0o400])('stays as it is with mode %o', async (mode) => {
    await writeOpen('dev.json', mode)
    expect(await closeToOthers(join(folder, 'dev.json'))).toBeNull()
    expect(await modeOf('dev.json')).toBe(mode.toString(8))
  })

  it('may be missing', async () => {
    expect(await closeToOthers(join(folder, 'nothing'))).toBeNull()
  })

  it('is closed together with its companion files, and no others', async () => {
    const own = ['catalog.db', 'catalog.db-wal', 'catalog.db-shm', 'catalog.db.bak', 'catalog.db~']
    own.push('catalog.db_old', 'catalog.db (copy)', 'catalog.db+1')
    const foreign = ['catalog.dbx', 'other.db', 'my-catalog.db']
    for (const name of [...own, ...foreign]) await writeOpen(name, 0o644)
    await openPrivately(join(folder, 'catalog.db'))
    for (const name of own) expect(await modeOf(name)).toBe('600')
    for (const name of foreign) expect(await modeOf(name)).toBe('644')
  })

  // Only root can write files of another owner.
  it.runIf(process.getuid?.() === 0)(
    'of another owner is refused with the command to run',
    async () => {
      await chmod(folder, 0o755)
      await writeOpen('catalog.db', 0o666)
      await writeOpen('group.db', 0o660)
      const program = `
      const { closeToOthers } = await import(${JSON.stringify(new URL('../../dist/storage/private-file.js', import.meta.url).href)})
      for (const name of ['catalog.db', 'group.db'])
        await closeToOthers(${JSON.stringify(`${folder}/`)} + name).then(console.log, ({ code, message }) => console.log(code, message))`
      const told = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
        uid: 65_534,
        gid: 65_534,
        encoding: 'utf8',
      })
      const [refused, group] = told.trim().split('\n')
      expect(refused).toMatch(
        /^CONFIG_INVALID .*mode 666.*Run as its owner: chmod 600 '.*catalog\.db'$/,
      )
      expect(group).toBe('null')
      expect(await modeOf('catalog.db')).toBe('666')
    },
  )
})

describe('the catalog', () => {
  it('is readable by its owner only under any umask, with its write-ahead log', async () => {
    const before = process.umask(0)
    try {
      const catalog = await createSqliteCatalog({ path: join(folder, 'catalog.db') })
      await catalog.probe()
      for (const name of ['catalog.db', 'catalog.db-wal', 'catalog.db-shm']) {
        expect(await modeOf(name)).toBe('600')
      }
      await catalog.close()
    } finally {
      process.umask(before)
    }
  })
})
