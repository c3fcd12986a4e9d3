'use client'

/** List of a dropzone's files, with their state and buttons. @module */

import { sentBytesOf, type UploadItem } from '@countersign/widget/queue'
import type { ReactElement } from 'react'
import type { DropzoneTexts } from './dropzone-texts.js'
import type { QueueMethods, QueueSnapshot } from './queue-binding.js'

type Queue = Pick<QueueSnapshot, 'items'> & Pick<QueueMethods, 'cancel' | 'retry' | 'remove'>

/** Renders the list of files. Renders nothing if the list is empty. */
export function UploadList({
  queue,
  texts,
}: {
  readonly queue: Queue
  readonly texts: DropzoneTexts
}): ReactElement | null {
  if (queue.items.length === 0) return null
  return (
    <ul data-countersign="files">
      {queue.items.map((item) => (
        <li key={item.id} data-countersign="file" data-state={item.state.status}>
          <span data-countersign="name" title={item.file.name}>
            {item.file.name}
          </span>
          <State item={item} texts={texts} />
          <Action item={item} queue={queue} texts={texts} />
        </li>
      ))}
    </ul>
  )
}

function State({
  item,
  texts,
}: {
  readonly item: UploadItem
  readonly texts: DropzoneTexts
}): ReactElement {
  const { state } = item
  if (state.status === 'uploading') {
    return (
      <progress
        data-countersign="progress"
        aria-label={texts.progress(item.file.name)}
        max={item.bytes}
        value={sentBytesOf(item)}
      />
    )
  }
  return <span data-countersign="state">{stateText(item, texts)}</span>
}

function stateText({ state }: UploadItem, texts: DropzoneTexts): string {
  if ('error' in state && state.error) return state.error.message
  if (state.status === 'processing') return texts.processing
  if (state.status === 'paused') return texts.paused
  if (state.status === 'done') return texts.done
  if (state.status === 'cancelled') return texts.cancelled
  if (state.status === 'file-needed') return texts.fileNeeded
  return texts.waiting
}

const ENDED: ReadonlySet<UploadItem['state']['status']> = new Set([
  'done',
  'failed',
  'refused',
  'cancelled',
  'file-needed',
])

function Action({
  item,
  queue,
  texts,
}: {
  readonly item: UploadItem
  readonly queue: Queue
  readonly texts: DropzoneTexts
}): ReactElement {
  const { id, file, state } = item
  if (state.status === 'failed' && state.isRetryable) {
    return (
      <button
        type="button"
        data-countersign="retry"
        aria-label={texts.retry(file.name)}
        onClick={() => queue.retry([id])}
      >
        ↻
      </button>
    )
  }
  const isEnded = ENDED.has(state.status)
  const remove = state.status === 'done' ? texts.removeDone : texts.remove
  return (
    <button
      type="button"
      data-countersign={isEnded ? 'remove' : 'cancel'}
      aria-label={isEnded ? remove(file.name) : texts.cancel(file.name)}
      onClick={() => (isEnded ? queue.remove(id) : queue.cancel([id]))}
    >
      ×
    </button>
  )
}
