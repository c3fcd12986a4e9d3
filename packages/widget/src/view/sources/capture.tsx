/** The view of the camera and screen sources: takes photos and videos of a live stream. @module */

import { Component, createRef, h, type JSX, render } from 'preact'
import type { SourceContext } from '../../options/source.js'
import { Icon } from '../controls/icons.js'
import { Segments } from '../controls/segments.js'
import sheet from './capture.css'
import { recordStream, type StreamRecording } from './record-stream.js'

/** Reason why there is no stream. Each has a title and a hint among the texts. */
export type CaptureProblem = 'blocked' | 'none' | 'busy' | 'insecure'

/** A live stream of a camera or a screen. */
export interface LiveStream {
  /** The stream of the browser. */
  readonly stream: MediaStream
  /** True if the preview is mirrored. Photos and videos are never mirrored. */
  readonly isMirrored: boolean
  /** Devices that people can choose. */
  readonly devices: readonly MediaDeviceInfo[]
  /** Id of the device in use, one of {@link devices}. */
  readonly deviceId: string | undefined
}

/** The differences between camera and screen. */
export interface CaptureKind {
  /** Prefix of the text keys. */
  readonly words: 'camera' | 'screen'
  /** True if a person must start the capture, as browsers require for the screen. */
  readonly isStartedByPerson: boolean
  /**
   * Starts a stream.
   *
   * @throws Error with a CaptureProblem as its name.
   */
  start(deviceId: string | undefined, wantsSound: boolean): Promise<LiveStream>
}

interface Taken {
  readonly file: File
  readonly url: string
}

interface CaptureState {
  readonly phase: 'idle' | 'asking' | 'live' | 'recording' | 'taken' | CaptureProblem
  readonly live: LiveStream | undefined
  readonly mode: 'photo' | 'video'
  readonly taken: Taken | undefined
  readonly seconds: number
}

interface CaptureProps {
  readonly context: SourceContext
  readonly kind: CaptureKind
}

const PROBLEMS: readonly string[] = ['blocked', 'none', 'busy', 'insecure']
const CAMERA_OFF =
  'M3 3l14 14M7.5 5.9 8 4h4l1.5 2h2A1.5 1.5 0 0 1 17 7.5V14M14.5 15.5h-10A1.5 1.5 0 0 1 3 14V7.5'

/** Draws the capture view until the person leaves the source. */
export function openCapture(context: SourceContext, kind: CaptureKind): void {
  context.addStyles(sheet)
  render(h(Capture, { context, kind }), context.element)
  context.signal.addEventListener('abort', () => render(null, context.element))
}

class Capture extends Component<CaptureProps, CaptureState> {
  readonly #video = createRef<HTMLVideoElement>()
  #recording: StreamRecording | undefined
  #clock: ReturnType<typeof setInterval> | undefined
  #isGone = false

  override state: CaptureState = {
    phase: this.props.kind.isStartedByPerson ? 'idle' : 'asking',
    live: undefined,
    mode: this.props.context.accepts('image/jpeg') ? 'photo' : 'video',
    taken: undefined,
    seconds: 0,
  }

  override componentDidMount(): void {
    if (!this.props.kind.isStartedByPerson) void this.#start()
  }

  override componentDidUpdate(): void {
    const video = this.#video.current
    const stream = this.state.live?.stream
    // `srcObject` cannot be set by an attribute.
    if (video && stream && video.srcObject !== stream) video.srcObject = stream
  }

  override componentWillUnmount(): void {
    this.#isGone = true
    this.#stop()
    if (this.state.taken) URL.revokeObjectURL(this.state.taken.url)
  }

  get #canVideo(): boolean {
    const { context } = this.props
    return (
      typeof MediaRecorder !== 'undefined' &&
      (context.accepts('video/webm') || context.accepts('video/mp4'))
    )
  }

  async #start(deviceId?: string): Promise<void> {
    this.#stop()
    this.setState({ phase: 'asking', live: undefined })
    try {
      const live = await this.props.kind.start(deviceId, this.#canVideo)
      if (this.#isGone) return stopStream(live.stream)
      for (const track of live.stream.getVideoTracks()) {
        // The device was unplugged, or the person stopped it in the browser.
        track.addEventListener('ended', () => this.#onEnded(live))
      }
      this.setState({ phase: 'live', live })
    } catch (thrown) {
      if (!this.#isGone) this.setState({ phase: problemOf(thrown) })
    }
  }

  #stop(): void {
    clearInterval(this.#clock)
    this.#recording?.cancel()
    this.#recording = undefined
    if (this.state.live) stopStream(this.state.live.stream)
  }

  #onEnded(live: LiveStream): void {
    if (this.#isGone || this.state.live !== live || this.state.phase === 'taken') return
    if (this.state.phase === 'recording') void this.#finish()
    else
      this.setState({ phase: this.props.kind.isStartedByPerson ? 'idle' : 'none', live: undefined })
  }

  async #takePhoto(): Promise<void> {
    const video = this.#video.current
    if (!video || video.videoWidth === 0) return
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
    canvas.getContext('2d')?.drawImage(video, 0, 0)
    const isScreen = this.props.kind.words === 'screen'
    // Text on a screen blurs in a JPEG.
    const type = isScreen && this.props.context.accepts('image/png') ? 'image/png' : 'image/jpeg'
    const blob = await canvas.convertToBlob({ type, quality: 0.92 })
    this.#keep(blob, 'file_name')
  }

  #record(): void {
    const { live } = this.state
    if (!live) return
    this.#recording = recordStream(live.stream, (type) => this.props.context.accepts(type))
    this.setState({ phase: 'recording', seconds: 0 })
    this.#clock = setInterval(() => {
      this.setState(({ seconds }) => ({ seconds: seconds + 1 }))
    }, 1000)
  }

  async #finish(): Promise<void> {
    clearInterval(this.#clock)
    const recording = this.#recording
    this.#recording = undefined
    const blob = await recording?.finish()
    if (blob && !this.#isGone) this.#keep(blob, 'video_name')
  }

  #keep(blob: Blob, nameKey: 'file_name' | 'video_name'): void {
    if (this.#isGone) return
    const { context, kind } = this.props
    const time = new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-')
    const extension =
      blob.type === 'image/jpeg' ? 'jpg' : blob.type.replace(/^\w+\/([^;]*).*/, '$1')
    const name = `${context.say(`${kind.words}.${nameKey}`, { time })}.${extension}`
    const file = new File([blob], name, { type: blob.type.replace(/;.*/, '') })
    if (this.state.live) stopStream(this.state.live.stream)
    this.setState({
      phase: 'taken',
      live: undefined,
      taken: { file, url: URL.createObjectURL(file) },
    })
  }

  #again(): void {
    const { taken } = this.state
    if (taken) URL.revokeObjectURL(taken.url)
    this.setState({ taken: undefined })
    void this.#start(undefined)
  }

  override render({ context, kind }: CaptureProps, state: CaptureState): JSX.Element {
    const { phase, taken, live } = state
    if (PROBLEMS.includes(phase)) return this.#problem(phase as CaptureProblem)
    if (phase === 'idle' || phase === 'asking') return this.#invitation(phase)
    const isVideo = taken?.file.type.startsWith('video/')
    return (
      <>
        <div class="view" data-mirrored={live?.isMirrored}>
          {taken ? (
            isVideo ? (
              // biome-ignore lint/a11y/useMediaCaption: the person has just spoken it
              <video
                src={taken.url}
                controls
                playsInline
                aria-label={context.say('camera.recorded')}
              />
            ) : (
              <img src={taken.url} alt={context.say('camera.taken')} />
            )
          ) : (
            <video
              ref={this.#video}
              autoplay
              muted
              playsInline
              aria-label={context.say(`${kind.words}.live`)}
              data-test="live"
            />
          )}
          {phase === 'recording' ? (
            <p class="badge num" role="timer">
              {context.say('camera.recording', { time: clockTime(state.seconds) })}
            </p>
          ) : null}
        </div>
        {phase === 'live' ? this.#choices(state) : null}
        <footer class="foot" part="footer">
          {this.#buttons(state)}
        </footer>
      </>
    )
  }

  #problem(problem: CaptureProblem): JSX.Element {
    const { context, kind } = this.props
    const words = problem === 'blocked' || problem === 'none' ? kind.words : 'camera'
    const { host } = globalThis.location
    return (
      <div class="note" part="message" data-test={`capture-${problem}`}>
        <Icon path={CAMERA_OFF} />
        <h3>{context.say(`${words}.${problem}`)}</h3>
        <p role="alert">{context.say(`${words}.${problem}_hint`, { host })}</p>
        <div class="acts">
          <button class="btn" type="button" onClick={() => context.chooseFiles()}>
            {context.say('sources.choose')}
          </button>
          <button
            class="btn primary"
            type="button"
            data-test="capture-again"
            onClick={() => void this.#start()}
          >
            {context.say('sources.again')}
          </button>
        </div>
      </div>
    )
  }

  #invitation(phase: 'idle' | 'asking'): JSX.Element {
    const { context, kind } = this.props
    if (kind.words === 'camera') {
      return (
        <div class="note" part="message">
          <p role="status">{context.say('camera.asking')}</p>
        </div>
      )
    }
    return (
      <div class="note" part="message">
        <p>{context.say('screen.explanation')}</p>
        <div class="acts">
          <button
            class="btn primary"
            type="button"
            data-test="capture-start"
            disabled={phase === 'asking'}
            onClick={() => void this.#start()}
          >
            {context.say('screen.start')}
          </button>
        </div>
      </div>
    )
  }

  #choices({ mode, live }: CaptureState): JSX.Element {
    const { context } = this.props
    const canPhoto = context.accepts('image/jpeg') || context.accepts('image/png')
    const devices = live?.devices ?? []
    return (
      <div class="tools">
        {canPhoto && this.#canVideo ? (
          <Segments<'photo' | 'video'>
            label={context.say('camera.mode')}
            value={mode}
            choices={[
              [context.say('camera.photo'), 'photo'],
              [context.say('camera.video'), 'video'],
            ]}
            onChoose={(next) => this.setState({ mode: next })}
          />
        ) : null}
        {devices.length > 1 ? (
          <div class="pick">
            <select
              class="input"
              data-test="device"
              aria-label={context.say('camera.device')}
              value={live?.deviceId ?? ''}
              onChange={(event) => void this.#start(event.currentTarget.value)}
            >
              {devices.map(({ deviceId, label }, index) => (
                <option key={deviceId} value={deviceId}>
                  {label || `${context.say('camera.device')} ${index + 1}`}
                </option>
              ))}
            </select>
            <Icon path="m5.5 8 4.5 4.5L14.5 8" />
          </div>
        ) : null}
      </div>
    )
  }

  #buttons({ phase, mode, taken }: CaptureState): JSX.Element {
    const { context, kind } = this.props
    if (taken) {
      const isVideo = taken.file.type.startsWith('video/')
      const use = isVideo ? 'camera.use_video' : `${kind.words}.take_pic`
      return (
        <>
          <button class="btn" type="button" data-test="take-again" onClick={() => this.#again()}>
            {context.say('camera.retry')}
          </button>
          <span class="end" />
          <button
            class="btn primary"
            type="button"
            data-test="use"
            onClick={() => context.addFiles([taken.file])}
          >
            {context.say(use)}
          </button>
        </>
      )
    }
    const act =
      phase === 'recording'
        ? { key: 'camera.stop', run: () => void this.#finish() }
        : mode === 'video'
          ? { key: 'camera.record', run: () => this.#record() }
          : { key: `${kind.words}.capture`, run: () => void this.#takePhoto() }
    return (
      <button class="btn primary big middle" type="button" data-test="capture" onClick={act.run}>
        {context.say(act.key)}
      </button>
    )
  }
}

function problemOf(thrown: unknown): CaptureProblem {
  const name = thrown instanceof Error ? thrown.name : String(thrown)
  if (PROBLEMS.includes(name)) return name as CaptureProblem
  if (/NotFound|Overconstrained|DevicesNotFound/.test(name)) return 'none'
  return /NotReadable|TrackStart|Abort/.test(name) ? 'busy' : 'blocked'
}

function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

function clockTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
