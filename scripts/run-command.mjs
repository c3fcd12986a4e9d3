/** Runs other programs with a controlled environment. @module */

import { spawn } from 'node:child_process'
import { ROOT } from './repository.mjs'

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd] Working directory; the repository's root by default.
 * @property {NodeJS.ProcessEnv} [env] Environment; {@link safeEnvironment} by default.
 * @property {boolean} [quiet] True to return the output in the result instead of showing it.
 * @property {number} [timeoutSeconds] Time after which the command is killed.
 */

/**
 * @typedef {object} CommandResult
 * @property {number} code Exit code; 1 if a signal ended the command.
 * @property {string} output Output of both streams, if `quiet`.
 * @property {number} seconds Duration of the command.
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/** Ends all programs that {@link runCommand} is running. */
export function stopCommands() {
  for (const child of running) child.kill('SIGTERM')
}

/**
 * Runs a program to its end. Never rejects: a program that cannot be started returns code 127.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(program, args, options = {}) {
  const startedAt = performance.now()
  const child = spawn(program, args, {
    cwd: options.cwd ?? ROOT,
    env: options.env ?? safeEnvironment(),
    stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000 }),
  })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
    })
  }
  return new Promise((resolve) => {
    const finish = (/** @type {number} */ code) => {
      running.delete(child)
      resolve({ code, output, seconds: (performance.now() - startedAt) / 1000 })
    }
    child.on('error', (error) => {
      output += error.message
      finish(127)
    })
    child.on('close', (code) => finish(code ?? 1))
  })
}

/**
 * Runs a script with the same Node.
 *
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runNode(args, options) {
  return runCommand(process.execPath, args, options)
}

/**
 * Runs npm: the npm that started this process, or else the one in the path.
 *
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath
  if (npm?.endsWith('.js')) return runNode([npm, ...args], options)
  return runCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options)
}

/**
 * Returns the shell's environment without `CLOUDINARY_*` variables, which may belong to a real account.
 *
 * @param {Record<string, string>} [added] Variables to add or replace.
 * @returns {NodeJS.ProcessEnv}
 */
export function safeEnvironment(added = {}) {
  return { ...environmentWithout(/^(NEXT_PUBLIC_)?CLOUDINARY_/), ...added }
}

/**
 * Returns the environment of an app that reads its settings from `.env.local`: without `COUNTERSIGN_*` and `CLOUDINARY_*` variables of the shell.
 *
 * @param {Record<string, string>} [added] Variables to add or replace.
 * @returns {NodeJS.ProcessEnv}
 */
export function appEnvironment(added = {}) {
  const own = environmentWithout(/^(NEXT_PUBLIC_)?(CLOUDINARY|COUNTERSIGN)_/)
  // With the value `test` of a test runner, Next would not read `.env.local`.
  return { ...own, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...added }
}

/**
 * @param {RegExp} pattern
 * @returns {NodeJS.ProcessEnv}
 */
function environmentWithout(pattern) {
  const { ...kept } = process.env
  for (const name of Object.keys(kept)) if (pattern.test(name)) delete kept[name]
  return kept
}
