/** Finds the other versions of Node on which `npm run test:nodes` runs the unit tests. @module */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './repository.mjs'

/** Major versions that the packages support and the tests cover. */
export const NODE_MAJORS = /** @type {readonly number[]} */ ([20, 22, 24, 26])

/** Folder in which `npm ci` installs the runtimes for the tests. */
export const ENGINES = join(ROOT, 'test', 'runtimes', 'engines')

const MS_PER_DAY = 86_400_000

/**
 * Chooses the major versions to test.
 *
 * @param {string} wish `others` for all versions except the running one, `turn` for one of those by date, or a major version such as `24`.
 * @param {object} [options]
 * @param {string} [options.running] Version of the running Node, such as `20.19.6`.
 * @param {Date} [options.date] Selects the version for `turn`: each day (UTC) the next one.
 * @returns {number[]}
 * @throws TypeError when the packages do not support the version.
 */
export function chooseNodes(wish, { running = process.versions.node, date = new Date() } = {}) {
  const others = NODE_MAJORS.filter((major) => major !== Number.parseInt(running, 10))
  if (wish === 'others') return others
  if (wish === 'turn') {
    return others.slice(Math.floor(date.getTime() / MS_PER_DAY) % others.length).slice(0, 1)
  }
  const major = NODE_MAJORS.find((known) => String(known) === wish)
  if (major === undefined) {
    throw new TypeError(`No Node ${wish}: name others, turn, or one of ${NODE_MAJORS.join(', ')}`)
  }
  return [major]
}

/**
 * Returns the installed program of a major version. npm's packages of Node exist for Linux on x64 only.
 *
 * @param {number} major
 * @returns {string | null} Absolute path, or `null` if it is not installed.
 */
export function findNode(major) {
  const program = join(ENGINES, 'node_modules', `node-${major}`, 'bin', 'node')
  return existsSync(program) ? program : null
}
