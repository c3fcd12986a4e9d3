/** One component's queue over its mounts: made when it is first used, forgotten when the component leaves. @module */

import type { UploadWidgetInput } from '@countersign/widget'
import {
  type AddedFiles,
  createPageQueue,
  type QueueChange,
  type QueueProgress,
  type UploadItem,
  type UploadQueue,
} from '@countersign/widget/queue'

/** What a component shows of its queue; a new object for every change. */
export interface QueueSnapshot {
  /** Every file, in order of arrival. */
  readonly items: readonly UploadItem[]
  /** The whole queue in bytes, its speed and the time left. */
  readonly progress: QueueProgress
  /** Whether something waits or runs. */
  readonly isActive: boolean
  /** True after another user signed in and the first user's files were removed; false again after files are added. */
  readonly isUserChanged: boolean
}

/** What can be done with a queue. Without ids a method means every file that it fits. */
export interface QueueMethods {
  /** Check files and upload those that may be uploaded. */
  readonly add: (files: readonly File[]) => Promise<AddedFiles>
  /** Send what is `ready`; only needed with `autoUpload: false`. */
  readonly start: (ids?: readonly string[]) => void
  /** Stop for a while. */
  readonly pause: (ids?: readonly string[]) => void
  /** Go on with what was paused. */
  readonly resume: (ids?: readonly string[]) => void
  /** Stop uploads. */
  readonly cancel: (ids?: readonly string[]) => void
  /** Try failed and cancelled uploads again. */
  readonly retry: (ids?: readonly string[]) => void
  /** Take a file out, stopping it first. */
  readonly remove: (id: string) => void
  /** Stop everything and start with an empty queue. */
  readonly clear: () => void
}

/** The queue of one component. */
export interface QueueBinding {
  readonly methods: QueueMethods
  snapshot(): QueueSnapshot
  /** Be told that there is a new snapshot. @returns Stops it. */
  subscribe(listener: () => void): () => void
  /** The component left the page: stop everything. A later use starts afresh. */
  release(): void
}

/** No file, nothing sent. */
export const EMPTY_QUEUE: QueueSnapshot = {
  items: [],
  progress: { bytes: 0, sentBytes: 0, bytesPerSecond: undefined, secondsLeft: undefined },
  isActive: false,
  isUserChanged: false,
}

/** Bind a queue to a component; nothing is made or asked before the first file. */
export function createQueueBinding(host: {
  /** Options of the latest render. */
  options(): UploadWidgetInput
  onChange(change: QueueChange): void
}): QueueBinding {
  const listeners = new Set<() => void>()
  let queue: UploadQueue | undefined
  let snapshot = EMPTY_QUEUE

  function current(): UploadQueue {
    if (queue) return queue
    const created = createPageQueue(() => host.options())
    created.subscribe((change) => {
      show({
        items: created.items(),
        progress: created.progress(),
        isActive: created.isActive(),
        isUserChanged: isUserChanged(change, snapshot),
      })
      host.onChange(change)
    })
    queue = created
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

  return {
    methods: {
      add: (files) => current().add(files),
      start: (ids) => void queue?.start(ids),
      pause: (ids) => void queue?.pause(ids),
      resume: (ids) => void queue?.resume(ids),
      cancel: (ids) => void queue?.cancel(ids),
      retry: (ids) => void queue?.retry(ids),
      remove: (id) => queue?.remove(id),
      clear: release,
    },
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    release,
  }
}

function isUserChanged(change: QueueChange, before: QueueSnapshot): boolean {
  if (change.type === 'user-changed') return change.ids.length > 0
  return before.isUserChanged && change.type !== 'added'
}
