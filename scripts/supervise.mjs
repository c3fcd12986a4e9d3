/** Runs several programs together: if one ends, all are stopped. @module */

import { spawn } from 'node:child_process'

const STOP_SECONDS = 8

/**
 * @typedef {object} Program
 * @property {string} name Prefix of each line of the program's output.
 * @property {readonly string[]} args Arguments for Node.
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {string} address URL that answers 2xx or 3xx when the program is ready.
 */

/**
 * @typedef {object} Supervisor
 * @property {Promise<string>} ended Resolves with a sentence when a program has ended by itself.
 * @property {() => Promise<boolean>} ready Resolves with true when all programs answer, with false if one has ended or takes too long.
 * @property {() => void} showOutput Shows the buffered and all later output of the programs.
 * @property {() => Promise<void>} stop Ends all programs.
 */

/**
 * Starts programs.
 *
 * @param {readonly Program[]} programs
 * @returns {Supervisor}
 */
export function supervise(programs) {
  const output = createOutput()
  let isEnding = false
  const children = programs.map((program) => {
    const child = spawn(process.execPath, program.args, {
      cwd: program.cwd,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => output.write(program.name, text))
    }
    const exited = new Promise((/** @type {(how: string) => void} */ resolve) => {
      child.on('error', (error) => resolve(error.message))
      child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    return { program, child, exited }
  })
  // The programs must end with this process, however it ends.
  const killAll = () => {
    for (const { child } of children) child.kill('SIGKILL')
  }
  process.once('exit', killAll)
  const ended = Promise.race(
    children.map(async ({ program, exited }) => `${program.name} ended (${await exited}).`),
  ).then((sentence) => {
    isEnding = true
    return sentence
  })
  return {
    ended,
    showOutput: output.show,
    ready: async () => {
      const all = await Promise.all(programs.map(({ address }) => isReady(address, () => isEnding)))
      return all.every(Boolean)
    },
    stop: async () => {
      isEnding = true
      for (const { child } of children) child.kill('SIGTERM')
      const timer = setTimeout(killAll, STOP_SECONDS * 1000)
      await Promise.all(children.map(({ exited }) => exited))
      clearTimeout(timer)
      process.off('exit', killAll)
    },
  }
}

/** Buffers output until it is to be shown, then prints it line by line with the program's name. */
function createOutput() {
  /** @type {string[] | null} */
  let kept = []
  /** @type {Map<string, string>} */
  const unfinished = new Map()
  return {
    write: (/** @type {string} */ name, /** @type {string} */ text) => {
      const lines = ((unfinished.get(name) ?? '') + text).split('\n')
      unfinished.set(name, lines.pop() ?? '')
      for (const line of lines.map((content) => `[${name}] ${content}`)) {
        if (kept === null) console.log(line)
        else kept.push(line)
      }
    },
    show: () => {
      for (const line of kept ?? []) console.log(line)
      kept = null
    },
  }
}

/**
 * @param {string} address
 * @param {() => boolean} isEnding
 */
async function isReady(address, isEnding) {
  const deadline = performance.now() + 60_000
  while (!isEnding() && performance.now() < deadline) {
    const response = await fetch(address, { redirect: 'manual' }).catch(() => null)
    await response?.body?.cancel()
    if (response !== null && response.status < 400) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}
