/** Runs all checks that do not run the product: `npm run check`. @module */

import './assert-node-version.mjs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { checkBoundaries } from './check-boundaries.mjs'
import { isMain } from './is-main.mjs'
import { ROOT } from './repository.mjs'
import { runNode } from './run-command.mjs'

/**
 * @typedef {object} Check
 * @property {string} name One word.
 * @property {() => Promise<string[]>} run Resolves with one text per problem.
 */

/** All checks, in the order in which they start. The first one mostly waits for npm. */
export const CHECKS = /** @type {readonly Check[]} */ ([
  { name: 'exports', run: async () => (await import('./check-exports.mjs')).checkExports() },
  {
    name: 'format and lint',
    run: () => toolProblems('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  },
  { name: 'types', run: () => toolProblems('typescript/bin/tsc', ['-b', 'tsconfig.tests.json']) },
  { name: 'boundaries', run: checkBoundaries },
  { name: 'unused', run: () => toolProblems('knip/bin/knip.js', ['--no-progress']) },
  { name: 'size', run: async () => (await import('./check-size.mjs')).checkSize() },
  { name: 'docs', run: async () => (await import('./check-docs.mjs')).checkDocs() },
  { name: 'commits', run: async () => (await import('./check-commits.mjs')).checkCommits() },
])

/**
 * @typedef {object} CheckResult
 * @property {string} name
 * @property {readonly string[]} problems
 */

/**
 * Runs all checks, two at a time, and prints their results. The packages must be built.
 *
 * @returns {Promise<CheckResult[]>}
 */
export async function runChecks() {
  const waiting = [...CHECKS]
  /** @type {CheckResult[]} */
  const results = []
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      results.push(await runCheck(check))
    }
  }
  await Promise.all([work(), work()])
  return results
}

/**
 * @param {Check} check
 * @returns {Promise<CheckResult>}
 */
async function runCheck({ name, run }) {
  const startedAt = performance.now()
  const problems = await run().catch((error) => [String(error?.stack ?? error)])
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  for (const problem of problems) console.log(problem.replace(/^/gm, '       '))
  return { name, problems }
}

/**
 * Runs a tool. If the tool fails, its output is the problem.
 *
 * @param {string} program Path below `node_modules`.
 * @param {readonly string[]} args
 * @returns {Promise<string[]>}
 */
async function toolProblems(program, args) {
  const { code, output } = await runNode([join(ROOT, 'node_modules', program), ...args], {
    quiet: true,
  })
  return code === 0 ? [] : [output.trim()]
}

if (isMain(import.meta.url)) {
  const failed = (await build()) ? (await runChecks()).filter((r) => r.problems.length > 0) : null
  if (failed !== null)
    console.log(`${CHECKS.length - failed.length} passed, ${failed.length} failed`)
  process.exitCode = failed?.length === 0 ? 0 : 1
}
