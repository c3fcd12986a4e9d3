'use client'

/** Hook that provides an upload queue without a view. @module */

import {
  type QueueChange,
  type UploadItem,
  type UploadResult,
  uploadResult,
} from '@countersign/widget/queue'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { readBuiltInConfig } from './config.js'
import {
  createQueueBinding,
  EMPTY_QUEUE,
  type QueueBinding,
  type QueueMethods,
  type QueueSnapshot,
} from './queue-binding.js'
import { type OptionProps, widgetOptions } from './widget-options.js'

/** Props of {@link useUploadQueue}: the signing endpoint, the options and the callbacks. */
export interface UploadQueueProps extends OptionProps {
  /** Called once per uploaded file, after the server has stored it. */
  readonly onSuccess?: ((asset: UploadResult, item: UploadItem) => void) | undefined
  /** Called with all files when no upload waits or runs any more. */
  readonly onQueuesEnd?: ((items: readonly UploadItem[]) => void) | undefined
}

/** Files, state and methods of an upload queue, as {@link useUploadQueue} returns them. */
export interface UploadQueueHandle extends QueueSnapshot, QueueMethods {
  /** The uploaded assets, in the order their files were added. */
  readonly assets: readonly UploadResult[]
}

/**
 * Returns an upload queue for a custom view. The queue signs files, uploads them in parallel and in parts, and can pause, retry and cancel
 * uploads. It always uses the callbacks and options of the latest render.
 *
 * If an earlier visit left an unfinished upload, the queue shows and continues that upload by itself. Otherwise nothing is sent before the
 * first `add`. When the component unmounts, every upload stops.
 *
 * @throws Error during render if no `signatureEndpoint` is set and the cloud name, API key or preset is missing.
 * @example
 * const { items, add } = useUploadQueue({ signatureEndpoint: '/api/sign-cloudinary-params' })
 * return <input type="file" multiple onChange={(event) => add([...event.target.files])} />
 */
export function useUploadQueue(props: UploadQueueProps): UploadQueueHandle {
  const options = widgetOptions(props, readBuiltInConfig())
  const latest = useRef({ props, options })
  const [binding] = useState<QueueBinding>(() =>
    createQueueBinding({
      options: () => latest.current.options,
      onChange: (change) => {
        const { onSuccess, onQueuesEnd } = latest.current.props
        if (change.type === 'ended') onQueuesEnd?.(change.items)
        for (const item of changedItems(change)) {
          for (const asset of assetsOf([item], latest.current.options)) onSuccess?.(asset, item)
        }
      },
    }),
  )
  useEffect(() => {
    latest.current = { props, options }
  })
  useEffect(() => () => binding.release(), [binding])
  const { resumeScope } = options
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new resumeScope may have unfinished uploads
  useEffect(() => binding.mount(), [binding, resumeScope])
  const snapshot = useSyncExternalStore(binding.subscribe, binding.snapshot, () => EMPTY_QUEUE)
  return { ...snapshot, ...binding.methods, assets: assetsOf(snapshot.items, options) }
}

/** Returns the added or changed files. Added files count, because an upload that ended between two visits is added as uploaded. */
function changedItems(change: QueueChange): readonly UploadItem[] {
  if (change.type === 'added') return change.items
  return change.type === 'changed' ? [change.item] : []
}

function assetsOf(
  items: readonly UploadItem[],
  options: Parameters<typeof uploadResult>[2],
): readonly UploadResult[] {
  return items.flatMap((item) =>
    item.state.status === 'done' ? [uploadResult(item, item.state.response, options)] : [],
  )
}
