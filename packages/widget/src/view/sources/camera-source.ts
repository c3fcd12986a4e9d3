/** Photos and videos of the device's cameras. Loaded apart. @module */

import type { UploadSource } from '../../options/source.js'
import { type LiveStream, openCapture } from './capture.js'

/** The source `camera`. */
export function cameraSource(): UploadSource {
  return {
    name: 'camera',
    title: 'Camera',
    open(context) {
      openCapture(context, { words: 'camera', isStartedByPerson: false, start: startCamera })
    },
  }
}

async function startCamera(deviceId: string | undefined, wantsSound: boolean): Promise<LiveStream> {
  const { mediaDevices } = navigator
  // Browsers hide it from pages without https.
  if (!mediaDevices?.getUserMedia) throw namedError('insecure')
  const video: MediaTrackConstraints = {
    width: { ideal: 1920 },
    height: { ideal: 1080 },
    ...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'user' }),
  }
  const stream = await withSound(mediaDevices, video, wantsSound)
  const settings = stream.getVideoTracks()[0]?.getSettings()
  const devices = (await mediaDevices.enumerateDevices()).filter(
    ({ kind }) => kind === 'videoinput',
  )
  return {
    stream,
    devices,
    deviceId: settings?.deviceId,
    // Cameras that do not say where they look mostly look at the person.
    isMirrored: settings?.facingMode !== 'environment',
  }
}

/** A camera without a microphone is better than none. */
async function withSound(
  mediaDevices: MediaDevices,
  video: MediaTrackConstraints,
  wantsSound: boolean,
): Promise<MediaStream> {
  if (!wantsSound) return mediaDevices.getUserMedia({ video })
  try {
    return await mediaDevices.getUserMedia({ video, audio: true })
  } catch {
    return mediaDevices.getUserMedia({ video })
  }
}

function namedError(name: string): Error {
  return Object.assign(new Error(name), { name })
}
