/** What an upload is called: public id, folder, display name, and what a name may not be. @module */

import { randomInt } from 'node:crypto'
import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { extensionOf } from '../ingest/inspect-file.js'
import type { UploadParams } from '../ingest/upload-params.js'

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
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * Compose the names of an upload.
 * @throws MediaError PUBLIC_ID_INVALID `public_id (<id>) is invalid`
 */
export function nameAsset(naming: Naming): AssetNames {
  const { params, folderMode } = naming
  const filename = params.filenameOverride ?? naming.filename
  const stem = stemOf(filename)
  const publicId = composePublicId(naming, filename)
  assertPublicId(publicId, { isStrict: naming.isStrict })
  const folder = params.assetFolder ?? params.folder ?? ''
  const assetFolder = folderMode === 'fixed' ? parentOf(publicId) : trimSlashes(folder)
  assertFolder(assetFolder, naming)
  const lastSegment = publicId.slice(publicId.lastIndexOf('/') + 1)
  const fallbackName = params.useFilenameAsDisplayName && stem ? stem : lastSegment
  return {
    publicId,
    assetFolder,
    displayName: params.displayName ?? fallbackName,
    originalFilename: params.discardOriginalFilename ? null : stem || null,
  }
}

/** A random id as the protocol makes them: lower-case letters and digits. */
export function randomName(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('')
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

const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

function isPlain(publicId: string): boolean {
  return (
    publicId === publicId.normalize('NFC') &&
    // Bidirectional controls, zero-width and other invisible characters, private use, unassigned.
    !/[\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(publicId) &&
    publicId
      .split('/')
      .every(
        (segment) =>
          segment !== '' && !/^[.\s]|[.\s]$/.test(segment) && !RESERVED_ON_WINDOWS.test(segment),
      )
  )
}

function composePublicId(
  { params, resourceType, ...naming }: Naming,
  filename: string | undefined,
): string {
  const extension = resourceType === 'raw' ? extensionOf(filename) : ''
  const suffix = extension ? `.${extension}` : ''
  const prefix = trimSlashes(prefixOf(params, naming.folderMode))
  const name = params.publicId ?? `${generatedName(params, filename)}${suffix}`
  return prefix ? `${prefix}/${name}` : name
}

function prefixOf(params: UploadParams, folderMode: 'dynamic' | 'fixed'): string {
  if (folderMode === 'fixed') return params.folder ?? ''
  const explicit = params.publicIdPrefix ?? params.folder
  if (explicit !== undefined) return explicit
  return params.useAssetFolderAsPublicIdPrefix ? (params.assetFolder ?? '') : ''
}

function generatedName(params: UploadParams, filename: string | undefined): string {
  const stem = normalised(stemOf(filename))
  if (!params.useFilename || !stem) return randomName(20)
  return params.uniqueFilename ? `${stem}_${randomName(6)}` : stem
}

// A client may send a whole path of its machine; only the last segment is a name.
function stemOf(filename: string | undefined): string {
  const base = (filename ?? '').replace(/^.*[/\\]/, '')
  const extension = extensionOf(base)
  return extension ? base.slice(0, -extension.length - 1) : base
}

function normalised(stem: string): string {
  return stem
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^[._]+|[._]+$/g, '')
    .slice(0, 120)
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
