/** Combines a request's parameters with those of its preset. @module */

import { MediaError } from '@countersign/protocol/errors'
import { defaultPreset } from '../access/effective-limits.js'
import type { Preset } from '../catalog/key.js'
import type { Fields } from '../http/form/fields.js'
import { type AnnotationLimits, parseContext } from '../params/annotations.js'
import { type ParamReader, serializePairs } from '../params/param-values.js'
import { parseMetadata } from '../params/sent-metadata.js'
import { settingText } from '../params/upload-params.js'
import type { Services } from '../services.js'

/**
 * Reads the preset that a request names; `undefined` if it names none.
 * @throws MediaError PRESET_UNKNOWN; PRESET_REFUSED when the request is unsigned and the preset does not allow unsigned uploads.
 */
export async function readNamedPreset(
  services: Services,
  cloud: string,
  { name, isUnsigned }: { name: string | undefined; isUnsigned: boolean },
): Promise<Preset | undefined> {
  if (name === undefined) return undefined
  const preset = await readPresetOrDefault(services, cloud, name)
  if (!preset) {
    throw new MediaError('PRESET_UNKNOWN', {
      message: 'Upload preset not found',
      details: { preset: name },
    })
  }
  if (isUnsigned && !preset.isUnsigned) {
    throw new MediaError('PRESET_REFUSED', {
      message: 'Upload preset must be whitelisted for unsigned uploads',
      details: { preset: name },
    })
  }
  return preset
}

/** Reads a preset by name. `default` always exists, with default settings unless the operator wrote it. */
export async function readPresetOrDefault(
  services: Services,
  cloud: string,
  name: string,
): Promise<Preset | null> {
  const preset = await services.catalog.readPreset({ cloud, name })
  return preset ?? (name === 'default' ? defaultPreset(cloud) : null)
}

/** Parameters that place an upload in a folder. If an unsigned preset sets one of them, requests cannot set any of them. */
const PLACES: readonly string[] = ['folder', 'asset_folder', 'public_id_prefix']

/**
 * Returns a reader of the combined parameters of a request and its preset.
 *
 * Tags, context and metadata of both are joined. For other parameters, a signed request overrides the preset, and a preset overrides an
 * unsigned request. If an unsigned preset sets a folder, the request's folder parameters are ignored.
 */
export function readWithPreset(
  fields: Fields,
  preset: Preset | undefined,
  { isUnsigned, limits }: { isUnsigned: boolean; limits: AnnotationLimits },
): ParamReader {
  const isPlaced =
    isUnsigned && PLACES.some((place) => Object.hasOwn(preset?.settings ?? {}, place))
  return (name) => {
    const asked = isPlaced && PLACES.includes(name) ? undefined : fields.text(name)
    const settled =
      preset && Object.hasOwn(preset.settings, name)
        ? settingText(name, preset.settings[name])
        : undefined
    if (asked === undefined || settled === undefined) return asked ?? settled
    if (name === 'tags') return `${settled},${asked}`
    if (name === 'context') return joinContext(settled, asked, limits)
    if (name === 'metadata') {
      return JSON.stringify({ ...parseMetadata(settled, limits), ...parseMetadata(asked, limits) })
    }
    return isUnsigned ? settled : asked
  }
}

/** Returns the names of all parameters that a request or its preset sets. A name can occur twice. */
export function namesWithPreset(fields: Fields, preset: Preset | undefined): readonly string[] {
  return [...fields.names(), ...Object.keys(preset?.settings ?? {})]
}

function joinContext(preset: string, asked: string, limits: AnnotationLimits): string {
  return serializePairs({ ...parseContext(preset, limits), ...parseContext(asked, limits) })
}
