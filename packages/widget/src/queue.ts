/** The widget's queue for pages that bring a view of their own. @module */

import type { UploadQueue } from './core/index.js'
import { createQueue } from './core/queue/upload-queue.js'
import { loadResume } from './load-resume.js'
import {
  toCamelCaseOptions,
  type UploadWidgetInput,
  type UploadWidgetOptions,
} from './options/options.js'
import { queueSettings } from './options/queue-settings.js'
import { xhrTransport } from './xhr-transport.js'

export type {
  AddedFiles,
  QueueChange,
  QueueProgress,
  UploadItem,
  UploadQueue,
  UploadState,
} from './core/index.js'
export { sentBytesOf } from './core/queue/upload-state.js'
export { preloadedIdentifier } from './form/preloaded-identifier.js'
export type { UploadResult } from './options/events.js'
export { uploadResult } from './options/upload-result.js'

/**
 * A queue as the widget has it: signed, with byte-true progress, resuming, and the picture options. Nothing is sent before `add`.
 *
 * @param options Asked again for every file.
 * @example
 * const queue = createPageQueue(() => ({ signatureEndpoint: '/api/sign-cloudinary-params' }))
 * queue.subscribe((change) => draw(queue.items()))
 * input.onchange = () => queue.add([...input.files])
 */
export function createPageQueue(options: () => UploadWidgetInput): UploadQueue {
  return createOptionsQueue(() => toCamelCaseOptions(options()))
}

/** A queue over the widget's own options. */
export function createOptionsQueue(options: () => UploadWidgetOptions): UploadQueue {
  return createQueue(() => queueSettings(options()), {
    transport: xhrTransport,
    loadResume: () => loadResume(options()),
    onDefaultHost: (url) =>
      console.info(`[countersign] Uploads go to ${url}; uploadPrefix names another server.`),
  })
}
