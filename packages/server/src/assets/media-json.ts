/** Converts properties of video and audio files to the protocol's JSON. @module */

import type { Asset } from '../catalog/asset.js'
import type { AudioProperties, VideoProperties } from '../catalog/file-properties.js'

/** Returns the members of an answer that only video and audio files have. Returns none for other assets. */
export function mediaJson({ resourceType, extra: { file = {} } }: Asset): Record<string, unknown> {
  const { media, showsContainer } = file
  if (resourceType !== 'video' || !media) return {}
  return given({
    audio: media.audio ? audioJson(media.audio) : {},
    video: media.video ? videoJson(media.video) : {},
    is_audio: media.video === undefined,
    frame_rate: media.frameRate,
    bit_rate: media.bitRate,
    duration: media.durationSeconds,
    rotation: media.rotation,
    nb_frames: media.frames,
    video_metadata: showsContainer ? media.container : undefined,
  })
}

function audioJson(audio: AudioProperties): Record<string, unknown> {
  return given({
    codec: audio.codec,
    bit_rate: audio.bitRate,
    frequency: audio.frequency,
    channels: audio.channels,
    channel_layout: audio.channelLayout,
  })
}

function videoJson(video: VideoProperties): Record<string, unknown> {
  return given({
    pix_format: video.pixFormat,
    codec: video.codec,
    level: video.level,
    profile: video.profile,
    bit_rate: video.bitRate,
    dar: video.dar,
    time_base: video.timeBase,
  })
}

function given(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
