import { expect, it } from 'vitest'
import { generateUploadWidgetResultCallback } from './generate-upload-widget-result-callback.js'

it('calls onError, then onResult, then the handler of the event', () => {
  const calls: string[] = []
  const callback = generateUploadWidgetResultCallback({
    onError: () => calls.push('onError'),
    onResult: () => calls.push('onResult'),
    onClose: () => calls.push('onClose'),
  })
  const result = { event: 'close' }
  callback({ status: '0', statusText: 'x' }, result)
  callback(null, { event: 'constructor' })
  expect(calls).toEqual(['onError', 'onResult', 'onClose', 'onResult'])
})
