import { createServer } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { isFree } from './ports.mjs'
import { runNode } from './run-command.mjs'
import { supervise } from './supervise.mjs'

let port = 0

beforeAll(async () => {
  port = await freePort()
})

describe('supervise', () => {
  it('is ready when every program answers, and frees their ports when it stops', async () => {
    const running = supervise([program('server', listen())])
    expect(await running.ready()).toBe(true)
    await running.stop()
    expect(await isFree(port)).toBe(true)
  })

  it('stops its programs when its own process ends', async () => {
    const supervisor = new URL('./supervise.mjs', import.meta.url).href
    const code = `import { runNode } from './run-command.mjs'
import { supervise } from ${JSON.stringify(supervisor)}
      await supervise([${JSON.stringify(program('server', listen()))}]).ready()
      process.exit(0)`
    await runNode(['--input-type=module', '--eval', code], { quiet: true })
    await expect.poll(() => isFree(port)).toBe(true)
  })

  it('reports a program that ended by itself, and is then not ready', async () => {
    const running = supervise([program('server', 'process.exit(3)')])
    expect(await running.ended).toBe('server ended (exit code 3).')
    expect(await running.ready()).toBe(false)
    await running.stop()
  })
})

/**
 * @param {string} name
 * @param {string} code
 */
function program(name, code) {
  return {
    name,
    args: ['--eval', code],
    cwd: process.cwd(),
    env: process.env,
    address: `http://127.0.0.1:${port}/`,
  }
}

function listen() {
  return `require('node:http').createServer((q, a) => a.end('ok')).listen(${port}, '127.0.0.1')`
}

/** @returns {Promise<number>} */
function freePort() {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
