/** The camera source: photos and videos of the device's cameras. A separate chunk. @module */

import type { UploadSource } from '../../options/source.js'
import { type LiveStream, openCapture } from './capture.js'

/** Creates the source `camera`. */
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
  // Browsers hide the cameras from insecure pages.
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
    // A camera without a facing mode mostly faces the person.
    isMirrored: settings?.facingMode !== 'environment',
  }
}

/** Opens the camera with sound, or without sound if the microphone is not available. */
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
