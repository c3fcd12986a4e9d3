/**
 * Installs dependencies if they are missing or differ from the lock file. Needs only Node. @module
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'
import { ROOT, readJson } from './repository.mjs'
import { runNpm } from './run-command.mjs'

/**
 * Runs `npm ci` if the installed packages differ from the lock file.
 *
 * @param {string} [root] Folder with the lock file.
 * @returns {Promise<boolean>} True if everything is installed now.
 */
export async function installMissing(root = ROOT) {
  const reason = missingReason(root)
  if (reason === null) return true
  console.log(`Installing dependencies (${reason}): npm ci, about a minute ...`)
  const { code, output, seconds } = await runNpm(['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    quiet: true,
  })
  if (code === 0) {
    console.log(`Installed in ${seconds.toFixed(0)} s.`)
    return true
  }
  console.error(output.trim())
  console.error('npm ci failed: see above. Without a network, run it once where there is one.')
  return false
}

/**
 * Returns why an install is needed, or `null` if none is.
 *
 * npm writes its own copy of the lock file into `node_modules` after a complete install. Packages of other platforms are not listed there.
 *
 * @param {string} [root]
 * @returns {string | null}
 */
export function missingReason(root = ROOT) {
  const installedPath = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedPath)) return 'none are there yet'
  const wanted = readJson(join(root, 'package-lock.json')).packages
  const installed = readJson(installedPath).packages
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue
    if (entry.optional || entry.devOptional || entry.peer) continue
    const found = installed[path]
    if (found === undefined || found.version !== entry.version || !existsSync(join(root, path))) {
      return `${path.replace(/^.*node_modules\//, '')} is missing or out of date`
    }
  }
  return null
}

if (isMain(import.meta.url)) process.exitCode = (await installMissing()) ? 0 : 1
