import { expect, it } from 'vitest'
import { createSpeedometer } from './upload-speed.js'
import type { UploadItem, UploadState } from './upload-state.js'

function item(bytes: number, state: UploadState): UploadItem {
  return { id: 'a', batchId: 'b', file: new File([], 'a'), bytes, remoteUrl: undefined, state }
}

function sending(sentBytes: number): UploadItem[] {
  return [item(1000, { status: 'uploading', sentBytes, isResumed: false })]
}

it('computes speed and time left from the bytes of the last ten seconds', () => {
  let now = 0
  const speed = createSpeedometer(() => now)
  speed.note(sending(0))
  now = 1000
  speed.note(sending(100))
  expect(speed.read(sending(100))).toEqual({
    bytes: 1000,
    sentBytes: 100,
    bytesPerSecond: undefined,
    secondsLeft: undefined,
  })
  now = 4000
  expect(speed.read(sending(400))).toMatchObject({ bytesPerSecond: 100, secondsLeft: 6 })
  now = 20_000
  speed.note(sending(500))
  now = 22_000
  expect(speed.read(sending(900))).toMatchObject({ bytesPerSecond: 200, secondsLeft: 1 })
})

it('ignores refused files and files that are not started', () => {
  const speed = createSpeedometer(() => 0)
  const items = [...sending(5), item(7, { status: 'ready' }), item(9, { status: 'cancelled' })]
  expect(speed.read(items)).toMatchObject({ bytes: 1000, sentBytes: 5 })
})
