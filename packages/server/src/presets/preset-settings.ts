/** Reads a preset's settings from an Admin API call, with types and with Countersign's own limits. @module */

import { MediaError } from '@countersign/protocol/errors'
import { parseLimits } from '@countersign/protocol/limits'
import { paramOf } from '@countersign/protocol/params'
import {
  parseTransformationObjects,
  serializeTransformation,
} from '@countersign/protocol/transformation'
import type { Preset, PresetSettings } from '../catalog/key.js'
import type { Fields } from '../http/form/fields.js'
import { parseNotificationUrls } from '../notifications/notification-urls.js'
import { type AnnotationLimits, parseContext } from '../params/annotations.js'
import { eagerText } from '../params/eager-orders.js'
import { isTrue, parseBoolean, parseJsonParam, splitList } from '../params/param-values.js'
import { parseMetadata } from '../params/sent-metadata.js'
import { assertSupported, readUploadParams, settingText } from '../params/upload-params.js'
import type { Services } from '../services.js'
import { checkMetadata } from '../structured-metadata/validate-metadata.js'

/** Fields of a preset call that are not settings. */
const OWN_FIELDS: readonly string[] = [
  'name',
  'unsigned',
  'disallow_public_id',
  'live',
  'limits',
  // The SDK sends a timestamp with every call.
  'timestamp',
]

/** Parameters that apply to a single request and cannot be in a preset. */
const OF_ONE_UPLOAD: readonly string[] = ['nonce', 'upload_preset']

/**
 * Reads a preset from a request.
 * @throws MediaError PARAM_INVALID naming a setting that is not an upload parameter or has an invalid value, or an invalid limit.
 */
export async function readPresetFields(
  services: Services,
  fields: Fields,
  preset: { cloud: string; name: string },
): Promise<Preset> {
  const settings: Record<string, unknown> = {}
  for (const name of fields.names()) {
    if (OWN_FIELDS.includes(name)) continue
    const value = name === 'eager' ? eagerText(fields.list(name)) : fields.text(name)
    if (!value) continue
    if (name === 'notification_url' || name === 'eager_notification_url') {
      parseNotificationUrls(name, value, services.dialler.allow)
    }
    settings[name] = typed(name, value, services.config)
  }
  const limits = fields.text('limits')
  const parsed = limits === undefined ? undefined : parseLimits(limits)
  if (parsed && !parsed.ok) throw new MediaError('PARAM_INVALID', { message: parsed.reason })
  return {
    ...preset,
    isUnsigned: isTrue(fields.text('unsigned')),
    disallowPublicId: isTrue(fields.text('disallow_public_id')),
    settings: await checkSettings(services, preset.cloud, settings),
    ...(parsed?.ok ? { limits: parsed.limits } : {}),
  }
}

/** Checks the settings as if an upload had sent them, so that errors are found when the preset is written and not at the first upload. */
async function checkSettings(
  services: Services,
  cloud: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<PresetSettings> {
  const read = (name: string): string | undefined => settingText(name, settings[name])
  assertSupported('upload', Object.keys(settings), { read, api: 'admin' })
  const { metadata } = readUploadParams(read, services.config)
  if (metadata === undefined) return settings
  const fields = await services.catalog.listMetadataFields({ cloud })
  return { ...settings, metadata: checkMetadata(fields, metadata) }
}

function typed(name: string, value: string, limits: AnnotationLimits): unknown {
  const spec = paramOf('upload', name)
  if (
    !spec ||
    spec.risk === 'never' ||
    OF_ONE_UPLOAD.includes(name) ||
    spec.support === 'refused'
  ) {
    throw new MediaError('PARAM_INVALID', {
      message: `${name.slice(0, 64)} cannot be set in a preset`,
      details: { param: name },
    })
  }
  if (spec.type === 'boolean') return parseBoolean(name, value)
  if (spec.type === 'json') return parseJsonParam(name, value)
  if (spec.type === 'list') return splitList(value)
  if (name === 'transformation') return transformationText(value)
  if (name === 'context') return parseContext(value, limits)
  if (name === 'metadata') return parseMetadata(value, limits)
  return value
}

/** Accepts a transformation as text, or as the JSON objects in which the Admin API shows it. */
function transformationText(value: string): string {
  if (!/^[[{]/.test(value)) return value
  return serializeTransformation(
    parseTransformationObjects(parseJsonParam('transformation', value)),
  )
}
