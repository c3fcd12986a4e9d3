/**
 * Lists this user's programs that listen on TCP ports, with their folders. Works on Linux only,
 * through `/proc`. @module
 */

import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename } from 'node:path'

/** A listening program. */
export interface Listener {
  readonly port: number
  /** Current folder of the program. */
  readonly folder: string
  /** True if the listening program is a Countersign media server. */
  readonly isCountersign: boolean
}

/** State of a listening socket in `/proc/net/tcp`. */
const LISTEN = '0A'

/**
 * Lists the listening programs whose folder this user may read. Returns `null` if the system has no
 * `/proc`.
 */
export async function listListeners(): Promise<readonly Listener[] | null> {
  const ports = new Map<string, number>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const [inode, port] of parseTable(await readFile(table, 'utf8').catch(() => ''))) {
      ports.set(inode, port)
    }
  }
  const pids = await readdir('/proc').catch(() => [])
  if (ports.size === 0 && pids.length === 0) return null
  const found = await Promise.all(
    pids.filter((name) => /^\d+$/.test(name)).map((pid) => listenersOf(pid, ports)),
  )
  return found.flat()
}

/** Returns inode and port of each listening socket. */
function parseTable(text: string): [inode: string, port: number][] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/)
      const [, local = '', , state, , , , , , inode] = fields
      if (state !== LISTEN || inode === undefined) return []
      return [[inode, Number.parseInt(local.slice(local.indexOf(':') + 1), 16)]]
    })
}

async function listenersOf(pid: string, ports: ReadonlyMap<string, number>): Promise<Listener[]> {
  // Programs of other users, and programs that end meanwhile, cannot be read and are skipped.
  const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const links = await Promise.all(
    files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')),
  )
  const own = links.flatMap((link) => ports.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '') ?? [])
  if (own.length === 0) return []
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  if (folder === '') return []
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const isCountersign = /^countersign(\.js)?$/.test(basename(command.split('\0')[1] ?? ''))
  return [...new Set(own)].map((port) => ({ port, folder, isCountersign }))
}
