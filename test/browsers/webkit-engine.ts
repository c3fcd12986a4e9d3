/** Drives WebKitGTK by the W3C WebDriver protocol, on a virtual screen. @module */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '../e2e/free-port.js'
import type { Engine, EnginePage } from './engine.js'

/** Programs that WebKitGTK needs. `scripts/find-engines.mjs` finds them. */
export interface WebKitPrograms {
  readonly driver: string
  readonly screen: string
}

/** Timeout of one command, in milliseconds. A page that hangs ends the test. */
const PATIENCE_MS = 60_000
/** Our own browser: a driven MiniBrowser stores no files, and asks before it opens a camera. */
const BROWSER = join(import.meta.dirname, 'webkit-browser.py')
const ESCAPE = '\uE00C'
const TAB = '\uE004'

/** Sends one command of the WebDriver protocol. */
type Command = <T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
  patienceMs?: number,
) => Promise<T>

/**
 * Timeout of the first attempt to open a window, in milliseconds. The driver sometimes misses that its browser has started.
 * Each further attempt waits longer, because a busy machine can need more time.
 */
const START_MS = 15_000
const MOST_STARTS = 4

/**
 * Shell command that runs a program until standard input closes, which also happens when the Node process is killed. Then it kills
 * the whole process group: the program and the browser that it has started.
 */
const UNTIL_INPUT_CLOSES = '("$@"; kill -9 0) & read -r _; kill -9 0'

/** Starts a screen. Each page has its own driver and browser, so pages share no storage. */
export async function launchWebKit({ driver, screen }: WebKitPrograms): Promise<Engine> {
  const xvfb = start(
    screen,
    ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'],
    process.env,
  )
  const display = await displayOf(xvfb)
  const environment = {
    ...process.env,
    DISPLAY: `:${display}`,
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    ...(process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {}),
  }
  const capabilities = {
    alwaysMatch: { 'webkitgtk:browserOptions': { binary: BROWSER, args: [] } },
  }

  async function openSession(patienceMs: number): Promise<{ page: EnginePage; version: string }> {
    const port = await freePort()
    const profile = await mkdtemp(join(tmpdir(), 'countersign-webkit-'))
    const program = start(driver, [`--port=${port}`, '--host=127.0.0.1'], {
      ...environment,
      COUNTERSIGN_PROFILE: profile,
    })
    async function stop(): Promise<void> {
      await end(program)
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    }
    try {
      const command = commandTo(`http://127.0.0.1:${port}`)
      await untilReady(command)
      const session = await command<Session>('POST', '/session', { capabilities }, patienceMs)
      const page = pageOf(command, `/session/${session.sessionId}`)
      return {
        version: session.capabilities.browserVersion,
        page: { ...page, close: () => page.close().finally(stop) },
      }
    } catch (error) {
      await stop()
      throw error
    }
  }
  async function open(starts = 1): Promise<{ page: EnginePage; version: string }> {
    try {
      return await openSession(starts * START_MS)
    } catch (error) {
      if (starts === MOST_STARTS) throw error
      return open(starts + 1)
    }
  }

  const first = await open()
  await first.page.close()
  return {
    version: `WebKitGTK ${first.version}`,
    newPage: async () => (await open()).page,
    close: () => end(xvfb),
  }
}

interface Session {
  readonly sessionId: string
  readonly capabilities: { readonly browserVersion: string }
}

function pageOf(command: Command, session: string): EnginePage {
  return {
    goto: (url) => command('POST', `${session}/url`, { url }),
    reload: () => command('POST', `${session}/refresh`, {}),
    async evaluate<T>(expression: string) {
      const script = `const done = arguments[arguments.length - 1]
Promise.resolve().then(() => (${expression})).then((value) => done({ value }), (error) => done({ error: String(error) }))`
      const answer = await command<{ value?: T; error?: string }>(
        'POST',
        `${session}/execute/async`,
        { script, args: [] },
      )
      if (answer.error !== undefined) throw new Error(answer.error)
      return answer.value as T
    },
    async press(key) {
      const value = key === 'Escape' ? ESCAPE : TAB
      const actions = [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]
      await command('POST', `${session}/actions`, {
        actions: [{ type: 'key', id: 'keys', actions }],
      })
    },
    async resize(width, height) {
      // The window is larger than its content.
      const [widthAround, heightAround] = await command<[number, number]>(
        'POST',
        `${session}/execute/sync`,
        { script: 'return [outerWidth - innerWidth, outerHeight - innerHeight]', args: [] },
      )
      const rect = { width: width + widthAround, height: height + heightAround }
      await command('POST', `${session}/window/rect`, rect)
    },
    close: () => command('DELETE', session),
  }
}

function commandTo(origin: string): Command {
  return async <T>(method: string, path: string, body?: object, patienceMs = PATIENCE_MS) => {
    const response = await fetch(`${origin}${path}`, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const { value } = (await response.json()) as { value: T & { message?: string } }
    if (!response.ok) throw new Error(`${method} ${path}: ${value.message}`)
    return value
  }
}

async function untilReady(command: Command): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await command('GET', '/status')
      return
    } catch (error) {
      if (tries === 300) throw error
      await setTimeout(100)
    }
  }
}

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn('/bin/sh', ['-c', UNTIL_INPUT_CLOSES, 'sh', program, ...args], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    env,
    // The program gets its own process group.
    detached: true,
  })
}

async function end(program: ChildProcess): Promise<void> {
  program.stdin?.end()
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit')
}

/** Reads the number of the display that Xvfb chose. */
async function displayOf(xvfb: ChildProcess): Promise<string> {
  const numbers = xvfb.stdio[3]
  if (!numbers) throw new TypeError('Xvfb has no descriptor 3')
  const [number] = await Promise.race([
    once(numbers, 'data'),
    once(xvfb, 'exit').then(() => Promise.reject(new Error('Xvfb ended before it had a display'))),
  ])
  return String(number).trim()
}
