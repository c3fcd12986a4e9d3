import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Cleanup, writeFolder } from './play-app.js'

const COUNTERSIGN = join(import.meta.dirname, '../bin/countersign.js')
const ROUTE = 'app/api/sign-cloudinary-params/route.js'
const QUESTION = `${ROUTE} exists already. Replace it? [y/N]`
// The pseudo-terminal is util-linux's `script`; other systems have another program of that name.
const hasScript = /util-linux/.test(
  String(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout),
)
const cleanups: Cleanup[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Runs `init` in a terminal, presses keys at its question, and returns its output. */
async function press(keys: string) {
  const folder = await writeFolder(
    { 'package.json': '{"dependencies":{"next":"16"}}', [ROUTE]: 'mine' },
    cleanups,
  )
  const command = `'${process.execPath}' '${COUNTERSIGN}' init --dir '${folder}'`
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: 'pipe' })
  let output = ''
  let isAnswered = false
  terminal.stdout.on('data', (part) => {
    output += part
    if (isAnswered || !output.includes(QUESTION)) return
    isAnswered = true
    terminal.stdin.write(keys)
  })
  const code = await new Promise((resolve) => terminal.on('close', resolve))
  return { code, output, route: await readFile(join(folder, ROUTE), 'utf8') }
}

describe.skipIf(!hasScript)('init asks in a terminal before it replaces a route;', () => {
  it('y replaces it', async () => {
    const { code, output, route } = await press('y\r')
    expect(route).toContain('createSignHandler')
    expect(output).toContain(`Replaced ${ROUTE}`)
    expect(code).toBe(0)
  })

  it('Enter keeps it', async () => {
    const { code, output, route } = await press('\r')
    expect(route).toBe('mine')
    expect(output).toContain(`Kept ${ROUTE}`)
    expect(code).toBe(1)
  })

  it.each([
    ['Ctrl+C', '\u0003'],
    ['Ctrl+D', '\u0004'],
  ])('%s ends it in one line, with nothing written', async (_, keys) => {
    const { code, output, route } = await press(keys)
    expect(route).toBe('mine')
    expect(output).toContain('stopped, nothing was written')
    expect(output).not.toMatch(/Error|at .*:\d+:\d+/)
    expect(code).toBe(130)
  })
})
