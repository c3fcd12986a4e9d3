/** Runs everything that proves the product: `npm test`. Ends with the line `N passed, N failed`. @module */

import './assert-node-version.mjs'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { installMissing } from './install-missing.mjs'
import { CACHE, ROOT, readJson } from './repository.mjs'
import { runNode, safeEnvironment } from './run-command.mjs'

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {readonly string[]} failed A title for each test that failed.
 * @property {readonly string[]} skipped A title for each test that was not run.
 */

const startedAt = performance.now()
const tallies = await runAll()
report(tallies)

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
    await timed('unit and integration tests', () => runVitest('unit')),
    await timed('browser tests', runBrowserTests),
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

/** @returns {Promise<Tally>} */
async function runBrowserTests() {
  const { findOrInstallChromium } = await import('./find-chromium.mjs')
  if ((await findOrInstallChromium()) !== null) return runVitest('browser')
  const line = '!'.repeat(79)
  console.error(
    `${line}\nNO BROWSER TEST WAS RUN: no Chromium was found, and none could be installed.\n` +
      `Install Chromium or Chrome, or name one in CHROMIUM_PATH, and run npm test again.\n${line}`,
  )
  if (process.env.CI) return failure('browser tests (no Chromium)')
  return { passed: 0, failed: [], skipped: ['all browser tests (no Chromium)'] }
}

/**
 * Run one project of vitest.config.ts.
 *
 * @param {string} project
 * @returns {Promise<Tally>}
 */
async function runVitest(project) {
  const reportPath = join(CACHE, `vitest-${project}.json`)
  mkdirSync(CACHE, { recursive: true })
  rmSync(reportPath, { force: true })
  const { code } = await runNode(
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
    ],
    { env: safeEnvironment({ NO_COLOR: '1' }) },
  )
  if (!existsSync(reportPath)) return failure(`vitest ${project}`)
  const tally = toTally(readJson(reportPath))
  // Errors outside of any test fail the run and are in no test's result.
  if (code !== 0 && tally.failed.length === 0) return { ...tally, failed: [`vitest ${project}`] }
  return tally
}

/**
 * @param {{ testResults: { name: string, status: string, assertionResults: { fullName: string, status: string }[] }[] }} json
 * @returns {Tally}
 */
function toTally({ testResults }) {
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  )
  const titled = (/** @type {(status: string) => boolean} */ accepts) =>
    results.filter(({ status }) => accepts(status)).map(({ fullName }) => fullName)
  return {
    passed: titled((status) => status === 'passed').length,
    failed: [...titled((status) => status === 'failed'), ...broken.map(({ name }) => name)],
    skipped: titled((status) => status !== 'passed' && status !== 'failed'),
  }
}

/** @returns {Tally} */
function success() {
  return { passed: 1, failed: [], skipped: [] }
}

/**
 * @param {string} title
 * @returns {Tally}
 */
function failure(title) {
  return { passed: 0, failed: [title], skipped: [] }
}

/** @param {readonly Tally[]} tallies */
function report(tallies) {
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0)
  const failed = tallies.flatMap((tally) => tally.failed)
  const skipped = tallies.flatMap((tally) => tally.skipped)
  console.log(`\nTook ${((performance.now() - startedAt) / 1000).toFixed(0)} s.`)
  for (const title of skipped) console.log(`not run: ${title}`)
  for (const title of failed) console.log(`FAILED: ${title}`)
  console.log(`${passed} passed, ${failed.length} failed`)
  process.exitCode = failed.length === 0 && passed > 0 ? 0 : 1
}
