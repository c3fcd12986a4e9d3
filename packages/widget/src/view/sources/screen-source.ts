/** The screen source: images and videos of a screen, a window or a tab. A separate chunk. @module */

import type { UploadSource } from '../../options/source.js'
import { type LiveStream, openCapture } from './capture.js'

/** Creates the source `screen`. */
export function screenSource(): UploadSource {
  return {
    name: 'screen',
    title: 'Screen',
    open(context) {
      openCapture(context, { words: 'screen', isStartedByPerson: true, start: startScreen })
    },
  }
}

async function startScreen(_: string | undefined, wantsSound: boolean): Promise<LiveStream> {
  const { mediaDevices } = navigator
  if (!mediaDevices?.getDisplayMedia) throw Object.assign(new Error(), { name: 'none' })
  const stream = await mediaDevices.getDisplayMedia({ video: true, audio: wantsSound })
  return { stream, isMirrored: false, devices: [], deviceId: undefined }
}
