/** Starts the upload servers to measure, each in its own process and a new folder. @module */

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A key with all scopes, and a key for browsers. */
export const FULL = { id: '123456789012345', secret: 'bench-full-key-secret-000000000001' }
export const UPLOAD = { id: '543210987654321', secret: 'bench-upload-key-secret-0000000002' }
export const CLOUD = 'bench'

const PROGRAMS = {
  ours: ['../packages/cli/bin/countersign.js', 'serve', '--port', '0'],
  floor: ['floor-server.mjs'],
  tus: ['tus-server.mjs'],
}

/**
 * @typedef {object} UploadServer
 * @property {keyof typeof PROGRAMS} side
 * @property {number | undefined} pid
 * @property {number} port
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a server and waits until it listens.
 *
 * @param {keyof typeof PROGRAMS} side
 * @returns {Promise<UploadServer>}
 */
export async function startUploadServer(side) {
  const folder = await mkdtemp(join(tmpdir(), `countersign-bench-${side}-`))
  const [program = '', ...args] = PROGRAMS[side]
  const path = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, [path, ...(side === 'ours' ? args : [folder])], {
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const port = await new Promise((resolve) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      if (text.length < 20_000) text += chunk
      const found = /listening (?:at http:\/\/127\.0\.0\.1:)?(\d+)/.exec(text)
      if (found) resolve(Number(found[1]))
    })
  })
  return {
    side,
    pid: child.pid,
    port: Number(port),
    async stop() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** @param {string} folder */
function environment(folder) {
  return {
    PATH: process.env.PATH,
    COUNTERSIGN_CLOUD: CLOUD,
    COUNTERSIGN_KEYS: `${FULL.id}:upload+manage+deliver:${FULL.secret},${UPLOAD.id}:upload:${UPLOAD.secret}`,
    COUNTERSIGN_STORAGE: `file:${folder}`,
    COUNTERSIGN_DATABASE: `sqlite:${join(folder, 'catalog.db')}`,
    COUNTERSIGN_MAX_REQUEST_BYTES: String(5 * 1024 ** 3),
    COUNTERSIGN_MAX_UPLOADS_PER_ADDRESS: '256',
    // The disk may be nearly full.
    COUNTERSIGN_MIN_FREE_BYTES: '0',
    COUNTERSIGN_MIN_FREE_PERCENT: '0',
  }
}

/**
 * Returns the memory of a process in MiB.
 *
 * @param {number | undefined} pid
 * @param {'VmRSS' | 'VmHWM'} field Current or peak memory.
 */
export async function memoryOf(pid, field) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024
}
