/** What is owed to the targets of notifications: one event each, so that none waits for another. @module */

import type { NewEvent } from '../catalog/outbox-event.js'
import type { Services } from '../services.js'
import { createId } from '../storage/create-id.js'

/** What a notification is about; `notification_type` on the wire. */
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

/** Something that targets are told of. */
export interface Occasion {
  readonly type: NotificationType
  /** By whose authority it happened; absent where no key was asked. */
  readonly keyId?: string
  /** Targets besides the operator's own, checked by `parseNotificationUrls`. */
  readonly urls?: readonly string[]
  /** How the answer was signed. @default sha1 */
  readonly algorithm?: 'sha1' | 'sha256'
  /** Members of the body under their wire names, where the asset does not make them. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** One event for each target: the operator's own, and those that the request or its preset names. */
export function owedNotifications(
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
