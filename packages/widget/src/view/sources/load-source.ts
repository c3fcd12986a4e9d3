/** Loads the built-in sources. Each is a separate chunk. @module */

import type { UploadSource } from '../../options/source.js'
import type { OwnSource } from '../state/shown-sources.js'

/** Loads a built-in source by its name. */
export async function loadSource(name: OwnSource): Promise<UploadSource> {
  if (name === 'url') return (await import('./url-source.js')).urlSource()
  if (name === 'camera') return (await import('./camera-source.js')).cameraSource()
  return (await import('./screen-source.js')).screenSource()
}
