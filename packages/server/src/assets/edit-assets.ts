/** Applies one edit to the assets that a call names. All actions on tags, context and metadata use it. @module */

import { MediaError } from '@countersign/protocol/errors'
import { type ActionCall, authorizeAction, requiredPublicIds } from '../access/authorize-action.js'
import type { Asset } from '../catalog/asset.js'
import type { EditQuery } from '../catalog/asset-edits.js'
import type { Key } from '../catalog/key.js'
import type { Fields } from '../http/form/fields.js'
import { type NotificationType, notificationEvents } from '../notifications/notification-events.js'
import { readNotificationUrls } from '../notifications/notification-urls.js'
import type { ParamReader } from '../params/param-values.js'
import { parseDeliveryType } from '../params/upload-params.js'
import type { Services } from '../services.js'

/** An edit of named assets, and the key that authorized it. */
export interface StoredEdit extends Omit<EditQuery, 'now' | 'events'> {
  readonly key: Key
  /** Reads a parameter of the call. */
  readonly read: ParamReader
  /** Body of the notification about a moderator's decision. Absent if the edit contains no decision. */
  readonly moderation?: Readonly<Record<string, unknown>>
}

/**
 * Applies an edit to the named assets in one transaction.
 * @returns The assets that exist, after the edit.
 * @throws MediaError PARAM_INVALID if one asset would exceed a limit. Then no asset is changed.
 */
export async function editStored(
  services: Services,
  { key, read, moderation: body, ...query }: StoredEdit,
): Promise<readonly Asset[]> {
  const urls = readNotificationUrls(services, query.cloud, { read })
  const eventsOf = (type: NotificationType, body: StoredEdit['moderation'] = {}) =>
    notificationEvents(services, { type, keyId: key.id, urls, body })
  const edited = await services.catalog.editAssets({
    ...query,
    events: {
      tags: eventsOf('resource_tags_changed'),
      context: eventsOf('resource_context_changed'),
      metadata: eventsOf('resource_metadata_changed'),
      ...(body ? { each: eventsOf('moderation', body) } : {}),
    },
    limits: services.config,
    now: services.now(),
  })
  services.wakeOutbox()
  if (edited.outcome === 'edited') return edited.assets
  const { maxTags, maxContextBytes, maxMetadataBytes } = services.config
  const bytes = edited.member === 'context' ? maxContextBytes : maxMetadataBytes
  const limit = edited.member === 'tags' ? `${maxTags} tags` : `${bytes} bytes`
  throw new MediaError('PARAM_INVALID', {
    message: `${edited.member} of ${edited.publicId} would be more than ${limit}: nothing was changed`,
    details: { param: edited.member, publicId: edited.publicId },
  })
}

/**
 * Applies one command of `tags` or `context` to the assets that its call names.
 * @param readEdit Reads the edit from the call. Runs after the caller is authorized.
 * @returns The public ids of the assets that exist.
 * @throws MediaError of {@link authorizeAction} and {@link editStored}; PARAM_MISSING without a public id.
 */
export async function editNamed(
  services: Services,
  action: 'tags' | 'context',
  { call, readEdit }: { call: ActionCall; readEdit: (fields: Fields) => EditQuery['edit'] },
): Promise<readonly string[]> {
  const { key } = authorizeAction(services, action, call)
  const { cloud, resourceType, fields } = call
  const edited = await editStored(services, {
    cloud,
    resourceType,
    deliveryType: parseDeliveryType(fields.text('type')),
    publicIds: requiredPublicIds(fields),
    edit: readEdit(fields),
    key,
    read: (name) => fields.text(name),
  })
  return edited.map((asset) => asset.publicId)
}
