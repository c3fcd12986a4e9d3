/** Work on pictures in a worker, or in the page where there can be none. Loaded apart. @module */

import type { ImageAnswer, ImageRequest, ImageTask } from './image-tasks.js'

/** A worker that has had nothing to do for this long is ended, in milliseconds. */
const IDLE_MS = 2_000
/** A task that takes longer has failed, in milliseconds. */
const PATIENCE_MS = 30_000

/** Settles an answer; `undefined`: there is no worker. */
type Settle = (answer: ImageAnswer | undefined) => void

const waiting = new Map<number, Settle>()
let worker: Worker | undefined
let idling: ReturnType<typeof setTimeout> | undefined
let lastId = 0
// Another origin's script may not start one, nor may a page whose policy forbids it.
let isRefused = false

/**
 * Do a task in the worker; where there is no worker, in the page.
 *
 * @param task Its name there.
 * @param work The same, here.
 * @param signal A task that is given up has failed, and nothing waits for it; the worker goes on with the others.
 * @throws Error when the task failed or took longer than half a minute: what was too much for a worker would hold up the page.
 */
export async function inImageWorker<Args extends readonly unknown[], Result>(
  task: ImageTask,
  work: (...args: Args) => Promise<Result>,
  args: Args,
  signal?: AbortSignal,
): Promise<Result> {
  const answer = await ask(task, args, signal)
  if (answer?.isDone) return answer.result as Result
  if (answer) throw new Error(`The image worker failed: ${task}`)
  await yieldToPage()
  return work(...args)
}

async function ask(
  task: ImageTask,
  args: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<ImageAnswer | undefined> {
  const ready = startedWorker()
  if (!ready) return undefined
  lastId += 1
  const request: ImageRequest = { id: lastId, task, args }
  // Where this throws, nothing waits yet.
  ready.postMessage(request)
  clearTimeout(idling)
  return new Promise((resolve) => {
    const clock = setTimeout(dismissWorker, PATIENCE_MS)
    waiting.set(request.id, (answer) => {
      clearTimeout(clock)
      resolve(answer)
    })
    signal?.addEventListener('abort', () => settle(request.id, failed(request.id)))
  })
}

function startedWorker(): Worker | undefined {
  if (worker || isRefused) return worker
  try {
    worker = new Worker(new URL('./image-worker.js', import.meta.url), { type: 'module' })
  } catch {
    isRefused = true
    return undefined
  }
  worker.addEventListener('message', ({ data }: MessageEvent<ImageAnswer>) => {
    settle(data.id, data)
  })
  worker.addEventListener('messageerror', dismissWorker)
  worker.addEventListener('error', (event) => {
    // It could not be loaded; nothing is lost, so nothing is logged.
    event.preventDefault()
    isRefused = true
    dismissWorker()
  })
  idleWorker()
  return worker
}

function settle(id: number, answer: ImageAnswer | undefined): void {
  waiting.get(id)?.(answer)
  waiting.delete(id)
  if (waiting.size === 0) idleWorker()
}

function failed(id: number): ImageAnswer {
  return { id, isDone: false }
}

function idleWorker(): void {
  clearTimeout(idling)
  idling = setTimeout(endWorker, IDLE_MS)
}

/** End a worker of no use; which of its tasks it would still have done cannot be told. */
function dismissWorker(): void {
  endWorker()
  for (const id of waiting.keys()) settle(id, isRefused ? undefined : failed(id))
}

function endWorker(): void {
  worker?.terminate()
  worker = undefined
}

function yieldToPage(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
