/** Runs image tasks in a worker, or in the page if no worker can start. A separate chunk. @module */

import type { ImageAnswer, ImageRequest, ImageTask } from './image-tasks.js'

/** Idle time after which the worker is terminated. */
const IDLE_MS = 2_000
/** Time after which a task has failed. */
const PATIENCE_MS = 30_000

/** Settles a task with its answer; `undefined` if there is no worker. */
type Settle = (answer: ImageAnswer | undefined) => void

const waiting = new Map<number, Settle>()
let worker: Worker | undefined
let idling: ReturnType<typeof setTimeout> | undefined
let lastId = 0
// Browsers forbid workers from another origin's script, or by the page's policy.
let isRefused = false

/**
 * Runs a task in the worker, or in the page if no worker can start.
 *
 * @param task Name of the task in the worker.
 * @param work Function that does the same task in the page.
 * @param signal Aborts the wait for the task. The worker continues with other tasks.
 * @throws Error if the task fails or takes longer than 30 seconds. Such a task is not tried in the page, because it would block it.
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
  // If this throws, no task has been recorded yet.
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
    // The worker cannot be loaded. The tasks run in the page instead, so the browser should not log an error.
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

/** Terminates the worker and fails its tasks. If the worker never started, the tasks run in the page. */
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
