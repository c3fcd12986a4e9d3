/** Composes and validates the names of an upload: public id, folder and display name. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { extensionOf } from '@countersign/protocol/media-types'
import { randomName } from '../catalog/random-name.js'
import type { UploadParams } from '../params/upload-params.js'
import { isReservedOnWindows, nameSegment, shownName, stemOf } from './file-name.js'

/** Names of one upload. */
export interface AssetNames {
  readonly publicId: string
  readonly assetFolder: string
  readonly displayName: string
  /** Name of the uploaded file without its extension. `null` if there is none, or the upload discards it. */
  readonly originalFilename: string | null
}

/** Values from which {@link nameAsset} composes names. */
export interface Naming {
  readonly params: UploadParams
  readonly resourceType: ResourceType
  /** File name that the client sent. Folders in it are ignored. */
  readonly filename: string | undefined
  readonly folderMode: 'dynamic' | 'fixed'
  /** True if names must follow the stricter rules for browser keys. */
  readonly isStrict: boolean
}

const MAX_PUBLIC_ID_LENGTH = 255
/** Maximum UTF-16 units of a file name that become part of a public id. */
const MAX_STEM_LENGTH = 120

/**
 * Composes the names of an upload.
 * @throws MediaError PUBLIC_ID_INVALID `public_id (<id>) is invalid`
 */
export function nameAsset(naming: Naming): AssetNames {
  const { params, folderMode } = naming
  const filename = params.filenameOverride ?? naming.filename
  const shown = shownName(stemOf(filename))
  const publicId = composePublicId(naming, filename)
  assertPublicId(publicId, { isStrict: naming.isStrict })
  const folder = params.assetFolder ?? params.folder ?? ''
  const assetFolder = folderMode === 'fixed' ? parentOf(publicId) : trimSlashes(folder)
  assertFolder(assetFolder, naming)
  const lastSegment = publicId.slice(publicId.lastIndexOf('/') + 1)
  const fallbackName = params.useFilenameAsDisplayName && shown ? shown : lastSegment
  return {
    publicId,
    assetFolder,
    displayName: params.displayName ?? fallbackName,
    originalFilename: params.discardOriginalFilename ? null : shown || null,
  }
}

/** Returns two random suffixes for a display name that must be unique within its folder. The second is tried if the first is taken. */
export function displayNameSuffixes(): readonly string[] {
  return [randomName(6), randomName(6)]
}

/**
 * Validates a public id. Refuses characters that the protocol forbids, control characters, and the segments `.` and `..`, which URLs
 * collapse. With `isStrict`, also refuses invisible characters, text that is not NFC, and segments that are unsafe in file systems.
 * @throws MediaError PUBLIC_ID_INVALID
 * @see docs/guide/keys.md
 */
export function assertPublicId(publicId: string, options: { isStrict: boolean }): void {
  const isValid =
    publicId.length > 0 &&
    publicId.length <= MAX_PUBLIC_ID_LENGTH &&
    !/[?&#\\%<>+]/.test(publicId) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the check refuses control characters
    !/[\u0000-\u001f\u007f-\u009f]/.test(publicId) &&
    !/^[\s/]|[\s/]$/.test(publicId) &&
    // A lone surrogate cannot be encoded in UTF-8, so no URL can contain it.
    !/\p{Surrogate}/u.test(publicId) &&
    publicId.split('/').every((segment) => segment !== '.' && segment !== '..') &&
    (!options.isStrict || isPlain(publicId))
  if (!isValid) throw invalid(publicId)
}

function isPlain(publicId: string): boolean {
  return (
    publicId === publicId.normalize('NFC') &&
    // Bidirectional controls, zero-width and other invisible characters, private use and unassigned code points.
    !/[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(publicId) &&
    publicId
      .split('/')
      .every(
        (segment) =>
          segment !== '' && !/^[.\s]|[.\s]$/.test(segment) && !isReservedOnWindows(segment),
      )
  )
}

function composePublicId(
  { params, resourceType, ...naming }: Naming,
  filename: string | undefined,
): string {
  const extension = resourceType === 'raw' ? extensionOf(filename) : ''
  const suffix = extension ? `.${extension}` : ''
  const folder = trimSlashes(prefixOf(params, naming.folderMode))
  const prefix = folder ? `${folder}/` : ''
  const roomUnits = MAX_PUBLIC_ID_LENGTH - prefix.length
  const name = params.publicId ?? generatedName(params, { filename, suffix, roomUnits })
  return `${prefix}${name}`
}

function prefixOf(params: UploadParams, folderMode: 'dynamic' | 'fixed'): string {
  if (folderMode === 'fixed') return params.folder ?? ''
  const explicit = params.publicIdPrefix ?? params.folder
  if (explicit !== undefined) return explicit
  return params.useAssetFolderAsPublicIdPrefix ? (params.assetFolder ?? '') : ''
}

interface GeneratedName {
  readonly filename: string | undefined
  /** An extension with its dot, or `''`. */
  readonly suffix: string
  /** UTF-16 units that remain for the file name after the folder of the public id. */
  readonly roomUnits: number
}

function generatedName(
  params: UploadParams,
  { filename, suffix, roomUnits }: GeneratedName,
): string {
  const ending = params.uniqueFilename ? `_${randomName(6)}${suffix}` : suffix
  const maxUnits = Math.min(MAX_STEM_LENGTH + ending.length, roomUnits)
  const named = params.useFilename
    ? nameSegment(stemOf(filename), { maxUnits, suffix: ending })
    : ''
  return named || `${randomName(20)}${suffix}`
}

function parentOf(publicId: string): string {
  const slash = publicId.lastIndexOf('/')
  return slash < 0 ? '' : publicId.slice(0, slash)
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '')
}

/**
 * Validates a folder by the rules for public ids. An empty folder is the root.
 * @throws MediaError PARAM_INVALID `folder (<path>) is invalid`
 */
export function assertFolder(folder: string, { isStrict }: Pick<Naming, 'isStrict'>): void {
  if (folder === '') return
  try {
    assertPublicId(folder, { isStrict })
  } catch (cause) {
    throw new MediaError('PARAM_INVALID', {
      message: `folder (${printable(folder)}) is invalid`,
      cause,
    })
  }
}

function invalid(publicId: string): MediaError {
  return new MediaError('PUBLIC_ID_INVALID', {
    message: `public_id (${printable(publicId)}) is invalid`,
    details: { param: 'public_id' },
  })
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters become `?`
  return text.slice(0, 300).replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
}
