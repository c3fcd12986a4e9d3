import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findApp } from '../src/doctor/find-app.js'
import { listListeners } from '../src/doctor/listeners.js'
import { type Cleanup, envFile, UPLOAD_KEY, writeFolder } from './play-app.js'

const BIN = join(import.meta.dirname, '../bin/countersign.js')
const cleanups: Cleanup[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const SERVER = `const s = require('node:http').createServer((q, r) => r.end('hi'))
s.listen(Number(process.argv[1] || 0), '127.0.0.1', () => console.log(s.address().port))`

/** Starts a program that listens, in a folder. */
async function listenIn(folder: string): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, ['-e', SERVER], { cwd: folder })
  cleanups.push(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  })
  const [text] = await once(child.stdout, 'data')
  return { port: Number(String(text)), child }
}

const find = (folder: string) => findApp({ folder, dataFolder: join(folder, '.countersign') })

describe.runIf(platform() === 'linux')('the app of a folder', () => {
  it('is found by its listening program, also in a subfolder', async () => {
    const folder = await writeFolder({ 'apps/web/package.json': '{}' }, cleanups)
    const { port } = await listenIn(join(folder, 'apps/web'))
    expect((await find(folder)).url.href).toBe(`http://localhost:${port}/`)
  })

  it('is not the media server of that folder', async () => {
    const folder = await writeFolder({}, cleanups)
    const env = { NODE_ENV: 'test' as const, PATH: process.env.PATH }
    const child = spawn(process.execPath, [BIN, 'dev', '--port', '0'], { cwd: folder, env })
    cleanups.push(async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
    })
    await once(child.stdout, 'data')
    const real = await realpath(folder)
    const own = (await listListeners())?.filter((one) => one.folder === real)
    expect(own).toMatchObject([{ isCountersign: true }])
  })

  it('is not the app of another folder on the default port; the error names that folder', async () => {
    const [folder, other] = [await writeFolder({}, cleanups), await writeFolder({}, cleanups)]
    const { port: usualPort } = await listenIn(other)
    const dataFolder = join(folder, '.countersign')
    await expect(findApp({ folder, dataFolder, usualPort })).rejects.toThrow(
      `countersign doctor --dir ${await realpath(other)}`,
    )
  })

  it('may be an app that was started in a parent folder', async () => {
    const folder = await writeFolder({ 'apps/web/package.json': '{}' }, cleanups)
    const { port: usualPort } = await listenIn(folder)
    const web = join(folder, 'apps/web')
    const found = await findApp({ folder: web, dataFolder: join(web, '.countersign'), usualPort })
    expect(found.url.port).toBe(String(usualPort))
  })

  it('must be given if several programs listen; the error lists them', async () => {
    const folder = await writeFolder({}, cleanups)
    const ports = [(await listenIn(folder)).port, (await listenIn(folder)).port]
    for (const port of ports) {
      await expect(find(folder)).rejects.toThrow(`countersign doctor http://localhost:${port}`)
    }
  })

  it('is the announced app if several programs listen', async () => {
    const folder = await writeFolder({}, cleanups)
    await listenIn(folder)
    const { port } = await listenIn(folder)
    await mkdir(join(folder, '.countersign'))
    await writeFile(
      join(folder, '.countersign/app.json'),
      JSON.stringify({ completionUrl: `http://127.0.0.1:${port}/api/x` }),
    )
    expect((await find(folder)).url.port).toBe(String(port))
  })
})

describe('the lock file of next dev', () => {
  const lockOf = (pid: number) => ({
    '.next/dev/lock': JSON.stringify({ pid, appUrl: 'http://localhost:3456' }),
    '.next/dev/routes-manifest.json': '{"basePath":"/base"}',
  })

  it('gives the address of the app, with its basePath', async () => {
    const folder = await writeFolder(lockOf(process.pid), cleanups)
    expect(await find(folder)).toMatchObject({
      url: new URL('http://localhost:3456/base'),
      foundBy: 'next dev in this folder',
    })
  })

  it('is ignored after the process has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'close')
    const folder = await writeFolder(lockOf(child.pid ?? 0), cleanups)
    const found = await find(folder).catch((error: Error) => error.message)
    expect(JSON.stringify(found)).not.toContain('3456')
  })
})

describe('countersign doctor without .env files', () => {
  it('reads the environment, mentions it, and prints no secret', async () => {
    const folder = await writeFolder({}, cleanups)
    const { port } = await listenIn(folder)
    const variables = Object.fromEntries(
      envFile()
        .trim()
        .split('\n')
        .map((line) => line.split('=') as [string, string]),
    )
    const stdout = await new Promise<string>((resolve) => {
      execFile(
        process.execPath,
        [BIN, 'doctor', `http://127.0.0.1:${port}`, '--json'],
        { cwd: folder, env: { NODE_ENV: 'test', PATH: process.env.PATH, ...variables } },
        (_, text) => resolve(text),
      )
    })
    const report = JSON.parse(stdout)
    expect(report.files).toEqual(['the environment'])
    expect(report.findings[0]).toMatchObject({ check: 'secrets', severity: 'green' })
    expect(stdout).not.toContain(UPLOAD_KEY.secret)
  })
})
