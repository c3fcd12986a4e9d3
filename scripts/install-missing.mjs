/** Installs the dependencies where they are missing or differ from the lock file. Needs nothing but Node. @module */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isMain } from './is-main.mjs'
import { ROOT, readJson } from './repository.mjs'
import { runNpm } from './run-command.mjs'

/**
 * Run `npm ci` where what is installed is not what the lock file says.
 *
 * @param {string} [root] Folder with the lock file.
 * @returns {Promise<boolean>} Whether everything is installed now.
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
 * Why an install is needed, `null` where none is.
 *
 * npm writes its own copy of the lock file into `node_modules` when an install is complete; packages of other platforms are not in it.
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
