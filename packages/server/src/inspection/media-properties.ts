/** Converts the tracks of a video or audio file to the protocol's properties. @module */

import type {
  AudioProperties,
  MediaProperties,
  VideoProperties,
} from '../catalog/file-properties.js'
import type { PixelSize } from '../picture-limits.js'

/** One track, or the container itself (`General`), as the package mediainfo.js describes it. */
export interface MediaTrack {
  readonly '@type': string
  readonly [name: string]: unknown
}

/** Properties and displayed size of a video or audio file. */
export interface MediaFacts {
  readonly properties: MediaProperties
  /** Width after rotation, as players show it; `null` for audio. */
  readonly widthPx: number | null
  /** Height after rotation; `null` for audio. */
  readonly heightPx: number | null
}

const CODECS: ReadonlyMap<string, string> = new Map([
  ['AVC', 'h264'],
  ['MPEG-4 Visual', 'mpeg4'],
  ['MPEG Video', 'mpeg2video'],
  ['JPEG', 'mjpeg'],
  ['VC-1', 'vc1'],
  ['H.263', 'h263'],
  ['AC-3', 'ac3'],
  ['E-AC-3', 'eac3'],
  ['AMR', 'amr_nb'],
])
const LAYOUTS: ReadonlyMap<number, string> = new Map([
  [1, 'mono'],
  [2, 'stereo'],
  [6, '5.1'],
  [8, '7.1'],
])
/** Maximum members of the container's own track that are kept as text. */
const MAX_CONTAINER_MEMBERS = 60
const MAX_TEXT_CHARACTERS = 500

/** Converts tracks to the protocol's properties. Returns `null` if the tracks have neither video nor audio. */
export function mediaProperties(tracks: readonly MediaTrack[]): MediaFacts | null {
  const general = trackOf(tracks, 'General')
  const video = trackOf(tracks, 'Video')
  const audio = trackOf(tracks, 'Audio')
  const hasPicture = textOf(video?.Format) !== ''
  if (!hasPicture && textOf(audio?.Format) === '') return null
  const rotation = rotationOf(video)
  const size = sizeOf(video, rotation)
  const properties = {
    durationSeconds: durationOf(general) ?? durationOf(video) ?? durationOf(audio),
    bitRate: rounded(general?.OverallBitRate),
    frameRate: hasPicture ? frameRateOf(video, general) : undefined,
    frames: hasPicture ? (rounded(video?.FrameCount) ?? rounded(general?.FrameCount)) : undefined,
    rotation: hasPicture ? rotation : undefined,
    audio: audio && textOf(audio.Format) !== '' ? audioProperties(audio) : undefined,
    video: hasPicture && video ? videoProperties(video) : undefined,
    container: containerTexts(general),
  }
  return { properties: withoutAbsent(properties), ...size }
}

/** Returns the size of the largest image among the tracks of an image file; `null` if the tracks name no size. */
export function pictureSize(tracks: readonly MediaTrack[]): PixelSize | null {
  const sizes = tracks
    .filter((track) => track['@type'] === 'Image')
    .map((track) => sizeOf(track, rotationOf(track)))
    .flatMap(({ widthPx, heightPx }) => (widthPx && heightPx ? [{ widthPx, heightPx }] : []))
  const byArea = sizes.sort((one, other) => areaOf(other) - areaOf(one))
  return byArea[0] ?? null
}

function areaOf({ widthPx, heightPx }: PixelSize): number {
  return widthPx * heightPx
}

function rotationOf(track: MediaTrack | undefined): number {
  return ((Math.round(numberOf(track?.Rotation) ?? 0) % 360) + 360) % 360
}

function trackOf(tracks: readonly MediaTrack[], type: string): MediaTrack | undefined {
  return tracks.find((track) => track['@type'] === type)
}

function sizeOf(
  video: MediaTrack | undefined,
  rotation: number,
): Pick<MediaFacts, 'widthPx' | 'heightPx'> {
  const width = rounded(video?.Width) ?? 0
  const height = rounded(video?.Height) ?? 0
  if (width === 0 || height === 0) return { widthPx: null, heightPx: null }
  const isTurned = rotation === 90 || rotation === 270
  return { widthPx: isTurned ? height : width, heightPx: isTurned ? width : height }
}

function audioProperties(track: MediaTrack): AudioProperties {
  const channels = rounded(track.Channels)
  return withoutAbsent({
    codec: audioCodec(track),
    bitRate: rounded(track.BitRate)?.toString(),
    frequency: rounded(track.SamplingRate),
    channels,
    channelLayout: channels === undefined ? undefined : LAYOUTS.get(channels),
  })
}

function videoProperties(track: MediaTrack): VideoProperties {
  const format = textOf(track.Format)
  const profile = textOf(track.Format_Profile)
  const level = numberOf(track.Format_Level)
  const clock = rounded(track.FrameRate_Num)
  return withoutAbsent({
    codec: codecOf(format),
    profile: profile === '' ? undefined : profile,
    // The number that encoders write: level 4.1 is 41 in AVC and 123 in HEVC.
    level: level === undefined ? undefined : Math.round(level * (format === 'HEVC' ? 30 : 10)),
    pixFormat: pixFormatOf(track),
    bitRate: rounded(track.BitRate)?.toString(),
    dar: aspectRatioOf(track),
    timeBase: clock === undefined ? undefined : `1/${clock}`,
  })
}

function audioCodec(track: MediaTrack): string {
  const format = textOf(track.Format)
  if (format === 'MPEG Audio') {
    const layer = /Layer (\d)/.exec(textOf(track.Format_Profile))?.[1] ?? '3'
    return `mp${layer}`
  }
  if (format !== 'PCM') return codecOf(format)
  const bits = rounded(track.BitDepth) ?? 16
  const sign = textOf(track.Format_Settings_Sign) === 'Unsigned' || bits === 8 ? 'u' : 's'
  const order = textOf(track.Format_Settings_Endianness) === 'Big' ? 'be' : 'le'
  return bits === 8 ? `pcm_${sign}8` : `pcm_${sign}${bits}${order}`
}

function codecOf(format: string): string {
  return CODECS.get(format) ?? format.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
}

function pixFormatOf(track: MediaTrack): string | undefined {
  // VP8 always has 4:2:0.
  const isVp8 = textOf(track.Format) === 'VP8'
  const sampling = textOf(track.ChromaSubsampling).replaceAll(':', '') || (isVp8 ? '420' : '')
  if (textOf(track.ColorSpace) !== 'YUV' || sampling === '') return undefined
  const bits = rounded(track.BitDepth) ?? 8
  return `yuv${sampling}p${bits > 8 ? `${bits}le` : ''}`
}

function aspectRatioOf(track: MediaTrack): string | undefined {
  const height = rounded(track.Height) ?? 0
  const width = Math.round((rounded(track.Width) ?? 0) * (numberOf(track.PixelAspectRatio) ?? 1))
  if (width === 0 || height === 0) return undefined
  const divisor = greatestDivisor(width, height)
  return `${width / divisor}:${height / divisor}`
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other)
}

function frameRateOf(
  video: MediaTrack | undefined,
  general: MediaTrack | undefined,
): number | undefined {
  const over = numberOf(video?.FrameRate_Num)
  const under = numberOf(video?.FrameRate_Den)
  if (over !== undefined && under) return over / under
  return numberOf(video?.FrameRate) ?? numberOf(general?.FrameRate)
}

function durationOf(track: MediaTrack | undefined): number | undefined {
  const seconds = numberOf(track?.Duration)
  return seconds !== undefined && seconds > 0 ? seconds : undefined
}

function containerTexts(general: MediaTrack | undefined): Record<string, string> {
  const members = Object.entries(general ?? {}).filter(
    ([name, value]) => !name.startsWith('@') && ['string', 'number'].includes(typeof value),
  )
  return Object.fromEntries(
    members
      .slice(0, MAX_CONTAINER_MEMBERS)
      .map(([name, value]) => [name.slice(0, 100), String(value).slice(0, MAX_TEXT_CHARACTERS)]),
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT_CHARACTERS) : ''
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

function rounded(value: unknown): number | undefined {
  const number = numberOf(value)
  return number === undefined ? undefined : Math.round(number)
}

type Present<Members> = { [Name in keyof Members]: Exclude<Members[Name], undefined> }

// Removes absent members, so that JSON does not contain them.
function withoutAbsent<Members extends object>(members: Members): Present<Members> {
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as Present<Members>
}
