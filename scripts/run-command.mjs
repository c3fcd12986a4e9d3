/** Runs other programs, with the environment that this repository's programs may see. @module */

import { spawn } from 'node:child_process'
import { ROOT } from './repository.mjs'

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd] Working directory; the repository's root by default.
 * @property {NodeJS.ProcessEnv} [env] Environment; {@link safeEnvironment} by default.
 * @property {boolean} [quiet] Keep the output for the result instead of showing it.
 * @property {number} [timeoutSeconds] The command is killed after this time.
 */

/**
 * @typedef {object} CommandResult
 * @property {number} code Exit code; 1 where a signal ended the command.
 * @property {string} output What it wrote to both streams, where `quiet`.
 * @property {number} seconds How long it took.
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()

/** End every program that {@link runCommand} has running. */
export function stopCommands() {
  for (const child of running) child.kill('SIGTERM')
}

/**
 * Run a program to its end. Never rejects: a program that cannot be started has code 127.
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
 * Run a Node program with the Node that runs this one.
 *
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runNode(args, options) {
  return runCommand(process.execPath, args, options)
}

/**
 * Run npm: the one that started us, else the one on the path.
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
 * The shell's environment without `CLOUDINARY_*`, which may be somebody's real account.
 *
 * @param {Record<string, string>} [added] Variables to add or replace.
 * @returns {NodeJS.ProcessEnv}
 */
export function safeEnvironment(added = {}) {
  return { ...environmentWithout(/^(NEXT_PUBLIC_)?CLOUDINARY_/), ...added }
}

/**
 * The environment of an app that takes all it needs from its `.env.local`: nothing of ours or the protocol's from the shell.
 *
 * @param {Record<string, string>} [added] Variables to add or replace.
 * @returns {NodeJS.ProcessEnv}
 */
export function appEnvironment(added = {}) {
  const own = environmentWithout(/^(NEXT_PUBLIC_)?(CLOUDINARY|COUNTERSIGN)_/)
  // With the `test` of a test runner, Next would not read `.env.local`.
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
