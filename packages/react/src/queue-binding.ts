/** The upload queue of one component. It is created for an unfinished upload or the first file, and destroyed at unmount. @module */

import type { UploadWidgetInput } from '@countersign/widget'
import {
  type AddedFiles,
  continueUploads,
  createPageQueue,
  mayContinue,
  type QueueChange,
  type QueueProgress,
  type UploadItem,
  type UploadQueue,
} from '@countersign/widget/queue'

/** State of a component's upload queue. Each change creates a new object. */
export interface QueueSnapshot {
  /** Every file in the queue, in the order they were added. */
  readonly items: readonly UploadItem[]
  /** Total and sent bytes of the whole queue, its speed and the remaining time. */
  readonly progress: QueueProgress
  /** True while an upload waits or runs. */
  readonly isActive: boolean
  /** True after another user signed in and the first user's files were removed; false again after files are added. */
  readonly isUserChanged: boolean
}

/** Methods of an upload queue. Without ids, a method applies to every file in a matching state. */
export interface QueueMethods {
  /** Checks files, adds them to the queue and uploads the accepted files. */
  readonly add: (files: readonly File[]) => Promise<AddedFiles>
  /** Starts uploads in the state `ready`. Only needed with `autoUpload: false`. */
  readonly start: (ids?: readonly string[]) => void
  /** Pauses uploads. */
  readonly pause: (ids?: readonly string[]) => void
  /** Resumes paused uploads. */
  readonly resume: (ids?: readonly string[]) => void
  /** Cancels uploads. */
  readonly cancel: (ids?: readonly string[]) => void
  /** Retries failed and canceled uploads. */
  readonly retry: (ids?: readonly string[]) => void
  /** Stops the upload of a file and removes the file from the queue. */
  readonly remove: (id: string) => void
  /** Stops every upload and empties the queue. */
  readonly clear: () => void
}

/** The upload queue of one component, over all its mounts. */
export interface QueueBinding {
  readonly methods: QueueMethods
  snapshot(): QueueSnapshot
  /** Calls the listener after each new snapshot. @returns A function that removes the listener. */
  subscribe(listener: () => void): () => void
  /** Continues the unfinished uploads of an earlier visit, if the browser has stored any. Otherwise creates and requests nothing. */
  mount(): void
  /** Stops all uploads. Call when the component unmounts. Unfinished uploads in parts stay in the browser's store. */
  release(): void
}

/** State of a queue without files. */
export const EMPTY_QUEUE: QueueSnapshot = {
  items: [],
  progress: { bytes: 0, sentBytes: 0, bytesPerSecond: undefined, secondsLeft: undefined },
  isActive: false,
  isUserChanged: false,
}

/** Creates the binding of a component. Without an unfinished upload, it creates and requests nothing before the first file. */
export function createQueueBinding(host: {
  /** Returns the options of the latest render. */
  options(): UploadWidgetInput
  /** Called after each change of the queue. */
  onChange(change: QueueChange): void
}): QueueBinding {
  const listeners = new Set<() => void>()
  let mounts = 0
  let queue: UploadQueue | undefined
  let continued: Promise<void> | undefined
  let unsubscribe: (() => void) | undefined
  let snapshot = EMPTY_QUEUE

  function current(): UploadQueue {
    if (queue) return queue
    const created = createPageQueue(() => host.options())
    unsubscribe = created.subscribe((change) => {
      show({
        items: created.items(),
        progress: created.progress(),
        isActive: created.isActive(),
        isUserChanged: isUserChanged(change, snapshot),
      })
      host.onChange(change)
      // The new user may have unfinished uploads, too.
      if (change.type === 'user-changed') continued = continueUploads(created, host.options())
    })
    queue = created
    continued = continueUploads(created, host.options())
    return created
  }

  function show(next: QueueSnapshot): void {
    snapshot = next
    for (const listener of listeners) listener()
  }

  function release(): void {
    queue?.destroy()
    queue = undefined
    if (snapshot !== EMPTY_QUEUE) show(EMPTY_QUEUE)
  }

  /** Removes every file, so that the next visit does not continue any of them. */
  function clear(): void {
    unsubscribe?.()
    for (const { id } of queue?.items() ?? []) queue?.remove(id)
    release()
  }

  async function add(files: readonly File[]): Promise<AddedFiles> {
    const active = current()
    // Unfinished uploads are added first, because one may need this file to continue.
    await continued
    return active.add(files)
  }

  return {
    methods: {
      add,
      start: (ids) => void queue?.start(ids),
      pause: (ids) => void queue?.pause(ids),
      resume: (ids) => void queue?.resume(ids),
      cancel: (ids) => void queue?.cancel(ids),
      retry: (ids) => void queue?.retry(ids),
      remove: (id) => queue?.remove(id),
      clear,
    },
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    mount() {
      mounts += 1
      const mine = mounts
      // Strict mode releases the first mount immediately. That mount must not claim the upload.
      queueMicrotask(() => {
        if (mine === mounts && mayContinue(host.options())) current()
      })
    },
    release() {
      mounts += 1
      release()
    },
  }
}

function isUserChanged(change: QueueChange, before: QueueSnapshot): boolean {
  if (change.type === 'user-changed') return change.ids.length > 0
  return before.isUserChanged && change.type !== 'added'
}
