/** What an upload learns from its file, beside what its type and size are. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import { extensionOf } from '@countersign/protocol/media-types'
import type { AssetExtra, FileFacts } from '../catalog/asset.js'
import type { DerivedContent } from '../params/derived-content.js'
import type { UploadParams } from '../params/upload-params.js'
import type { Services } from '../services.js'
import type { InspectedFile } from './inspect-file.js'

/** EXIF and its like are the arrived file's: what a transformation makes has none. */
export type ArrivedTags = Pick<FileFacts, 'imageTags' | 'exifTags'>

/**
 * Read a picture's tags, where the upload asks for them.
 * @returns No tags where they cannot be read within the limits: the picture itself is fine.
 * @throws MediaError RATE_LIMITED where too many files wait to be read.
 */
export async function readArrivedTags(
  services: Services,
  { path, resourceType }: { readonly path: string; readonly resourceType: ResourceType },
  { mediaMetadata, exif }: DerivedContent,
): Promise<ArrivedTags> {
  if (resourceType !== 'image' || !(mediaMetadata || exif)) return {}
  const tags = await services.metadataReader.readImageTags(path)
  if (!tags) services.log.warn({ path }, 'the tags of a picture could not be read')
  return {
    ...(mediaMetadata ? { imageTags: { ...tags?.other, ...tags?.exif } } : {}),
    ...(exif ? { exifTags: { ...tags?.exif } } : {}),
  }
}

/** What is kept with the asset. */
export function fileFacts(
  inspected: InspectedFile,
  { params, filename }: { readonly params: UploadParams; readonly filename: string | undefined },
  tags: ArrivedTags,
): Pick<AssetExtra, 'file'> {
  const { pages, media } = inspected
  const facts: FileFacts = {
    ...originalExtension(inspected, params.filenameOverride ?? filename, params),
    ...(pages === undefined ? {} : { pages }),
    ...(media === undefined ? {} : { media }),
    ...(media && params.mediaMetadata ? { showsContainer: true } : {}),
    ...tags,
  }
  return Object.keys(facts).length > 0 ? { file: facts } : {}
}

function originalExtension(
  { format }: InspectedFile,
  filename: string | undefined,
  { discardOriginalFilename }: UploadParams,
): Pick<FileFacts, 'originalExtension'> {
  const extension = extensionOf(filename)
  const isTold = extension !== '' && format !== null && extension !== format
  return isTold && !discardOriginalFilename ? { originalExtension: extension } : {}
}
