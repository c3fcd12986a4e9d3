/** Combines the limits of presets and requests. A file must satisfy all of them. Error texts name the limit and its owner. @module */

import { MediaError } from '@countersign/protocol/errors'
import {
  BROWSER_IMAGES,
  isAccepted,
  type Limits,
  type ResourceType,
  type Source,
} from '@countersign/protocol/limits'
import { MEDIA_TYPES } from '@countersign/protocol/media-types'
import type { Preset } from '../catalog/key.js'

/** Limits and who set them, as a refusal names them: `the preset default of API key 123`. */
export interface LimitLayer {
  readonly owner: string
  readonly limits: Limits
}

/** The narrowest limits of all layers. */
export interface EffectiveLimits {
  /** Maximum bytes of the file; `undefined` if no layer limits them. */
  readonly maxBytes: { readonly value: number; readonly owner: string } | undefined
  /** Maximum pixels of an image; `undefined` if no layer limits them. */
  readonly maxPixels: { readonly value: number; readonly owner: string } | undefined
  /** True if every layer allows an existing asset to be replaced. */
  readonly overwrite: boolean
  /** True if a layer lists accepted types, so that the content must be checked. */
  readonly isContentChecked: boolean
  /** Checks the resource type. @throws MediaError ASSET_TYPE_REFUSED */
  assertResourceType(resourceType: ResourceType): void
  /** Checks how the file is sent: as bytes, as a data URI or as an address. @throws MediaError SOURCE_REFUSED */
  assertSource(source: Source): void
  /**
   * Checks that every accept list contains the file's type or another type name that is true of the content.
   * @throws MediaError ASSET_TYPE_REFUSED with the format, the limit and the owner of the limit.
   */
  assertAccepted(found: string, file?: AcceptedFile): void
  /** Checks the size of the file. @throws MediaError ASSET_TOO_LARGE with the protocol's text. */
  assertBytes(bytes: number): void
}

/** Details of a file whose type is checked against the accept lists. */
export interface AcceptedFile {
  /** @default the top level of its type; `raw` for all but images, audio and video */
  readonly resourceType?: ResourceType
  /** Other type names that are true of the content. @default [] */
  readonly otherTypes?: readonly string[]
  /** Type names that the client sent, for the error text. @default [] */
  readonly sentAs?: readonly string[]
}

/** Limits of the preset `default`. They hold for every cloud until its own preset `default` is written. */
export const DEFAULT_LIMITS: Limits = {
  accept: BROWSER_IMAGES,
  maxBytes: 20_000_000,
  resourceTypes: ['image'],
  sources: ['file'],
  overwrite: false,
}

/** Returns the preset `default` of a cloud that has not written its own. */
export function defaultPreset(cloud: string): Preset {
  return {
    cloud,
    name: 'default',
    isUnsigned: false,
    disallowPublicId: true,
    settings: {},
    limits: DEFAULT_LIMITS,
  }
}

/** Combines limits by taking the narrowest of each. `overwrite` is true, the protocol's default, if no layer sets it. */
export function narrowLimits(layers: readonly LimitLayer[]): EffectiveLimits {
  const maxBytes = least(layers, 'maxBytes')
  return {
    maxBytes,
    maxPixels: least(layers, 'maxPixels'),
    overwrite: layers.every(({ limits }) => limits.overwrite !== false),
    isContentChecked: layers.some(({ limits }) => limits.accept !== undefined),
    assertResourceType(resourceType) {
      const layer = layers.find(({ limits }) => excludes(limits.resourceTypes, resourceType))
      if (!layer) return
      throw new MediaError('ASSET_TYPE_REFUSED', {
        message: `${capitalized(resourceType)} files are not allowed: ${layer.owner} takes ${list(layer.limits.resourceTypes)} only (resource_types)`,
        details: { limit: 'resource_types', owner: layer.owner, received: resourceType },
      })
    },
    assertSource(source) {
      const layer = layers.find(({ limits }) => excludes(limits.sources, source))
      if (!layer) return
      throw new MediaError('SOURCE_REFUSED', {
        message: `The file must not come as ${SOURCE_WORDS[source]}: ${layer.owner} takes ${list(layer.limits.sources?.map((allowed) => SOURCE_WORDS[allowed]))} only (sources)`,
        details: { limit: 'sources', owner: layer.owner, received: source },
      })
    },
    assertAccepted(found, { resourceType = familyOf(found), otherTypes = [], sentAs = [] } = {}) {
      const excluding = [found, ...otherTypes].map((type) =>
        layers.find(({ limits }) => limits.accept && !isAccepted(limits.accept, type)),
      )
      const [layer] = excluding
      if (!layer || excluding.includes(undefined)) return
      const sent = [...new Set(sentAs)]
      const told = sent.length > 0 ? `. The file was sent as ${list(sent)}, it is ${found}` : ''
      throw new MediaError('ASSET_TYPE_REFUSED', {
        message: `${capitalized(resourceType)} file format ${formatOf(found)} not allowed: ${layer.owner} accepts ${list(layer.limits.accept)} (accept)${told}`,
        details: { limit: 'accept', owner: layer.owner, received: found },
      })
    },
    assertBytes(bytes) {
      if (!maxBytes || bytes <= maxBytes.value) return
      throw new MediaError('ASSET_TOO_LARGE', {
        message: `File size too large. Got ${bytes}. Maximum is ${maxBytes.value}. The limit is set by ${maxBytes.owner} (max_bytes)`,
        details: { limit: 'max_bytes', owner: maxBytes.owner, received: bytes },
      })
    },
  }
}

const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  file: 'an uploaded file',
  data: 'a data URI',
  url: 'a remote URL',
}

function least(
  layers: readonly LimitLayer[],
  name: 'maxBytes' | 'maxPixels',
): { value: number; owner: string } | undefined {
  return layers
    .flatMap(({ limits, owner }) => {
      const value = limits[name]
      return value === undefined ? [] : [{ value, owner }]
    })
    .sort((one, other) => one.value - other.value)[0]
}

function excludes<Item>(allowed: readonly Item[] | undefined, item: Item): boolean {
  return allowed !== undefined && !allowed.includes(item)
}

function list(items: readonly string[] | undefined): string {
  return (items ?? []).join(', ')
}

function familyOf(mimeType: string): ResourceType {
  if (mimeType.startsWith('image/')) return 'image'
  return /^(audio|video)\//.test(mimeType) ? 'video' : 'raw'
}

/** Returns the usual extension of a media type, or the type itself if it has none. */
function formatOf(mimeType: string): string {
  return MEDIA_TYPES.find(mimeType)?.extensions[0] ?? mimeType
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
