/** One decoder: a process, its limit of memory and its wall clock. @module */

import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { workerUrl } from '../../worker-url.js'
import {
  DECODER_READY,
  type DecoderReply,
  type DecoderRequest,
  readDecoderReply,
} from './decoder-messages.js'

/** What {@link startDecoder} takes. */
export interface DecoderOptions {
  /** Memory that it may have, in bytes. */
  readonly maxBytes: number
  /** Wall clock of one picture, in seconds. */
  readonly maxSeconds: number
}

/** How a picture went. Unless there is a reply, the process has ended. */
export type DecoderOutcome =
  | { readonly reply: DecoderReply }
  | { readonly problem: 'late' | 'ended' | 'not-started'; readonly reason: string }

/** A process that takes one picture at a time. */
export interface Decoder {
  readonly pid: number | undefined
  /** Whether it can take a picture. */
  isAlive(): boolean
  /** Have it decode. Its wall clock runs from when it has started and been told. */
  ask(request: DecoderRequest): Promise<DecoderOutcome>
  /** Kill it. Resolves when it is gone. */
  end(): Promise<void>
}

/** It loads a library and opens nothing: only a machine that is in trouble takes so long. */
const MAX_START_SECONDS = 60
/** Characters kept of what it writes about its end. */
const MAX_LAST_WORDS = 500
/** For these to arrive once it has ended, in milliseconds. */
const LAST_WORDS_MS = 100
// One picture has one thread, and one more writes files.
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' }
// RLIMIT_DATA: what is reserved and never used, as Node does by the gigabyte, does not count. Where the limit
// cannot be set because a lower one is in force already, that one holds.
const LIMITED = 'ulimit -d "$0" 2>&- || test "$(ulimit -d)" != unlimited || exit 1; exec "$@"'
// Since Node 24, V8 maps 512 MiB of writable memory for compiled code when it starts. RLIMIT_DATA counts that memory, so
// little of the limit would be left for a picture. Without a compiler, V8 maps none. A decoder runs little JavaScript, so
// pictures take as long as before. Older versions map the memory only when they use it, and warn about the flag.
const FLAGS = Number.parseInt(process.versions.node, 10) >= 24 ? ['--jitless'] : []

/** Start a decoder. It keeps no process alive, has none of the server's environment, and ends with the server. */
export function startDecoder({ maxBytes, maxSeconds }: DecoderOptions): Decoder {
  const child = spawnDecoder(maxBytes)
  let ending: string | undefined
  let isReady = false
  let lastWords = ''
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ending ??= signal ?? `exit code ${code}`
      // Whoever else holds its output open must not hold up the next picture.
      setTimeout(resolve, LAST_WORDS_MS)
    })
    child.once('close', () => resolve())
    child.on('error', (error) => {
      // A message or a signal that could not be sent: then it ends, or its time runs out.
      if (child.pid !== undefined) return
      ending ??= error.message
      resolve()
    })
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = `${lastWords}${text}`.slice(-MAX_LAST_WORDS)
  })

  async function end(): Promise<void> {
    if (ending === undefined) {
      child.ref()
      child.kill('SIGKILL')
    }
    await gone
  }

  function reason(): string {
    return `${ending} ${lastWords}`.trim()
  }

  async function start(): Promise<boolean> {
    isReady ||= (await nextMessage(child, MAX_START_SECONDS)) === DECODER_READY
    return isReady
  }

  return {
    pid: child.pid,
    isAlive: () => ending === undefined,
    async ask(request) {
      if (!(await start())) {
        await end()
        return { problem: 'not-started', reason: reason() }
      }
      child.send(request, () => {})
      const message = await nextMessage(child, maxSeconds)
      const reply = readDecoderReply(message)
      if (reply) return { reply }
      await end()
      return { problem: message === LATE ? 'late' : 'ended', reason: reason() }
    },
    end,
  }
}

function spawnDecoder(maxBytes: number): ChildProcess {
  const command = [process.execPath, ...FLAGS, fileURLToPath(workerUrl('decoder-process'))] as const
  const [file, ...args] =
    process.platform === 'win32'
      ? command
      : (['/bin/sh', '-c', LIMITED, String(Math.floor(maxBytes / 1024)), ...command] as const)
  const child = spawn(file, args, {
    cwd: '/',
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
  })
  // While a picture is decoded its wall clock keeps the server alive.
  child.unref()
  child.channel?.unref()
  ;(child.stderr as Socket | null)?.unref()
  return child
}

const LATE = Symbol('late')
const ENDED = Symbol('ended')

function nextMessage(child: ChildProcess, maxSeconds: number): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(LATE), maxSeconds * 1000)
    const onEnd = (): void => settle(ENDED)
    function settle(message: unknown): void {
      clearTimeout(timer)
      child.off('message', settle).off('exit', onEnd).off('error', onEnd)
      resolve(message)
    }
    child.once('message', settle).once('exit', onEnd).once('error', onEnd)
  })
}
