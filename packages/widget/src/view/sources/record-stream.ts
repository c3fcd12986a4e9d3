/** A recording of a live stream. @module */

/** One recording under way. */
export interface StreamRecording {
  /** Stop. @returns The video; `null` where nothing came. */
  finish(): Promise<Blob | null>
  /** Stop and keep nothing. */
  cancel(): void
}

/** Best first: MP4 plays everywhere, and not every browser writes it. */
const TYPES = ['video/mp4;codecs=avc1', 'video/mp4', 'video/webm;codecs=vp9', 'video/webm'] as const

/** Record from now on, in the best type that this browser writes and that is accepted. */
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
