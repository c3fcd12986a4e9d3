/** Opens originals, derivatives and kept versions for the download routes. @module */

import type { Readable } from 'node:stream'
import { MediaError } from '@countersign/protocol/errors'
import { type ActionCall, authorizeAction, requiredText } from '../access/authorize-action.js'
import type { Asset } from '../catalog/asset.js'
import { contentStream } from '../delivery/content-stream.js'
import { deriveAsset } from '../delivery/derive-asset.js'
import { IMAGE_MIME_TYPES } from '../delivery/imaging/formats.js'
import { mediaTypeOf } from '../delivery/media-types.js'
import { openOriginal } from '../delivery/read-original.js'
import { toFileName } from '../http/download-name.js'
import type { PathType } from '../http/resource-type-path.js'
import { parseBoolean } from '../params/param-values.js'
import { parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'

/** An open file to send. */
export interface DownloadedFile {
  readonly stream: Readable
  readonly bytes: number
  readonly mimeType: string
  readonly fileName: string
  /** True if browsers must save the file instead of showing it. */
  readonly isAttachment: boolean
}

/**
 * Opens the original of an asset, or a derivative.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; PARAM_INVALID; ASSET_NOT_FOUND; the errors of `deriveAsset`.
 */
export async function downloadAsset(services: Services, call: ActionCall): Promise<DownloadedFile> {
  authorizeAction(services, 'download', call)
  const { cloud, resourceType, fields } = call
  const publicId = requiredText(fields, 'public_id')
  const deliveryType = parseDeliveryType(fields.text('type'))
  const asset = await services.catalog.readAsset({ cloud, resourceType, deliveryType, publicId })
  if (!asset) throw notFound(publicId)
  const opened = await openAs(services, asset, call)
  const target = fields.text('target_filename')
  const attachment = fields.text('attachment')
  return {
    ...opened,
    fileName: nameOf(opened, target),
    isAttachment: isAsked(attachment) || target !== undefined || !opened.isInline,
  }
}

/**
 * Opens a version of an asset: the newest version, or one that `backup` kept.
 * @throws MediaError of `authorizeAction`; PARAM_MISSING; ASSET_NOT_FOUND.
 */
export async function downloadBackup(
  services: Services,
  call: ActionCall<PathType>,
): Promise<DownloadedFile> {
  authorizeAction(services, 'download_backup', call)
  const assetId = requiredText(call.fields, 'asset_id')
  const versionId = requiredText(call.fields, 'version_id')
  const version = await services.catalog.readVersion({ cloud: call.cloud, assetId, versionId })
  if (!version) throw notFound(`${assetId} ${versionId}`)
  const blob = await openOriginal(services, version)
  return {
    stream: blob.stream(),
    bytes: blob.bytes,
    mimeType: mediaTypeOf(version).mimeType,
    fileName: toFileName(withExtension(version, version.format)),
    isAttachment: true,
  }
}

type OpenedFile = Omit<DownloadedFile, 'isAttachment'> & { readonly isInline: boolean }

async function openAs(
  services: Services,
  asset: Asset,
  { fields }: ActionCall,
): Promise<OpenedFile> {
  const transformation = fields.text('transformation') ?? ''
  const asked = fields.text('format')?.toLowerCase()
  const format = asked === 'jpeg' ? 'jpg' : asked
  const isOriginal = transformation === '' && (format === undefined || format === asset.format)
  if (asset.resourceType === 'raw' || isOriginal) {
    const blob = await openOriginal(services, asset)
    const fileName = withExtension(asset, asset.format)
    return { ...mediaTypeOf(asset), bytes: blob.bytes, stream: blob.stream(), fileName }
  }
  if (asset.resourceType !== 'image') {
    throw new MediaError('TRANSFORMATION_INVALID', {
      message: `Transforming ${asset.resourceType} is not supported`,
    })
  }
  const derivative = await deriveAsset(services, {
    asset,
    transformation,
    format: format ?? asset.format ?? '',
    accept: '',
    isSigned: true,
  })
  return {
    bytes: derivative.bytes,
    stream: contentStream(await derivative.open()),
    mimeType: IMAGE_MIME_TYPES[derivative.format],
    fileName: withExtension(asset, derivative.format),
    isInline: true,
  }
}

function nameOf({ fileName }: OpenedFile, target: string | undefined): string {
  return toFileName(target ?? fileName)
}

function withExtension(
  { publicId, resourceType }: Pick<Asset, 'publicId' | 'resourceType'>,
  format: string | null,
): string {
  return resourceType === 'raw' || !format ? publicId : `${publicId}.${format}`
}

// The SDK sends a boolean. Any other text also asks for a download.
function isAsked(attachment: string | undefined): boolean {
  if (attachment === undefined) return false
  return /^(0|1|true|false)$/.test(attachment) ? parseBoolean('attachment', attachment) : true
}

function notFound(name: string): MediaError {
  return new MediaError('ASSET_NOT_FOUND', { message: `Resource not found - ${name}` })
}
