/** Properties of a file that the catalog stores with its asset. @module */

/** EXIF, IPTC or XMP tags: text by tag name. */
export type Tags = Readonly<Record<string, string>>

/** The sound of a file. */
export interface AudioProperties {
  readonly codec: string
  /** Bits a second, as text. */
  readonly bitRate?: string
  /** Hertz. */
  readonly frequency?: number
  readonly channels?: number
  /** `mono`, `stereo`, `5.1` … */
  readonly channelLayout?: string
}

/** The pictures of a file. */
export interface VideoProperties {
  readonly codec: string
  readonly profile?: string
  readonly level?: number
  /** As `yuv420p`. */
  readonly pixFormat?: string
  /** Bits a second, as text. */
  readonly bitRate?: string
  /** Display aspect ratio, as `16:9`. */
  readonly dar?: string
  /** As `1/30000`. */
  readonly timeBase?: string
}

/** What a video or a sound is. */
export interface MediaProperties {
  readonly durationSeconds?: number
  /** Bits a second of the whole file. */
  readonly bitRate?: number
  /** Frames a second. */
  readonly frameRate?: number
  readonly frames?: number
  /** Degrees clockwise that a player turns it: 0, 90, 180 or 270. */
  readonly rotation?: number
  /** Absent: there is no sound. */
  readonly audio?: AudioProperties
  /** Absent: there are no pictures, it is a sound. */
  readonly video?: VideoProperties
  /** What the container says of itself, as text. */
  readonly container: Readonly<Record<string, string>>
}
