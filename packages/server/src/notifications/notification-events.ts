/** Creates the outbox events that notify targets about a change. @module */

import type { NewEvent } from '../catalog/outbox-event.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'

/** Kind of a notification, sent as `notification_type`. */
export type NotificationType =
  | 'upload'
  | 'eager'
  | 'delete'
  | 'rename'
  | 'resource_tags_changed'
  | 'resource_context_changed'
  | 'resource_metadata_changed'
  | 'moderation'
  | 'archive'
  | 'explicit'
  | 'error'

/** A change that targets are notified about. */
export interface Occasion {
  readonly type: NotificationType
  /** Id of the key that authorized the change; absent if no key did. */
  readonly keyId?: string
  /** Targets besides those that the operator configured, checked by `parseNotificationUrls`. */
  readonly urls?: readonly string[]
  /** Digest with which the answer was signed. @default sha1 */
  readonly algorithm?: 'sha1' | 'sha256'
  /** Members of the body under their wire names that cannot be derived from the asset. */
  readonly body?: Readonly<Record<string, unknown>>
}

/**
 * Creates one event for each target: the operator's targets, and those of the request or its preset. Separate events keep a slow target
 * from delaying the others.
 */
export function notificationEvents(
  { config }: Pick<Services, 'config'>,
  { urls = [], ...occasion }: Occasion,
): readonly NewEvent[] {
  const targets = new Set([...config.notificationUrls, ...urls])
  return [...targets].map((target) => ({
    eventId: createId(),
    topic: 'notification',
    target,
    payload: { ...occasion },
  }))
}
