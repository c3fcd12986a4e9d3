/**
 * Takes the pictures in docs/images again, with the browser tests of the example and of the
 * widget's views: `npm run screenshots`. @module
 */

import './assert-node-version.mjs'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { build } from './build.mjs'
import { listFiles, ROOT } from './repository.mjs'
import { runNode, safeEnvironment } from './run-command.mjs'

const TAKEN = join(ROOT, 'test', '.artifacts', 'screenshots')
const SHOWN = join(ROOT, 'docs', 'images')

process.exitCode = (await takeScreenshots()) ? 0 : 1

async function takeScreenshots() {
  if (!(await build())) return false
  rmSync(TAKEN, { recursive: true, force: true })
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const tests = ['example', 'widget-accessibility', 'widget-camera', 'widget-message-pictures']
  const { code } = await runNode(
    [vitest, 'run', '--project=browser', ...tests.map((name) => `test/e2e/${name}.test.ts`)],
    { env: safeEnvironment({ COUNTERSIGN_SCREENSHOTS: '1' }) },
  )
  if (code !== 0 || !existsSync(TAKEN)) return false
  mkdirSync(SHOWN, { recursive: true })
  for (const name of listFiles(TAKEN, (path) => path.endsWith('.png'))) {
    // A palette makes the files four times smaller without a visible difference.
    const { size } = await sharp(join(TAKEN, name))
      .png({ palette: true, quality: 90, effort: 10 })
      .toFile(join(SHOWN, name))
    console.log(`docs/images/${name}: ${Math.round(size / 1000)} kB`)
  }
  return true
}
