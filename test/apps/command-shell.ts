/** Runs the documents' shell commands in bash, each in a folder whose `countersign` comes from packs. @module */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { appEnvironment, runCommand } from '../../scripts/run-command.mjs'

/** Time for a server to answer, and for a command to end, in seconds. A busy machine needs it. */
const PATIENCE_SECONDS = 120

/** Where and how a command runs. */
export interface Place {
  readonly folder: string
  /** Variables besides those of the shell. */
  readonly env?: Readonly<Record<string, string>>
  /** Texts of the command to replace, such as `<id>` or an example's address. */
  readonly replace?: Readonly<Record<string, string>>
}

/** A program that runs until it is stopped. */
export interface RunningProgram {
  /** What the program has written to both streams. */
  output(): string
  stop(): Promise<void>
}

/** Runs a command to its end, and returns what it wrote. A command that fails rejects with that text. */
export async function runShell(command: string, place: Place): Promise<string> {
  const { code, output } = await runCommand('bash', ['-ec', replaced(command, place)], {
    cwd: place.folder,
    env: environmentOf(place),
    quiet: true,
    timeoutSeconds: PATIENCE_SECONDS,
  })
  if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output}`)
  return output
}

/** Starts a command that does not end, and waits until an address answers 200. */
export async function startShell(
  command: string,
  place: Place,
  address: string,
): Promise<RunningProgram> {
  const child = spawn('bash', ['-ec', replaced(command, place)], {
    cwd: place.folder,
    env: environmentOf(place),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: npx and bash pass no signal on.
    detached: true,
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  const program = { output: () => text, stop: () => stopGroup(child) }
  const deadline = performance.now() + PATIENCE_SECONDS * 1000
  while (!(await answers(address))) {
    if (child.exitCode === null && performance.now() < deadline) {
      await setTimeout(50)
      continue
    }
    await program.stop()
    throw new Error(`${command}: ${address} does not answer:\n${text}`)
  }
  return program
}

/** Installs packs into a folder without the registry: their dependencies are found in the repository around the folder. */
export async function installPacks(folder: string, packs: string): Promise<void> {
  const modules = join(folder, 'node_modules')
  for (const pack of readdirSync(packs).filter((name) => name.endsWith('.tgz'))) {
    const [, name = ''] = /^countersign-(.+?)-?\d[\d.]*\.tgz$/.exec(pack) ?? []
    const target = join(modules, name === '' ? 'countersign' : `@countersign/${name}`)
    mkdirSync(target, { recursive: true })
    await runShell(`tar -xzf '${join(packs, pack)}' -C '${target}' --strip-components=1`, {
      folder,
    })
  }
  linkProgram(folder, 'countersign', join(modules, 'countersign/bin/countersign.js'))
}

/** Puts a program where npx and the folder's PATH find it. */
export function linkProgram(folder: string, name: string, file: string): void {
  const programs = join(folder, 'node_modules', '.bin')
  mkdirSync(programs, { recursive: true })
  symlinkSync(file, join(programs, name))
}

function replaced(command: string, { replace = {} }: Place): string {
  return Object.entries(replace).reduce((text, [from, to]) => text.replaceAll(from, to), command)
}

function environmentOf({ folder, env }: Place): NodeJS.ProcessEnv {
  const path = [
    join(folder, 'node_modules', '.bin'),
    dirname(process.execPath),
    process.env.PATH ?? '',
  ]
  const own = appEnvironment({ ...env, PATH: path.join(delimiter) })
  // npm's own variables would make npx look for packages in the repository, and a reader's shell sets no NODE_ENV.
  for (const name of Object.keys(own))
    if (/^(?:npm_|INIT_CWD$|NODE_ENV$)/.test(name)) delete own[name]
  return own
}

async function answers(address: string): Promise<boolean> {
  const response = await fetch(address).catch(() => undefined)
  await response?.body?.cancel()
  return response?.ok ?? false
}

async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  process.kill(-child.pid, 'SIGINT')
  const late = new AbortController()
  const kill = setTimeout(10_000, undefined, { signal: late.signal }).then(
    () => process.kill(-Number(child.pid), 'SIGKILL'),
    () => undefined,
  )
  await ended
  late.abort()
  await kill
}
