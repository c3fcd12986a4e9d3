import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeEnvFile } from './build-app.mjs'

/** @type {string} */
let app

beforeEach(async () => {
  app = await mkdtemp(join(tmpdir(), 'countersign-app-'))
})

afterEach(() => rm(app, { recursive: true }))

it.each([undefined, 'SECRET=old\n', 'SECRET=new\n'])(
  'closes .env.local to other users where it was %j',
  async (before) => {
    const path = join(app, '.env.local')
    if (before !== undefined) await writeFile(path, before, { mode: 0o644 })
    writeEnvFile(app, 'SECRET=new\n')
    expect(await readFile(path, 'utf8')).toBe('SECRET=new\n')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  },
)
