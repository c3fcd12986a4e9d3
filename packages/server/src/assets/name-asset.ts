/** What an upload is called: public id, folder, display name, and what a name may not be. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { extensionOf } from '@countersign/protocol/media-types'
import { randomName } from '../catalog/random-name.js'
import type { UploadParams } from '../params/upload-params.js'
import { isReservedOnWindows, nameSegment, shownName, stemOf } from './file-name.js'

/** The names of one upload. */
export interface AssetNames {
  readonly publicId: string
  readonly assetFolder: string
  readonly displayName: string
  /** `null` when it is not kept. */
  readonly originalFilename: string | null
}

/** What names are made from. */
export interface Naming {
  readonly params: UploadParams
  readonly resourceType: ResourceType
  /** The client's file name, a path of the client's machine cut off. */
  readonly filename: string | undefined
  readonly folderMode: 'dynamic' | 'fixed'
  /** Whether a browser's key asks, whose names are held to more. */
  readonly isStrict: boolean
}

const MAX_PUBLIC_ID_LENGTH = 255
/** Maximum UTF-16 units of a file name that become part of a public id. */
const MAX_STEM_LENGTH = 120

/**
 * Compose the names of an upload.
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

/** Suffixes for a display name that must be unique within its folder: one that is taken, too, is next to impossible. */
export function displayNameSuffixes(): readonly string[] {
  return [randomName(6), randomName(6)]
}

/**
 * Refuse what a public id may not be: everywhere what the protocol forbids, control characters and dot segments, which URLs collapse;
 * on a browser's key also what deceives a reader or a file system.
 * @throws MediaError PUBLIC_ID_INVALID
 * @see docs/guide/keys.md
 */
export function assertPublicId(publicId: string, options: { isStrict: boolean }): void {
  const isValid =
    publicId.length > 0 &&
    publicId.length <= MAX_PUBLIC_ID_LENGTH &&
    !/[?&#\\%<>+]/.test(publicId) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    !/[\u0000-\u001f\u007f-\u009f]/.test(publicId) &&
    !/^[\s/]|[\s/]$/.test(publicId) &&
    // A lone surrogate has no UTF-8, so no URL.
    !/\p{Surrogate}/u.test(publicId) &&
    publicId.split('/').every((segment) => segment !== '.' && segment !== '..') &&
    (!options.isStrict || isPlain(publicId))
  if (!isValid) throw invalid(publicId)
}

function isPlain(publicId: string): boolean {
  return (
    publicId === publicId.normalize('NFC') &&
    // Bidirectional controls, zero-width and other invisible characters, private use, unassigned.
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
 * Refuse what a folder may not be: as a public id, and empty is the root.
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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is made visible
  return text.slice(0, 300).replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
}
