/** Builds a Next.js app of this repository, where something it is made of has changed. @module */

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, isStamped, writeStamp } from './fingerprint.mjs'
import { ROOT } from './repository.mjs'
import { appEnvironment, runNode } from './run-command.mjs'

/** The program `next`. */
export const NEXT = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next')

/** The example app. */
export const EXAMPLE = join(ROOT, 'examples', 'nextjs')

const APP_PACKAGES = ['protocol', 'endpoint', 'widget', 'react']

/**
 * Write an app's `.env.local`, if its content differs, and close the file to other users: it holds secrets.
 *
 * @param {string} app Absolute path of the app.
 * @param {string} text
 */
export function writeEnvFile(app, text) {
  const path = join(app, '.env.local')
  // Before the secrets are written: the mode of writeFileSync counts for new files only.
  if (existsSync(path)) chmodSync(path, 0o600)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  writeFileSync(path, text, { mode: 0o600 })
}

/**
 * Run `next build`, unless its last build was made of the same files.
 *
 * @param {string} app Absolute path of the app.
 * @returns {Promise<boolean>} Whether the app is built.
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
 * Next writes `next-env.d.ts` and completes `tsconfig.json` itself.
 *
 * @param {string} name
 */
function isInput(name) {
  return !/(^|\/)(next-env\.d\.ts|tsconfig\.json|.*\.tsbuildinfo|.*\.map)$/.test(name)
}
