import { expect, it } from 'vitest'
import { generateUploadWidgetResultCallback } from './generate-upload-widget-result-callback.js'
import type {
  CloudinaryUploadWidgetError,
  CloudinaryUploadWidgetResults,
} from './upload-widget-types.js'

it('calls onError, then onResult, then the handler of the event', () => {
  const calls: string[] = []
  const callback = generateUploadWidgetResultCallback({
    onError: () => calls.push('onError'),
    onResult: () => calls.push('onResult'),
    onClose: () => calls.push('onClose'),
  })
  const result = { event: 'close' } as CloudinaryUploadWidgetResults
  callback({ message: 'x' } as CloudinaryUploadWidgetError, result)
  callback(null, { event: 'constructor' } as unknown as CloudinaryUploadWidgetResults)
  expect(calls).toEqual(['onError', 'onResult', 'onClose', 'onResult'])
})
