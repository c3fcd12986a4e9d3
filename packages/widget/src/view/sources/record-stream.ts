/** Records a live stream. @module */

/** A running recording. */
export interface StreamRecording {
  /** Stops the recording. @returns The video; `null` if nothing was recorded. */
  finish(): Promise<Blob | null>
  /** Stops the recording and discards the video. */
  cancel(): void
}

/** Video types by preference. MP4 plays everywhere, but not every browser can record it. */
const TYPES = ['video/mp4;codecs=avc1', 'video/mp4', 'video/webm;codecs=vp9', 'video/webm'] as const

/** Starts a recording, in the best type that the browser can record and the widget accepts. */
export function recordStream(
  stream: MediaStream,
  accepts: (mimeType: string) => boolean,
): StreamRecording {
  const type = TYPES.find(
    (each) => MediaRecorder.isTypeSupported(each) && accepts(each.replace(/;.*/, '')),
  )
  const recorder = new MediaRecorder(stream, type === undefined ? {} : { mimeType: type })
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => {
    if (data.size > 0) parts.push(data)
  })
  const stopped = new Promise<void>((resolve) =>
    recorder.addEventListener('stop', () => resolve(), { once: true }),
  )
  recorder.start()
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop()
  }
  return {
    async finish() {
      stop()
      await stopped
      return parts.length === 0 ? null : new Blob(parts, { type: recorder.mimeType })
    },
    cancel: stop,
  }
}
