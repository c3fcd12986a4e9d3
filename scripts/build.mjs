/**
 * Builds all packages that are out of date (`npm run build`), after installing missing
 * dependencies. @module
 */

import './assert-node-version.mjs'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, isStamped, writeStamp } from './fingerprint.mjs'
import { installMissing } from './install-missing.mjs'
import { isMain } from './is-main.mjs'
import { CACHE, ROOT } from './repository.mjs'
import { runNode } from './run-command.mjs'

const WIDGET = join(ROOT, 'packages', 'widget')
const WIDGET_SCRIPT = join(WIDGET, 'dist', 'script', 'all.js')
const WIDGET_STAMP = join(CACHE, 'widget-script')

/**
 * Compiles all packages, then bundles the server's threads and the widget's script.
 *
 * @returns {Promise<boolean>} True if everything is built.
 */
export async function build() {
  const startedAt = performance.now()
  const compiled = await runNode([join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'])
  if (compiled.code !== 0) {
    console.error('The build failed: see the errors of tsc above.')
    return false
  }
  const server = await runNode([join(ROOT, 'packages', 'server', 'build.mjs')])
  if (server.code !== 0) {
    console.error('The build failed: see the errors of packages/server/build.mjs above.')
    return false
  }
  if (!(await bundleWidget())) return false
  console.log(`Built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`)
  return true
}

async function bundleWidget() {
  const inputs = [
    join(WIDGET, 'build.mjs'),
    join(WIDGET, 'package.json'),
    join(WIDGET, 'src'),
    join(ROOT, 'packages', 'protocol', 'src'),
    join(ROOT, 'package-lock.json'),
  ]
  const before = fingerprint(inputs)
  if (existsSync(WIDGET_SCRIPT) && isStamped(WIDGET_STAMP, before)) return true
  const bundled = await runNode([join(WIDGET, 'build.mjs')])
  if (bundled.code !== 0) {
    console.error('The build failed: see the errors of packages/widget/build.mjs above.')
    return false
  }
  writeStamp(WIDGET_STAMP, before)
  return true
}

if (isMain(import.meta.url)) process.exitCode = (await installMissing()) && (await build()) ? 0 : 1
