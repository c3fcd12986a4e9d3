/** Builds the JSON body of notifications. @module */

import type { OutboxEvent } from '../catalog/outbox-event.js'

/** Returns the asset of an event as the answer to the uploader showed it. */
export type PresentAsset = (event: OutboxEvent) => Readonly<Record<string, unknown>>

/**
 * Builds the body of a notification.
 * @param said Kind of the notification, members for this kind, and the id of the key that signs.
 * @returns JSON text. The signature covers exactly these bytes.
 */
export function notificationBody(
  event: OutboxEvent,
  said: {
    readonly type: string
    readonly members: Readonly<Record<string, unknown>>
    readonly signatureKey: unknown
  },
): string {
  const triggeredAt = new Date(event.createdAt).toISOString()
  return JSON.stringify({
    notification_type: said.type,
    timestamp: triggeredAt.replace(/\.\d+Z$/, '+00:00'),
    request_id: event.eventId,
    ...said.members,
    signature_key: said.signatureKey,
    notification_context: {
      triggered_at: triggeredAt,
      triggered_by: { source: 'api', id: event.payload.keyId },
    },
  })
}
