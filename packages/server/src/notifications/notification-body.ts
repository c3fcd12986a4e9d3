/** What a notification says: what happened, and who, when and why. @module */

import type { OutboxEvent } from '../catalog/outbox-event.js'

/** An asset as it was answered to the uploader. */
export type PresentAsset = (event: OutboxEvent) => Readonly<Record<string, unknown>>

/**
 * The body of a notification.
 * @param said Its kind, what only this kind says, and the id of the key that signs.
 * @returns JSON text; its bytes are what is signed.
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
