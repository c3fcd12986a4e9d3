/** Runs `countersign dev` for development and for the browser tests. @module */

import { join, resolve } from 'node:path'
import { ROOT, readJson } from './repository.mjs'
import { runNode, safeEnvironment } from './run-command.mjs'

/** Path of the program `countersign`. */
export const COUNTERSIGN = join(ROOT, 'packages', 'cli', 'bin', 'countersign.js')

/**
 * @typedef {object} DevelopmentServer
 * @property {string} dataFolder Absolute path of the folder for keys, catalog and files.
 * @property {number} port Port of the media server.
 * @property {number} examplePort Port of the app that receives completions.
 */

/**
 * Returns the data folder: `COUNTERSIGN_DATA`, or else `.countersign` in the repository.
 *
 * @returns {string} Absolute path.
 */
export function dataFolderFromEnvironment() {
  return resolve(ROOT, process.env.COUNTERSIGN_DATA?.trim() || '.countersign')
}

/**
 * Returns the environment for `countersign dev`.
 *
 * @param {DevelopmentServer} server
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment({ dataFolder, port, examplePort }) {
  return safeEnvironment({
    COUNTERSIGN_DATA: dataFolder,
    PORT: String(port),
    EXAMPLE_PORT: String(examplePort),
  })
}

/**
 * Creates the keys of the data folder if there are none.
 *
 * @param {DevelopmentServer} server
 * @returns {Promise<boolean>} True if the keys exist now.
 */
export async function prepareData(server) {
  const { code, output } = await runNode([COUNTERSIGN, 'dev', '--prepare'], {
    env: serverEnvironment(server),
    quiet: true,
  })
  if (code !== 0) console.error(output.trim())
  return code === 0
}

/**
 * Returns the `.env.local` lines of an app, as `countersign dev --env` prints them.
 *
 * @param {DevelopmentServer} server
 * @returns {Promise<string>}
 * @throws Error if the command fails.
 */
export async function readEnvLines(server) {
  const { code, output } = await runNode([COUNTERSIGN, 'dev', '--env'], {
    env: serverEnvironment(server),
    quiet: true,
  })
  if (code !== 0) throw new Error(`countersign dev --env failed: ${output.trim()}`)
  return `${output.trim()}\n`
}

/**
 * Reads the key for server-side use, which has all scopes.
 *
 * @param {string} dataFolder
 * @returns {{ id: string, secret: string }}
 */
export function readFullKey(dataFolder) {
  return readJson(join(dataFolder, 'dev.json')).fullKey
}
