/** The media server as development and the browser tests run it: `countersign dev` and its data folder. @module */

import { join, resolve } from 'node:path'
import { ROOT, readJson } from './repository.mjs'
import { runNode, safeEnvironment } from './run-command.mjs'

/** The program `countersign`. */
export const COUNTERSIGN = join(ROOT, 'packages', 'cli', 'bin', 'countersign.js')

/**
 * @typedef {object} DevelopmentServer
 * @property {string} dataFolder Absolute path; keys, catalog and files are kept there.
 * @property {number} port Of the media server.
 * @property {number} examplePort Of the app that hears about finished uploads.
 */

/**
 * The data folder that `COUNTERSIGN_DATA` names, else `.countersign` in the repository.
 *
 * @returns {string} Absolute path.
 */
export function dataFolderFromEnvironment() {
  return resolve(ROOT, process.env.COUNTERSIGN_DATA?.trim() || '.countersign')
}

/**
 * The environment that `countersign dev` runs with.
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
 * Make the keys of the data folder where there are none yet.
 *
 * @param {DevelopmentServer} server
 * @returns {Promise<boolean>} Whether they are there now.
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
 * The lines that an app needs in its `.env.local`, as `countersign dev --env` prints them.
 *
 * @param {DevelopmentServer} server
 * @returns {Promise<string>}
 * @throws Error when the command fails.
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
 * The key for server-side use, with all scopes.
 *
 * @param {string} dataFolder
 * @returns {{ id: string, secret: string }}
 */
export function readFullKey(dataFolder) {
  return readJson(join(dataFolder, 'dev.json')).fullKey
}
