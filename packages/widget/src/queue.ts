/** The widget's queue for pages with their own view. @module */

import type { UploadQueue } from './core/index.js'
import { createQueue } from './core/queue/upload-queue.js'
import { loadResume } from './load-resume.js'
import { mayResume } from './may-resume.js'
import {
  toCamelCaseOptions,
  type UploadWidgetInput,
  type UploadWidgetOptions,
} from './options/options.js'
import { queueSettings } from './options/queue-settings.js'
import { takeUpUploads } from './take-up-uploads.js'
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
 * Creates the widget's queue: signed uploads, progress in bytes, resuming, and the image options. Sends nothing before `add`.
 *
 * @param options Returns the options. Called again for every file.
 * @example
 * const queue = createPageQueue(() => ({ signatureEndpoint: '/api/sign-cloudinary-params' }))
 * queue.subscribe((change) => draw(queue.items()))
 * input.onchange = () => queue.add([...input.files])
 */
export function createPageQueue(options: () => UploadWidgetInput): UploadQueue {
  return createOptionsQueue(() => toCamelCaseOptions(options()))
}

/**
 * Returns true if an earlier visit left an unfinished upload for a queue with these options. Reads one entry of the browser's storage and
 * loads nothing.
 */
export function mayContinue(options: UploadWidgetInput): boolean {
  return mayResume(toCamelCaseOptions(options))
}

/**
 * Restores unfinished uploads of an earlier visit into a queue of `createPageQueue`, and continues them. If several tabs restore, only one
 * of their queues gets an upload. Never rejects. If the endpoint fails, restores nothing, and adding files reports the failure.
 */
export async function continueUploads(queue: UploadQueue, input: UploadWidgetInput): Promise<void> {
  const options = toCamelCaseOptions(input)
  if (options.resumeScope || mayResume(options))
    await takeUpUploads(queue, options).catch(() => undefined)
}

/** Creates a queue from the widget's options in camelCase. */
export function createOptionsQueue(options: () => UploadWidgetOptions): UploadQueue {
  return createQueue(() => queueSettings(options()), {
    transport: xhrTransport,
    loadResume: () => loadResume(options()),
    onDefaultHost: (url) =>
      console.info(`[countersign] Uploads go to ${url}; uploadPrefix names another server.`),
  })
}
