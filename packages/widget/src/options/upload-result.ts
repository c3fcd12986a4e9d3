/** Converts uploaded files and failures to the data of the page's events. @module */

import type { MediaError } from '@countersign/protocol/errors'
import { failureDetails } from '../core/failures/failure.js'
import type { FailureDetails, UploadItem, UploadState } from '../core/index.js'
import { sentBytesOf } from '../core/queue/upload-state.js'
import type { QueueFile, UploadResponse, UploadResult, UploadWidgetError } from './events.js'
import type { UploadWidgetOptions } from './options.js'

const SHORT_NAMES: Readonly<Record<string, string>> = {
  crop: 'c',
  effect: 'e',
  gravity: 'g',
  height: 'h',
  quality: 'q',
  radius: 'r',
  width: 'w',
}

/** Returns the `info` of the event `success`. */
export function uploadResult(
  item: UploadItem,
  response: Readonly<Record<string, unknown>>,
  { thumbnailTransformation }: Pick<UploadWidgetOptions, 'thumbnailTransformation'>,
): UploadResult {
  const asset = response as UploadResponse
  const thumbnailUrl = thumbnailUrlOf(asset, transformationText(thumbnailTransformation))
  return {
    // The protocol's widget always has this member. Countersign runs no hook here.
    hook_execution: {},
    ...asset,
    id: item.id,
    batchId: item.batchId,
    path: `v${asset.version}/${asset.public_id}${suffixOf(asset)}`,
    ...(thumbnailUrl === undefined ? {} : { thumbnail_url: thumbnailUrl }),
  }
}

/** Converts a failure to the error of the page's callback. */
export function widgetError(error: MediaError, item?: UploadItem): UploadWidgetError {
  const { status = 0, detail }: FailureDetails = failureDetails(error)
  return {
    status: String(status),
    statusText: error.message,
    message: error.message,
    code: error.code,
    ...(item ? { id: item.id, file: item.file } : {}),
    ...(detail ? { hint: detail } : {}),
  }
}

/** Converts a file of the queue to an entry of `queues-end`. */
export function queueFile(item: UploadItem, options: UploadWidgetOptions): QueueFile {
  const { state, file } = item
  const result = state.status === 'done' ? uploadResult(item, state.response, options) : undefined
  return {
    id: item.id,
    batchId: item.batchId,
    name: file.name,
    size: item.bytes,
    type: file.type,
    status: statusWord(state),
    statusText: 'error' in state ? (state.error?.message ?? '') : '',
    progress: percentOf(item),
    done: state.status === 'done',
    failed: state.status === 'failed' || state.status === 'refused',
    aborted: state.status === 'cancelled',
    paused: state.status === 'paused',
    isFetch: item.remoteUrl !== undefined,
    publicId: options.publicId ?? null,
    file,
    ...(result ? { uploadInfo: result } : {}),
  }
}

/** Returns the share of a file that has left the browser, in percent. */
export function percentOf(item: UploadItem): number {
  if (item.state.status === 'done' || item.state.status === 'processing') return 100
  return item.bytes === 0 ? 0 : Math.floor((sentBytesOf(item) / item.bytes) * 100)
}

function statusWord({ status }: UploadState): QueueFile['status'] {
  if (status === 'done') return 'success'
  if (status === 'failed' || status === 'refused') return 'error'
  if (status === 'cancelled') return 'aborted'
  return ['ready', 'waiting', 'file-needed'].includes(status) ? 'waiting' : 'uploading'
}

function suffixOf(asset: UploadResponse): string {
  return asset.format && asset.resource_type !== 'raw' ? `.${asset.format}` : ''
}

function thumbnailUrlOf(asset: UploadResponse, transformation: string): string | undefined {
  if (asset.resource_type === 'raw' || typeof asset.secure_url !== 'string') return undefined
  const middle = `/${asset.resource_type}/${asset.type}/`
  const url = asset.secure_url.replace(middle, `${middle}${transformation}/`)
  return asset.resource_type === 'video' ? url.replace(/\.[^./]+$/, '.jpg') : url
}

function transformationText(
  transformation: UploadWidgetOptions['thumbnailTransformation'] = {
    width: 90,
    height: 60,
    crop: 'limit',
  },
): string {
  if (typeof transformation === 'string') return transformation
  if (Array.isArray(transformation)) return transformation.map(transformationText).join('/')
  return Object.entries(transformation)
    .map(
      ([name, value]) => `${Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name] : name}_${value}`,
    )
    .sort()
    .join(',')
}
