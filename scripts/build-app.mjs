/** Builds a Next.js app of this repository if its inputs have changed. @module */

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, isStamped, writeStamp } from './fingerprint.mjs'
import { ROOT } from './repository.mjs'
import { appEnvironment, runNode } from './run-command.mjs'

/** Path of the program `next`. */
export const NEXT = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next')

/** Folder of the example app. */
export const EXAMPLE = join(ROOT, 'examples', 'nextjs')

const APP_PACKAGES = ['protocol', 'endpoint', 'widget', 'react']

/**
 * Writes an app's `.env.local` if its content differs, and closes the file to other users, because it holds secrets.
 *
 * @param {string} app Absolute path of the app.
 * @param {string} text
 */
export function writeEnvFile(app, text) {
  const path = join(app, '.env.local')
  // The mode of writeFileSync applies to new files only, so an existing file is closed before the
  // secrets are written.
  if (existsSync(path)) chmodSync(path, 0o600)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  writeFileSync(path, text, { mode: 0o600 })
}

/**
 * Runs `next build`, unless the last build used the same inputs.
 *
 * @param {string} app Absolute path of the app.
 * @returns {Promise<boolean>} True if the app is built.
 */
export async function buildApp(app) {
  const stampPath = join(app, '.next', 'countersign-stamp')
  const current = fingerprint(
    [app, ...APP_PACKAGES.map(distOf), join(ROOT, 'package-lock.json')],
    isInput,
  )
  if (isStamped(stampPath, current)) return true
  console.log('Building the app with Next.js, about 15 s ...')
  const { code, output, seconds } = await runNode([NEXT, 'build'], {
    cwd: app,
    env: appEnvironment(),
    quiet: true,
  })
  if (code !== 0) {
    console.error(output.trim())
    return false
  }
  console.log(`Built in ${seconds.toFixed(0)} s.`)
  writeStamp(stampPath, current)
  return true
}

/** @param {string} folder */
function distOf(folder) {
  return join(ROOT, 'packages', folder, 'dist')
}

/**
 * Excludes files that Next itself writes or completes, such as `next-env.d.ts` and `tsconfig.json`.
 *
 * @param {string} name
 */
function isInput(name) {
  return !/(^|\/)(next-env\.d\.ts|tsconfig\.json|.*\.tsbuildinfo|.*\.map)$/.test(name)
}
