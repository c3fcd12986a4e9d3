/**
 * Makes chosen calls fail: calls of `node:fs/promises` on files below a folder, and calls of the SQLite driver, in this thread and in the
 * catalog's. Preload this module (`node --import ./bench/inject-faults.mjs …`), so that the server's modules use the patched functions.
 * @module
 */

import fs from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads'

/** Faults by name, with the errno of the file system and SQLite's error for it. */
export const FAULTS = /** @type {const} */ ([
  { name: 'EIO', errno: -5, sqlite: 'SQLITE_IOERR' },
  { name: 'ENOSPC', errno: -28, sqlite: 'SQLITE_FULL' },
  { name: 'EMFILE', errno: -24, sqlite: 'SQLITE_CANTOPEN' },
  { name: 'EROFS', errno: -30, sqlite: 'SQLITE_READONLY' },
  { name: 'EACCES', errno: -13, sqlite: 'SQLITE_PERM' },
  { name: 'EDQUOT', errno: -122, sqlite: 'SQLITE_IOERR_WRITE' },
  // The call succeeds but its result is lost; for SQLite, a database that stays locked too long.
  { name: 'ETIMEDOUT', errno: -110, sqlite: 'SQLITE_BUSY' },
])

/**
 * Cells shared by the threads: counting flag, calls so far, call to fail (0: none), its fault, and
 * the site that failed.
 */
const CELL = { isCounting: 0, calls: 1, target: 2, fault: 3, hit: 4 }
const SITES = [
  '',
  ...['open', 'mkdir', 'rename', 'rm', 'unlink', 'readdir', 'stat', 'access'],
  ...['writev', 'write', 'read', 'datasync', 'sync', 'close', 'handle.stat'],
  ...['begin', 'commit', 'rollback', 'savepoint', 'release', 'statement'],
]
const FILE_CALLS = ['open', 'mkdir', 'rename', 'rm', 'unlink', 'readdir', 'stat', 'access']
const HANDLE_CALLS = ['writev', 'write', 'read', 'datasync', 'sync', 'close']
/**
 * Calls that take effect before their result is lost. Other calls would leave resources behind that
 * nobody can release.
 */
const DONE_ON_TIMEOUT = ['rename', 'unlink', 'rm', 'mkdir', 'writev', 'datasync', 'sync', 'commit']

const cells = sharedCells()
let root = '\0'
/** @type {WeakSet<object>} */
const watched = new WeakSet()
patchFiles()
await patchHandles()
patchSqlite()

/** Selects the folder whose files are watched. @param {string} folder */
export function watchFolder(folder) {
  root = folder
}

/** Starts counting; the n-th call fails, or none if `call` is 0. @param {{ call: number, fault: number }} plan */
export function arm({ call, fault }) {
  cells[CELL.calls] = 0
  cells[CELL.hit] = 0
  cells[CELL.target] = call
  cells[CELL.fault] = fault
  cells[CELL.isCounting] = 1
}

/** Stops counting. Returns the number of calls and the site of the failed call. */
export function disarm() {
  cells[CELL.isCounting] = 0
  return { calls: cells[CELL.calls] ?? 0, hit: SITES[cells[CELL.hit] ?? 0] ?? '' }
}

/** Returns the fault of this call, or null. @param {string} site */
function faultOf(site) {
  if (cells[CELL.isCounting] !== 1) return null
  const call = Atomics.add(cells, CELL.calls, 1) + 1
  if (call !== cells[CELL.target]) return null
  cells[CELL.hit] = SITES.indexOf(site)
  return FAULTS[cells[CELL.fault] ?? 0] ?? null
}

/** @param {typeof FAULTS[number]} fault @param {string} site */
function fileError({ name, errno }, site) {
  return Object.assign(new Error(`${name}: injected, ${site}`), {
    code: name,
    errno,
    syscall: site,
  })
}

function patchFiles() {
  for (const name of FILE_CALLS) {
    const original = /** @type {any} */ (fs)[name]
    Object.assign(fs, {
      /** @param {any[]} args */
      async [name](...args) {
        const isWatched = String(args[0]).startsWith(root)
        const fault = isWatched ? faultOf(name) : null
        if (fault) {
          if (fault.name === 'ETIMEDOUT' && DONE_ON_TIMEOUT.includes(name)) await original(...args)
          throw fileError(fault, name)
        }
        const result = await original(...args)
        if (name === 'open' && isWatched) watched.add(result)
        return result
      },
    })
  }
  syncBuiltinESMExports()
}

async function patchHandles() {
  const handle = await fs.open(import.meta.filename, 'r')
  const prototype = Object.getPrototypeOf(handle)
  await handle.close()
  for (const name of [...HANDLE_CALLS, 'stat']) {
    const original = prototype[name]
    const site = name === 'stat' ? 'handle.stat' : name
    prototype[name] = async function call(/** @type {any[]} */ ...args) {
      const fault = watched.has(this) ? faultOf(site) : null
      if (!fault) return original.apply(this, args)
      // Linux frees the descriptor even if close fails.
      const isDone =
        name === 'close' || (fault.name === 'ETIMEDOUT' && DONE_ON_TIMEOUT.includes(name))
      if (isDone) await original.apply(this, args)
      throw fileError(fault, site)
    }
  }
}

function patchSqlite() {
  const Database = createRequire(import.meta.url)('libsql')
  const { exec, prepare } = Database.prototype
  Database.prototype.exec = function run(/** @type {string} */ text) {
    const site = text.split(' ')[0] ?? ''
    const fault = SITES.includes(site) ? faultOf(site) : null
    if (!fault) return exec.call(this, text)
    failSqlite(this, { fault, site, act: () => exec.call(this, text) })
  }
  Database.prototype.prepare = function statement(/** @type {string} */ text) {
    const prepared = prepare.call(this, text)
    for (const name of ['run', 'all']) {
      const original = prepared[name]
      prepared[name] = (/** @type {any[]} */ ...args) => {
        const act = () => original.apply(prepared, args)
        const fault = faultOf('statement')
        return fault ? failSqlite(this, { fault, site: 'statement', act }) : act()
      }
    }
    return prepared
  }

  /** @param {any} database @param {{ fault: typeof FAULTS[number], site: string, act: () => unknown }} call */
  function failSqlite(database, { fault, site, act }) {
    if (fault.name === 'ETIMEDOUT' && DONE_ON_TIMEOUT.includes(site)) act()
    // SQLite rolls the whole transaction back on these errors.
    else if (/FULL|IOERR/.test(fault.sqlite) && database.inTransaction) {
      exec.call(database, 'rollback')
    }
    throw Object.assign(new Error(`injected, ${site}`), { code: fault.sqlite })
  }
}

function sharedCells() {
  if (isMainThread) {
    setEnvironmentData('faults', new SharedArrayBuffer(5 * Int32Array.BYTES_PER_ELEMENT))
  }
  return new Int32Array(/** @type {SharedArrayBuffer} */ (getEnvironmentData('faults')))
}
