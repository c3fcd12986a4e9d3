/** The action `generate_archive`: stores an archive as an asset, at once or later, or sends it as it is written. @module */

import type { Readable } from 'node:stream'
import { type ActionCall, authorizeAction } from '../access/authorize-action.js'
import { assertPublicId } from '../assets/name-asset.js'
import type { Asset } from '../catalog/asset.js'
import type { Key } from '../catalog/key.js'
import { randomName } from '../catalog/random-name.js'
import type { Fields } from '../http/form/fields.js'
import type { PathType } from '../http/resource-type-path.js'
import { readNotificationUrls } from '../notifications/notification-urls.js'
import { invalidParam, parseBoolean } from '../params/param-values.js'
import type { Services } from '../services.js'
import { type AcceptedArchive, archiveLater } from './async-archive.js'
import { type ArchiveSelection, selectArchive } from './select-assets.js'
import { storeArchive } from './store-archive.js'
import { type ArchiveFormat, writeArchive } from './write-archive.js'

/** Result of {@link generateArchive}: a stored archive, an accepted job, or the stream of an archive. */
export type GeneratedArchive =
  | {
      readonly mode: 'create'
      readonly asset: Asset
      readonly selection: ArchiveSelection
      readonly key: Key
      readonly algorithm: 'sha1' | 'sha256'
    }
  | AcceptedArchive
  | {
      readonly mode: 'download'
      readonly stream: Readable
      readonly fileName: string
      readonly mimeType: string
    }

/**
 * Creates an archive of the selected assets.
 * @throws MediaError of `authorizeAction` and `selectArchive`; PARAM_INVALID; PUBLIC_ID_INVALID; ASSET_TOO_LARGE.
 */
export async function generateArchive(
  services: Services,
  call: ActionCall<PathType>,
): Promise<GeneratedArchive> {
  const access = authorizeAction(services, 'generate_archive', call)
  const { fields } = call
  const format = oneOf(fields, 'target_format', ['zip', 'tgz'])
  const mode = oneOf(fields, 'mode', ['create', 'download'])
  const isAsync = parseBoolean('async', fields.text('async') ?? '0')
  if (isAsync && mode === 'download')
    throw invalidParam('async', 'is not supported with mode=download')
  const publicId = `${fields.text('target_public_id') ?? randomName(20)}.${format}`
  assertPublicId(publicId, { isStrict: false })
  const selection = await selectArchive(services, call)
  if (mode === 'download') {
    const stream = await writeArchive(format, selection.entries)
    const fileName = fields.text('target_public_id') ? publicId : `archive.${format}`
    return { mode, stream, fileName, mimeType: MIME_TYPES[format] }
  }
  const { key, algorithm } = access
  const urls = readNotificationUrls(services, call.cloud, { read: (name) => fields.text(name) })
  if (isAsync) return archiveLater(services, call, { format, publicId, key, urls })
  const asset = await storeArchive(services, call, { format, publicId, selection, key, urls })
  return { mode, asset, selection, key, algorithm }
}

const MIME_TYPES: Readonly<Record<ArchiveFormat, string>> = {
  zip: 'application/zip',
  tgz: 'application/gzip',
}

function oneOf<const Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = fields.text(name) ?? choices[0]
  const choice = choices.find((candidate) => candidate === text)
  if (choice) return choice
  throw invalidParam(name, `must be ${choices.join(' or ')}, received ${text.slice(0, 32)}`)
}
