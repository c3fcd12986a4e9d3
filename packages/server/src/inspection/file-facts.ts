/** Collects the facts about an uploaded file that are stored with its asset, such as image tags and pages. @module */

import type { ResourceType } from '@countersign/protocol/limits'
import { extensionOf } from '@countersign/protocol/media-types'
import type { AssetExtra, FileFacts } from '../catalog/asset.js'
import type { DerivedContent } from '../params/derived-content.js'
import type { UploadParams } from '../params/upload-params.js'
import type { Services } from '../services.js'
import type { InspectedFile } from './inspect-file.js'

/** Image tags of the received file. The result of an incoming transformation has no tags. */
export type ArrivedTags = Pick<FileFacts, 'imageTags' | 'exifTags'>

/**
 * Reads an image's tags if the upload requests them.
 * @returns The requested tags; empty if they cannot be read within the limits, because the image itself may be valid.
 * @throws MediaError RATE_LIMITED if too many files wait to be read.
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

/** Returns the facts about a file that are stored with its asset. */
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
