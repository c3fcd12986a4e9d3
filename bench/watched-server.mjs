/**
 * Starts a media server in its own process and collects its errors, for hostile campaigns. @module
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CLI = fileURLToPath(new URL('../packages/cli/bin/countersign.js', import.meta.url))

/**
 * Starts `countersign serve` on a folder without a free-space limit, and collects logged errors.
 *
 * @param {string} folder Data folder.
 * @param {{ cloud: string, keys: string }} tenant Cloud name, and keys in the format of COUNTERSIGN_KEYS.
 */
export async function startWatchedServer(folder, { cloud, keys }) {
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0'], {
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_CLOUD: cloud,
      COUNTERSIGN_KEYS: keys,
      COUNTERSIGN_STORAGE: `file:${folder}`,
      COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
      COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS: '256',
      COUNTERSIGN_MIN_FREE_BYTES: '0',
      COUNTERSIGN_MIN_FREE_PERCENT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  /** @type {string[]} */
  const errors = []
  let last = ''
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const address = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      const lines = (last + chunk).split('\n')
      last = lines.pop() ?? ''
      for (const line of lines) {
        const listening = /Server listening at (http:[^"\\ ]+)/.exec(line)
        if (listening) resolve(listening[1])
        // Level 50 of pino is an error.
        if (/^\{"level":[56]0/.test(line)) errors.push(line)
      }
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  return {
    pid: Number(child.pid),
    address: String(address),
    exited,
    exitCode: () => child.exitCode ?? child.signalCode,
    errors: () => errors,
    kill: () => child.kill('SIGKILL'),
  }
}
