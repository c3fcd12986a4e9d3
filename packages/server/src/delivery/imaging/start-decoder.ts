/** Starts one decoder process, with a memory limit and a time limit for each image. @module */

import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { workerUrl } from '../../worker-url.js'
import { DECODER_READY, type DecoderReply, type DecoderRequest } from './decoder-messages.js'
import { readDecoderReply } from './read-decoder-reply.js'

/** Options of {@link startDecoder}. */
export interface DecoderOptions {
  /** Maximum memory of the process, in bytes. */
  readonly maxBytes: number
  /** Maximum time for one image, in seconds. */
  readonly maxSeconds: number
}

/** Outcome of one task. Without a reply, the process has ended. */
export type DecoderOutcome =
  | { readonly reply: DecoderReply }
  | { readonly problem: 'late' | 'ended' | 'not-started'; readonly reason: string }

/** A decoder process, which runs one task at a time. */
export interface Decoder {
  readonly pid: number | undefined
  /** Returns true if the process has not ended. */
  isAlive(): boolean
  /** Runs a task. Its time limit counts from the start of the task, after the process is ready. */
  ask(request: DecoderRequest): Promise<DecoderOutcome>
  /** Kills the process. Resolves when it has ended. */
  end(): Promise<void>
}

/** Maximum seconds until a process is ready. It only loads a library, so even a slow machine needs less. */
const MAX_START_SECONDS = 60
/** Maximum characters that are kept of the process's error output. */
const MAX_LAST_WORDS = 500
/** Milliseconds to wait for the rest of the error output after the process has ended. */
const LAST_WORDS_MS = 100
// Two threads suffice: one decodes the image, and one writes files.
const ENVIRONMENT = { UV_THREADPOOL_SIZE: '2', MALLOC_ARENA_MAX: '2' }
// Sets RLIMIT_DATA. It does not count memory that is only reserved, and Node reserves gigabytes. If a lower limit is in
// force already, the limit cannot be set, and the lower one applies.
const LIMITED = 'ulimit -d "$0" 2>&- || test "$(ulimit -d)" != unlimited || exit 1; exec "$@"'
// Since Node 24, V8 maps 512 MiB of writable memory for compiled code when it starts. RLIMIT_DATA counts that memory, so
// little of the limit would be left for an image. Without a compiler, V8 maps none. A decoder runs little JavaScript, so
// images take as long as before. Older versions map the memory only when they use it, and warn about the flag.
const FLAGS = Number.parseInt(process.versions.node, 10) >= 24 ? ['--jitless'] : []

/** Starts a decoder. It does not keep the server alive, has none of the server's environment, and ends with the server. */
export function startDecoder({ maxBytes, maxSeconds }: DecoderOptions): Decoder {
  const child = spawnDecoder(maxBytes)
  let ending: string | undefined
  let isReady = false
  let lastWords = ''
  const gone = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ending ??= signal ?? `exit code ${code}`
      // Another process may hold the error output open, so `close` is not awaited.
      setTimeout(resolve, LAST_WORDS_MS)
    })
    child.once('close', () => resolve())
    child.on('error', (error) => {
      // A running process could not be sent a message or signal. It ends by itself or reaches its time limit.
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
  // While an image is decoded, the timer of its time limit keeps the server alive.
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
