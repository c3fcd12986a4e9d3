/** Selects the assets of an archive, and lists a file for each asset or each of its derivatives. @module */

import { MediaError } from '@countersign/protocol/errors'
import type { ResourceType } from '@countersign/protocol/limits'
import { parseTransformation } from '@countersign/protocol/transformation'
import type { ActionCall } from '../access/authorize-action.js'
import type { Asset, AssetQuery, DeliveryType } from '../catalog/asset.js'
import { contentStream } from '../delivery/content-stream.js'
import { deriveAsset } from '../delivery/derive-asset.js'
import { openOriginal } from '../delivery/read-original.js'
import type { Fields } from '../http/form/fields.js'
import type { PathType } from '../http/resource-type-path.js'
import { invalidParam, parseBoolean } from '../params/param-values.js'
import { parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { createNamer } from './entry-names.js'
import type { ArchiveEntry } from './write-archive.js'

/** The files of an archive, and the requested names, tags and prefixes that match no asset. */
export interface ArchiveSelection {
  readonly entries: readonly ArchiveEntry[]
  readonly assetCount: number
  readonly missingPublicIds: readonly string[]
  readonly emptyTags: readonly string[]
  readonly emptyPrefixes: readonly string[]
}

/** Maximum number of files in an archive, and their maximum total size. */
export const ARCHIVE_LIMITS: { readonly files: number; readonly bytes: number } = {
  files: 1000,
  bytes: 5 * 1024 ** 3,
}

const MAX_TAGS = 20
const MAX_PREFIXES = 20
const TYPES: readonly ResourceType[] = ['image', 'video', 'raw']

/**
 * Selects assets by tag, public id or prefix.
 * @throws MediaError PARAM_MISSING without a selector; PARAM_INVALID; ASSET_TOO_LARGE over a limit.
 * @throws MediaError ASSET_NOT_FOUND if nothing is selected, or a public id does not exist and `allow_missing` is not set.
 */
export async function selectArchive(
  services: Services,
  call: ActionCall<PathType>,
): Promise<ArchiveSelection> {
  const { fields } = call
  const tags = atMost('tags', fields.list('tags'), MAX_TAGS)
  const prefixes = atMost('prefixes', fields.list('prefixes'), MAX_PREFIXES)
  const names = [...namesIn(call), ...qualifiedNames(fields)]
  if (tags.length + prefixes.length + names.length === 0) throw nothingAsked()

  const found = new Map<string, Asset>()
  const note = (assets: readonly Asset[]): number => {
    for (const asset of assets) found.set(asset.assetId, asset)
    if (found.size > ARCHIVE_LIMITS.files) throw tooMany()
    return assets.length
  }
  const emptyTags = await emptyOnes(tags, async (tag) =>
    note(await listAll(services, call, { tag })),
  )
  const emptyPrefixes = await emptyOnes(prefixes, async (prefix) =>
    note(await listAll(services, call, { prefix })),
  )
  const missingPublicIds = await emptyOnes(names, async (name) =>
    note(await readNamed(services, call, name)),
  )
  const missing = missingPublicIds.map(({ publicId }) => publicId)
  if (missing.length > 0 && !flag(fields, 'allow_missing')) throw notFound(missing.join(', '))
  if (found.size === 0) throw notFound([...tags, ...prefixes, ...missing].join(', '))
  return {
    entries: entriesOf(services, fields, [...found.values()]),
    assetCount: found.size,
    missingPublicIds: missing,
    emptyTags,
    emptyPrefixes,
  }
}

/** A public id, and the resource types to look it up under. */
interface QualifiedName {
  readonly resourceTypes: readonly ResourceType[]
  readonly deliveryType: DeliveryType
  readonly publicId: string
}

function typesOf(type: PathType): readonly ResourceType[] {
  return type === 'all' || type === 'auto' ? TYPES : [type]
}

function namesIn({ fields, resourceType }: ActionCall<PathType>): readonly QualifiedName[] {
  const deliveryType = parseDeliveryType(fields.text('type'))
  const publicIds = atMost('public_ids', fields.list('public_ids'), ARCHIVE_LIMITS.files)
  return publicIds.map((publicId) => ({
    resourceTypes: typesOf(resourceType),
    deliveryType,
    publicId,
  }))
}

function qualifiedNames(fields: Fields): readonly QualifiedName[] {
  const name = 'fully_qualified_public_ids'
  return atMost(name, fields.list(name), ARCHIVE_LIMITS.files).map((text) => {
    const [, resourceType, type, publicId] = /^(image|video|raw)\/([^/]+)\/(.+)$/s.exec(text) ?? []
    if (!resourceType || !publicId) {
      throw invalidParam(name, `must look like image/upload/sample, received ${text.slice(0, 64)}`)
    }
    return {
      resourceTypes: [resourceType as ResourceType],
      deliveryType: parseDeliveryType(type),
      publicId,
    }
  })
}

/** Lists the assets of the call's resource types that match one selector. Reads no more pages above the limit of an archive. */
async function listAll(
  { catalog }: Services,
  { cloud, resourceType, fields }: ActionCall<PathType>,
  selector: Pick<AssetQuery, 'tag' | 'prefix'>,
): Promise<readonly Asset[]> {
  const deliveryType = parseDeliveryType(fields.text('type'))
  const assets: Asset[] = []
  for (const type of typesOf(resourceType)) {
    let cursor: string | undefined
    do {
      const page = await catalog.listAssets({
        cloud,
        resourceType: type,
        deliveryType,
        ...selector,
        maxResults: 500,
        ...(cursor === undefined ? {} : { cursor }),
      })
      assets.push(...page.assets)
      cursor = page.nextCursor
    } while (cursor !== undefined && assets.length <= ARCHIVE_LIMITS.files)
  }
  return assets
}

async function readNamed(
  { catalog }: Services,
  { cloud }: ActionCall<PathType>,
  { resourceTypes, deliveryType, publicId }: QualifiedName,
): Promise<readonly Asset[]> {
  const found = await Promise.all(
    resourceTypes.map((resourceType) =>
      catalog.readAsset({ cloud, resourceType, deliveryType, publicId }),
    ),
  )
  return found.filter((asset) => asset !== null)
}

async function emptyOnes<Item>(
  items: readonly Item[],
  take: (item: Item) => Promise<number>,
): Promise<readonly Item[]> {
  const empty: Item[] = []
  for (const item of items) if ((await take(item)) === 0) empty.push(item)
  return empty
}

function entriesOf(
  services: Services,
  fields: Fields,
  assets: readonly Asset[],
): readonly ArchiveEntry[] {
  const transformations = (fields.text('transformations') ?? '').split('|').filter(Boolean)
  // Checked before the stream starts, because later the answer cannot become an error.
  for (const transformation of transformations) parseTransformation(transformation)
  const nameOnce = createNamer()
  const orders = transformations.length > 0 ? transformations : [undefined]
  if (orders.length * assets.length > ARCHIVE_LIMITS.files) throw tooMany()
  const bytes = assets.reduce((sum, asset) => sum + asset.bytes, 0)
  if (transformations.length === 0 && bytes > ARCHIVE_LIMITS.bytes) throw tooLarge(bytes)
  return orders.flatMap((transformation) =>
    assets.map((asset) => entryOf(services, { asset, transformation, fields, nameOnce })),
  )
}

interface EntryInput {
  readonly asset: Asset
  readonly transformation: string | undefined
  readonly fields: Fields
  readonly nameOnce: (path: string) => string
}

function entryOf(services: Services, input: EntryInput): ArchiveEntry {
  const { asset, transformation, nameOnce } = input
  if (transformation !== undefined && asset.resourceType !== 'image') {
    throw new MediaError('TRANSFORMATION_INVALID', {
      message: `Transforming ${asset.resourceType} is not supported`,
    })
  }
  return {
    name: nameOnce(pathOf(input)),
    modifiedAt: new Date(asset.version * 1000),
    isCompressible: asset.resourceType === 'raw',
    async open() {
      if (transformation === undefined) {
        const blob = await openOriginal(services, asset)
        return { bytes: blob.bytes, stream: blob.stream() }
      }
      const { open, bytes } = await deriveAsset(services, {
        asset,
        transformation,
        accept: '',
        isSigned: true,
        format: asset.format ?? '',
      })
      return { bytes, stream: contentStream(await open()) }
    },
  }
}

// Derivatives are in folders named after their transformation, or have it in their file names.
function pathOf({ asset, transformation, fields }: EntryInput): string {
  const { publicId, originalFilename, format, resourceType } = asset
  const extension = resourceType === 'raw' || !format ? '' : `.${format}`
  const slash = publicId.lastIndexOf('/') + 1
  const folder = flag(fields, 'flatten_folders') ? '' : publicId.slice(0, slash)
  const isOriginalName = flag(fields, 'use_original_filename') && originalFilename !== null
  const rawExtension =
    resourceType === 'raw' ? (/\.[A-Za-z0-9]{1,12}$/.exec(publicId)?.[0] ?? '') : ''
  const stem = isOriginalName ? `${originalFilename}${rawExtension}` : publicId.slice(slash)
  if (transformation === undefined) return `${folder}${stem}${extension}`
  const label = transformation.replaceAll('/', '_')
  if (!flag(fields, 'flatten_transformations')) return `${label}/${folder}${stem}${extension}`
  const suffix = flag(fields, 'skip_transformation_name') ? '' : `-${label}`
  return `${folder}${stem}${suffix}${extension}`
}

function flag(fields: Fields, name: string): boolean {
  const text = fields.text(name)
  return text !== undefined && parseBoolean(name, text)
}

function atMost(name: string, items: readonly string[], most: number): readonly string[] {
  if (items.length <= most) return items
  throw invalidParam(name, `must be at most ${most}, received ${items.length}`)
}

function nothingAsked(): MediaError {
  return new MediaError('PARAM_MISSING', {
    message:
      'Missing required parameter - one of public_ids, fully_qualified_public_ids, prefixes and tags',
  })
}

function notFound(names: string): MediaError {
  return new MediaError('ASSET_NOT_FOUND', {
    message: `Resource not found - ${names.slice(0, 500)}`,
  })
}

function tooMany(): MediaError {
  return new MediaError('ASSET_TOO_LARGE', {
    message: `An archive has at most ${ARCHIVE_LIMITS.files} files`,
  })
}

function tooLarge(bytes: number): MediaError {
  return new MediaError('ASSET_TOO_LARGE', {
    message: `File size too large. Got ${bytes}. Maximum is ${ARCHIVE_LIMITS.bytes} for the files of an archive`,
  })
}
