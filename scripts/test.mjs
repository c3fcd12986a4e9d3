/** Runs everything that proves the product: `npm test`. Ends with the line `N passed, N failed`. @module */

import './assert-node-version.mjs'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installMissing } from './install-missing.mjs'
import { CACHE, ROOT, readJson } from './repository.mjs'
import { runNode, safeEnvironment } from './run-command.mjs'
import { failure, lastLine, success, tallyOf } from './tally.mjs'

/** @typedef {import('./tally.mjs').Tally} Tally */

const startedAt = performance.now()
report(await runAll().catch((error) => [failure(String(error?.stack ?? error))]))

/** @returns {Promise<Tally[]>} */
async function runAll() {
  if (!(await timed('install', installMissing))) return [failure('npm ci')]
  // What needs the dependencies is imported only now that they are there.
  const { build } = await import('./build.mjs')
  if (!(await timed('build', build))) return [failure('build')]
  const { runChecks } = await import('./check.mjs')
  const checks = await timed('checks', runChecks)
  return [
    ...checks.map(({ name, problems }) => (problems.length === 0 ? success() : failure(name))),
    ...(await timed('tests', runTests)),
  ]
}

/**
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
async function timed(title, step) {
  const stepStartedAt = performance.now()
  console.log(`\n== ${title}`)
  const result = await step()
  console.log(`== ${title}: ${((performance.now() - stepStartedAt) / 1000).toFixed(1)} s`)
  return result
}

/** @returns {Promise<Tally[]>} */
async function runTests() {
  const { findOrInstallChromium } = await import('./find-chromium.mjs')
  // In one run: the browser tests wait much, and the others fill the time.
  if ((await findOrInstallChromium()) !== null)
    return [await runVitest(['unit', 'react-18', 'browser'])]
  const line = '!'.repeat(79)
  console.error(
    `${line}\nNO BROWSER TEST WAS RUN: no Chromium was found, and none could be installed.\n` +
      `Install Chromium or Chrome, or name one in CHROMIUM_PATH, and run npm test again.\n${line}`,
  )
  const unit = await runVitest(['unit', 'react-18'])
  if (process.env.CI) return [unit, failure('browser tests (no Chromium)')]
  return [unit, { passed: 0, failed: [], skipped: ['all browser tests (no Chromium)'] }]
}

/**
 * Run projects of vitest.config.ts.
 *
 * @param {readonly string[]} projects
 * @returns {Promise<Tally>}
 */
async function runVitest(projects) {
  const reportPath = join(CACHE, 'vitest.json')
  mkdirSync(CACHE, { recursive: true })
  rmSync(reportPath, { force: true })
  const { code } = await runNode(
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      '--reporter=json',
      `--reporter=${join(ROOT, 'scripts', 'flaky-reporter.mjs')}`,
      `--outputFile.json=${reportPath}`,
    ],
    { env: safeEnvironment({ NO_COLOR: '1' }), timeoutSeconds: 1800 },
  )
  if (!existsSync(reportPath)) return failure('vitest')
  const tally = tallyOf(readJson(reportPath))
  // Errors outside of any test fail the run and are in no test's result.
  if (code !== 0 && tally.failed.length === 0) return { ...tally, failed: ['vitest'] }
  return tally
}

/** @param {readonly Tally[]} tallies */
function report(tallies) {
  console.log(`\nTook ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`)
  for (const title of tallies.flatMap((tally) => tally.skipped)) console.log(`not run: ${title}`)
  for (const title of tallies.flatMap((tally) => tally.failed)) console.log(`FAILED: ${title}`)
  const { text, isSuccess } = lastLine(tallies)
  console.log(text)
  process.exitCode = isSuccess ? 0 : 1
}
