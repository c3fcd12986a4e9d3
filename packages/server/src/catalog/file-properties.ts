/** Properties of a file that the catalog stores with its asset. @module */

/** EXIF, IPTC or XMP tags: text by tag name. */
export type Tags = Readonly<Record<string, string>>

/** Properties of a file's audio stream. */
export interface AudioProperties {
  readonly codec: string
  /** Bits per second, as text. */
  readonly bitRate?: string
  /** Sampling rate in hertz. */
  readonly frequency?: number
  readonly channels?: number
  /** Channel layout, such as `mono`, `stereo` or `5.1`. */
  readonly channelLayout?: string
}

/** Properties of a file's video stream. */
export interface VideoProperties {
  readonly codec: string
  readonly profile?: string
  readonly level?: number
  /** Pixel format, such as `yuv420p`. */
  readonly pixFormat?: string
  /** Bits per second, as text. */
  readonly bitRate?: string
  /** Display aspect ratio, such as `16:9`. */
  readonly dar?: string
  /** Time base in seconds, such as `1/30000`. */
  readonly timeBase?: string
}

/** Properties of a video or audio file. */
export interface MediaProperties {
  readonly durationSeconds?: number
  /** Bits per second of the whole file. */
  readonly bitRate?: number
  /** Frames per second. */
  readonly frameRate?: number
  readonly frames?: number
  /** Clockwise rotation that a player applies: 0, 90, 180 or 270 degrees. */
  readonly rotation?: number
  /** Audio stream. Absent if the file has none. */
  readonly audio?: AudioProperties
  /** Video stream. Absent for audio files. */
  readonly video?: VideoProperties
  /** Tags of the container, as text. */
  readonly container: Readonly<Record<string, string>>
}
